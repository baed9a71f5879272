// SPDX-License-Identifier: Apache-2.0
// nodes.js - those that the load goes through: ilpd, ilp-connector with the
// same accounts, and the relay, which only copies frames. Each is started with
// senders s00... and receivers r00..., tells its ports and process id, and when
// it is stopped its system calls, its books and what it wrote to the disk, as
// far as it knows them.
'use strict'

const fs = require('fs')
const http = require('http')
const net = require('net')
const os = require('os')
const path = require('path')
const { execFileSync, spawn } = require('child_process')

const ASSET = { assetCode: 'USD', assetScale: 6 }
const OUT_OF_REACH = 1000000000
const START_MS = 20000
const END_MS = 20000

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const two = (i) => String(i).padStart(2, '0')
const receivers = (links) => Array.from({ length: links }, (_, i) => `r${two(i)}`)
const users = (links) =>
  Array.from({ length: links }, (_, i) => `s${two(i)}`).concat(receivers(links))

// The same command, held to one CPU: nodes to the first, the load to the second.
function pinned (cpu, [program, ...args]) {
  const there = Math.min(cpu, os.cpus().length - 1)
  return ['taskset', '-c', there, program, ...args]
}

// A process, what it prints, and how it ends.
function launch (command, env) {
  const [program, ...args] = command.map(String)
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const started = { pid: child.pid, output: '' }
  started.kill = () => {
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), END_MS).unref()
  }
  started.ended = new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(signal || code))
  })
  child.stdout.on('data', (data) => { started.output += data })
  return started
}

// Tries again and again until there is a result; not for ever.
async function until (node, what, attempt) {
  let ended
  node.ended.then((how) => { ended = `it ended with ${how}` }, (error) => { ended = error.message })
  for (const start = Date.now(); ;) {
    const found = await attempt()
    if (found) return found
    if (ended || Date.now() - start > START_MS) {
      node.kill()
      throw new Error(`${what}: ${ended || 'does not get ready'}`)
    }
    await pause(20)
  }
}

const readyPort = (node, pattern) => () => {
  const found = pattern.exec(node.output)
  return found && Number(found[1])
}

async function statistics (node) {
  node.kill()
  const how = await node.ended
  if (how !== 0) throw new Error(`did not end well: ${how}`)
  const lines = node.output.split('\n').filter((line) => line.startsWith('{')).map(JSON.parse)
  const { reads, writes, waits, ledgerCommits } = lines.filter((line) => line.type === 'statistics').pop()
  const accounts = lines.filter((line) => line.type === 'account')
  return {
    calls: reads + writes + waits,
    commits: ledgerCommits,
    books: accounts.length && Object.fromEntries(accounts.map(({ id, balance }) => [id, balance]))
  }
}

async function relay ({ links, tls }, { build, folder }) {
  const command = [path.join(build, 'bench/bench-forward-relay'), '--links', links]
  if (tls) command.push('--certificate', path.join(folder, 'cert.pem'), '--key', path.join(folder, 'key.pem'))
  const node = launch(pinned(0, command))
  const port = await until(node, 'the relay', readyPort(node, /ready on 127\.0\.0\.1:(\d+)\n/))
  return { pid: node.pid, ports: [port], relayed: true, stop: () => statistics(node) }
}

// Where the ledger lies, and how it is kept.
const ledgerOf = (durability, disk) => durability === 'memory'
  ? { ledger: 'memory' }
  : { ledger: 'sqlite', durability, dataFile: path.join(fs.mkdtempSync(path.join(disk, 'data-')), 'ledger.db') }

// The thread that packets pass through is held to the first CPU, and that of
// the ledger goes where there is time.
function pinShard (pid) {
  const task = `/proc/${pid}/task`
  const shard = fs.readdirSync(task).find((id) => fs.readFileSync(`${task}/${id}/comm`, 'latin1') === 'ilpd-shard\n')
  execFileSync('taskset', ['-c', '-p', '0', shard], { stdio: 'ignore' })
}

// Bytes that a process has had written to a disk.
const written = (pid) => Number(/^write_bytes: (\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/io`, 'latin1'))[1])

// Where receivers wait for the node, in ILP over HTTP; without, nowhere.
const receiverPorts = ({ links, http }) => http ? freePorts(links) : []

// For the load: where each sender connects to, and each receiver waits.
const portsOf = (port, { links, http }, waiting) => http ? [...Array(links).fill(port), ...waiting] : [port]

// Accounts that nobody connects to.
const idle = (count = 0) => Array.from({ length: count }, (_, i) => ({
  id: `idle-${i}`, relation: 'child', ...ASSET, incomingToken: `token-idle-${i}`
}))

async function ilpd (kind, { build, folder, disk }) {
  const { links, tls, durability, http } = kind
  const admin = path.join(fs.mkdtempSync(path.join(folder, 'admin-')), 'socket')
  const waiting = await receiverPorts(kind)
  const file = path.join(folder, 'ilpd.json')
  const listen = { host: '127.0.0.1', port: 0 }
  fs.writeFileSync(file, JSON.stringify({
    address: 'test.bench',
    listen: [
      listen,
      ...(tls ? [{ ...listen, certificate: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') }] : [])
    ],
    accounts: users(links).map((id, i) => ({
      id,
      ...(http && i >= links ? { server: `http://:${id}@127.0.0.1:${waiting[i - links]}/ilp`, httpVersion: http === 2 ? '2' : '1.1' } : {}),
      relation: 'child',
      ...ASSET,
      maximum: 'unlimited',
      minimum: 'unlimited',
      incomingToken: `token-${id}`,
      rateLimit: 'unlimited'
    })).concat(idle(kind.idle)),
    admin: { socket: admin },
    logLevel: 'warn',
    routes: receivers(links).map((id) => ({ prefix: `test.bench.${id}`, account: id })),
    rates: 'one-to-one',
    spread: 0,
    ...ledgerOf(durability, disk)
  }))
  const command = [path.join(build, 'io/ilpd'), file]
  // Where others ask besides, they are not to take the time of packets.
  const whole = durability === 'memory' && !kind.idle
  const node = launch(whole ? pinned(0, command) : command)
  const ready = tls ? /ready on tls 127\.0\.0\.1:(\d+)\n/ : /ready on 127\.0\.0\.1:(\d+)\n/
  const port = await until(node, 'ilpd', readyPort(node, ready))
  if (whole) return { pid: node.pid, ports: portsOf(port, kind, waiting), stop: () => statistics(node) }
  pinShard(node.pid)
  const start = written(node.pid)
  return {
    pid: node.pid,
    admin,
    ports: portsOf(port, kind, waiting),
    async stop () {
      const bytes = written(node.pid) - start
      return { bytes, ...await statistics(node) }
    }
  }
}

// The same, while another one is asked, which has nothing else to do.
async function elsewhere (kind, place) {
  const other = await ilpd(kind, place)
  const node = await ilpd(kind, place)
  return { ...node, admin: other.admin, stop: () => other.stop().then(() => node.stop()) }
}

// What another durability would make of the same load.
const memory = (kind, place) => ilpd({ ...kind, durability: 'memory' }, place)
const relaxed = (kind, place) => ilpd({ ...kind, durability: 'relaxed' }, place)

// Ports that are free now, all of them different.
async function freePorts (count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server))
  })))
  return Promise.all(servers.map((server) => new Promise((resolve) => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })))
}

const listens = (port) => new Promise((resolve) => {
  const socket = net.connect(port, '127.0.0.1', () => resolve(Boolean(socket.destroy())))
  socket.on('error', () => resolve(false))
})

const getJson = (port, url) => new Promise((resolve, reject) => {
  http.get({ host: '127.0.0.1', port, path: url }, (response) => {
    let body = ''
    response.on('data', (data) => { body += data })
    response.on('end', () => resolve(JSON.parse(body)))
  }).on('error', reject)
})

// All its middleware as it comes, but for limits that the load would reach. It
// may use both CPUs: the load leaves it most of the other one.
async function ilpConnector (kind) {
  const { links } = kind
  const interop = path.join(__dirname, '../../test/interop')
  const names = users(links)
  const waits = kind.http ? links : 0
  const [admin, ...all] = await freePorts(1 + waits + names.length)
  const [waiting, ports] = [all.slice(0, waits), all.slice(waits)]
  const btp = (id, i) => ({
    plugin: 'ilp-plugin-btp',
    options: { listener: { port: ports[i], secret: `token-${id}`, wsOpts: { host: '127.0.0.1', port: ports[i] } } }
  })
  // Nobody asks the senders, so it does not matter that they are not there.
  const overHttp = (id, i) => ({
    plugin: 'ilp-plugin-http',
    sendRoutes: false,
    receiveRoutes: false,
    options: {
      incoming: { port: ports[i], staticToken: `token-${id}` },
      outgoing: { url: `http://127.0.0.1:${waiting[i - links] || 9}/ilp`, staticToken: id }
    }
  })
  const accounts = names.map((id, i) => [id, {
    relation: 'child',
    ...ASSET,
    balance: { maximum: 'Infinity', minimum: '-Infinity' },
    rateLimit: { refillCount: OUT_OF_REACH, capacity: OUT_OF_REACH },
    ...(kind.http ? overHttp(id, i) : btp(id, i))
  }])
  const node = launch([process.execPath, path.join(interop, 'node_modules/ilp-connector/dist/index.js')], {
    NODE_ENV: 'production',
    NODE_OPTIONS: `--require ${path.join(interop, 'lib/loopback.js')}`,
    CONNECTOR_ILP_ADDRESS: 'test.bench',
    CONNECTOR_ACCOUNTS: JSON.stringify(Object.fromEntries(accounts)),
    CONNECTOR_ROUTES: JSON.stringify(receivers(links).map((id) =>
      ({ targetPrefix: `test.bench.${id}`, peerId: id }))),
    CONNECTOR_BACKEND: 'one-to-one',
    CONNECTOR_SPREAD: '0',
    CONNECTOR_STORE: 'memory',
    CONNECTOR_ADMIN_API: 'true',
    CONNECTOR_ADMIN_API_PORT: String(admin)
  })
  await until(node, 'ilp-connector', async () => {
    for (const port of ports) if (!await listens(port)) return false
    return true
  })
  return {
    pid: node.pid,
    ports: kind.http ? [...ports.slice(0, links), ...waiting] : ports,
    async stop () {
      const { accounts: books } = await getJson(admin, '/balance')
      node.kill()
      await node.ended
      return { books: Object.fromEntries(Object.entries(books).map(([id, { balance }]) => [id, balance])) }
    }
  }
}

module.exports = { launch, pinned, until, listens, freePorts, nodes: { relay, ilpd, memory, relaxed, elsewhere, 'ilp-connector': ilpConnector } }
