// SPDX-License-Identifier: Apache-2.0
// What an operator does with the books of a node: copies of them under load that
// are whole, a check that finds what is damaged, the way back, and what the node
// cannot know of money; told once, whatever is killed between.
//
//     node keeping.js PATH_TO_ilpd PATH_TO_ilp [CLAIM...]
'use strict'

const assert = require('assert')
const crypto = require('crypto')
const fs = require('fs')
const http = require('http')
const path = require('path')
const { account, folder, LOCAL } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { freePorts } = require('../interop/lib/plugin')
const { Program } = require('../interop/lib/program')
const { Random } = require('../interop/lib/random')
const { pause, until } = require('../interop/lib/wait')
const { ask } = require('./lib/ask')
const { binary, start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')
const place = require('./lib/place')

const ilp = process.argv[3]
const PLAIN = { PATH: `${path.dirname(path.resolve(binary))}:${process.env.PATH}`, HOME: folder, TERM: 'xterm' }
const HOLD_MS = 1000
const WINDOW_MS = 100
const KILLS = 8 // twice as many; crash/kill has more

async function run (...words) {
  const program = new Program(words, PLAIN)
  const status = await program.wait()
  return [status, program.output, program.errors]
}

let places = 0

function newFolder () {
  const made = path.join(folder, `kept-${++places}`)
  fs.mkdirSync(made)
  return made
}

// A node with its books in a folder of their own, and its operator.
class Kept {
  constructor (config, dataFile = path.join(newFolder(), 'ledger.db')) {
    this.folder = path.dirname(dataFile)
    this.dataFile = dataFile
    this.config = { ledger: 'sqlite', maxHoldTime: HOLD_MS, minMessageWindow: WINDOW_MS, ...config, dataFile }
  }

  async start (wrapper) {
    this.ilpd = await start(this.config, wrapper)
    return this
  }

  async kill () {
    this.ilpd.program.signal('SIGKILL')
    await this.ilpd.program.wait()
  }

  async stop () {
    assert.strictEqual((await this.ilpd.stop()).status, 0)
  }

  ilp (...words) {
    return run(ilp, ...words, '--socket', this.config.admin?.socket ?? `${this.dataFile}.sock`)
  }

  // It has to go well. What it says.
  async do (...words) {
    const [status, output, errors] = await this.ilp(...words)
    assert.deepStrictEqual([words, status, errors], [words, 0, ''])
    return output
  }

  async json (...words) {
    return JSON.parse(await this.do('--json', ...words))
  }

  async balance (id) {
    return (await this.json('account', id)).balance
  }

  async balances () {
    return Object.fromEntries((await this.json('accounts')).map(({ id, balance }) => [id, balance.current]))
  }

  files () {
    return fs.readdirSync(this.folder).sort()
  }
}

const accounts = [
  account('alice', { incomingToken: 'a' }),
  account('bob', { incomingToken: 'b', routes: ['test.bob'] })
]

async function open (more, dataFile) {
  const node = await new Kept({ address: 'test.node', accounts, ...more }, dataFile).start()
  node.alice = await Client.connect(node.ilpd.port, 'a')
  node.bob = await Client.connect(node.ilpd.port, 'b')
  return node
}

async function pay (from, destination, amount = 10) {
  const payment = new Payment({ destination, amount, lifetime: HOLD_MS })
  await payment.send(from)
  assert(payment.fulfilled, JSON.stringify(payment.reject))
}

// Pays as fast as it can until it is told to stop; gives how often.
function load (from, destination) {
  const going = { on: true, paid: 0, failed: 0 }
  const one = async () => {
    while (going.on) {
      await pay(from, destination).then(() => going.paid++, () => { going.failed++; going.on = false })
    }
  }
  const all = Promise.all(Array.from({ length: 20 }, one))
  going.stop = async () => {
    going.on = false
    await all
    return going
  }
  return going
}

const checkFile = (file) => run(binary, '--check', file)
const sha256 = (file) => crypto.createHash('sha256').update(fs.readFileSync(file)).digest('hex')

// ---- copies ----

async function a_backup_under_load_is_whole () {
  const node = await open()
  const going = load(node.alice, 'test.bob')
  for (let i = 0; i < 5; i++) {
    const before = going.paid
    const made = await node.json('backup', `number-${i}.backup`)
    assert.strictEqual(made.file, path.join(fs.realpathSync(node.folder), `number-${i}.backup`))
    assert.strictEqual(made.sha256, sha256(made.file))
    assert.strictEqual(made.size, fs.statSync(made.file).size)
    assert.strictEqual(fs.statSync(made.file).mode & 0o777, 0o600)
    assert.strictEqual(made.key, null)
    const [status, output, errors] = await checkFile(made.file)
    assert.deepStrictEqual([status, errors], [0, ''])
    assert.match(output, new RegExp(`: 0 differences; .* up to batch ${made.sequence}\n$`))
    await until('packets flow', () => going.paid > before)
  }
  await node.do('check')
  const { failed } = await going.stop()
  assert.strictEqual(failed, 0)
  assert.deepStrictEqual(node.files().filter((name) => /unfinished|part/.test(name)), [])
  await node.stop()
}

async function nothing_is_replaced_and_nothing_lies_elsewhere () {
  const elsewhere = newFolder()
  const node = await open({ admin: { backupDirectory: elsewhere } })
  const { file } = await node.json('backup', 'one.backup')
  assert.strictEqual(path.dirname(file), fs.realpathSync(elsewhere))
  const kept = sha256(file)
  const [status, , errors] = await node.ilp('backup', 'one.backup')
  assert.deepStrictEqual([status, errors], [1, `ilp: There is such a file: ${file}: it is left as it is.\n`])
  fs.writeFileSync(path.join(elsewhere, 'two.backup.key'), 'mine')
  fs.symlinkSync('/nowhere', path.join(elsewhere, 'three.backup'))
  assert.strictEqual((await node.ilp('backup', 'two.backup', '--with-key'))[0], 1)
  assert.strictEqual((await node.ilp('backup', 'three.backup'))[0], 1)
  for (const name of ['../x.backup', '/tmp/x.backup', 'x', '.x.backup', 'x.backup.key']) assert.strictEqual((await node.ilp('backup', name))[0], 1)
  assert.deepStrictEqual(fs.readdirSync(elsewhere).sort(), ['one.backup', 'three.backup', 'two.backup.key'])
  assert.strictEqual(sha256(file), kept)
  assert.strictEqual(fs.readFileSync(path.join(elsewhere, 'two.backup.key'), 'latin1'), 'mine')
  await node.do('backup')
  assert.match(fs.readdirSync(elsewhere).find((name) => name.startsWith('ledger-')), /^ledger-\d{8}T\d{6}Z\.backup$/)
  fs.rmSync(elsewhere, { recursive: true })
  const [gone, , why] = await node.ilp('backup')
  assert.deepStrictEqual([gone, why], [1, `ilp: It could not be done: ${elsewhere}: No such file or directory.\n`])
  await node.stop()
}

// The place is full: the copy fails and leaves nothing, and packets flow.
async function a_full_disk_for_a_copy_harms_nobody () {
  const node = new Kept({ address: 'test.node', accounts, admin: { backupDirectory: path.dirname(place.FILE) } })
  await node.start(place.wrapper('1m'))
  node.alice = await Client.connect(node.ilpd.port, 'a')
  node.bob = await Client.connect(node.ilpd.port, 'b')
  const there = `/proc/${node.ilpd.pid}/root${path.dirname(place.FILE)}`
  place.fill(node.ilpd.pid)
  const going = load(node.alice, 'test.bob')
  for (const words of [['backup', 'full.backup', '--with-key'], ['check']]) {
    const [status, , errors] = await node.ilp(...words)
    assert.strictEqual(status, 1)
    assert.match(errors, /^ilp: It could not be done: .*full/)
    assert.deepStrictEqual(fs.readdirSync(there), ['filler'])
  }
  place.clear(node.ilpd.pid)
  await node.do('backup', 'full.backup', '--with-key')
  assert.deepStrictEqual(fs.readdirSync(there).sort(), ['full.backup', 'full.backup.key'])
  assert.strictEqual((await going.stop()).failed, 0)
  await node.stop()
}

// As long as the ledger's own disk is full no copy gets on, so the second comes
// while the first is on its way; and who has asked for that one has gone.
async function one_copy_at_a_time_and_whoever_asks_may_go () {
  const elsewhere = newFolder()
  const socket = path.join(elsewhere, 'admin.sock')
  const node = new Kept({ address: 'test.node', accounts, admin: { backupDirectory: elsewhere, socket } }, place.FILE)
  await node.start(place.wrapper('1m'))
  node.alice = await Client.connect(node.ilpd.port, 'a')
  node.bob = await Client.connect(node.ilpd.port, 'b')
  place.fill(node.ilpd.pid)
  const stuck = Array.from({ length: 1000 }, () => new Payment({ destination: 'test.bob', amount: 1, lifetime: HOLD_MS }))
  const sent = Promise.allSettled(stuck.map((payment) => payment.send(node.alice)))
  await node.ilpd.program.until('it has trouble', () => node.ilpd.program.errors.includes('the ledger waits'))
  const first = http.request({ socketPath: socket, path: '/v1/ledger/backup', method: 'POST' })
  first.on('error', () => {}).end('{"file":"first.backup"}')
  await until('the second is one too many', async () => {
    const { status, json } = await ask({ socketPath: socket }, '/v1/ledger/check', { method: 'POST' })
    return status === 409 && json.type === '/problems/ledger-busy'
  })
  first.destroy()
  place.clear(node.ilpd.pid)
  await sent
  await until('the first is there', () => fs.existsSync(path.join(elsewhere, 'first.backup')))
  assert.strictEqual((await checkFile(path.join(elsewhere, 'first.backup')))[0], 0)
  await until('the second may come', async () => (await node.ilp('backup', 'second.backup'))[0] === 0)
  await node.stop()
}

// ---- checks ----

const carol = { id: 'carol', relation: 'peer', assetCode: 'USD', assetScale: 6, incomingToken: 'c', maximum: 'unlimited' }

async function api (node, method, target, body) {
  const { status, json } = await ask({ socketPath: `${node.dataFile}.sock` }, target, { method, body })
  assert(status < 300, JSON.stringify(json))
  return json
}

// A byte of the record of carol, which no packet touches.
function damage (file) {
  const bytes = fs.readFileSync(file)
  const at = bytes.indexOf('made/account/carol') + 'made/account/carol'.length + 40
  const handle = fs.openSync(file, 'r+')
  fs.writeSync(handle, Buffer.from([bytes[at] ^ 1]), 0, 1, at)
  fs.closeSync(handle)
}

async function a_check_finds_what_is_planted () {
  const first = await open()
  await api(first, 'POST', '/v1/accounts', carol)
  await first.stop()
  const node = await open({}, first.dataFile)
  assert.match(await node.do('check'), /^0 differences; \d+ accounts and \d+ records up to batch \d+\n$/)
  damage(node.dataFile)
  const going = load(node.alice, 'test.bob')
  const [status, output, errors] = await node.ilp('check')
  assert.deepStrictEqual([status, errors], [1, ''])
  assert.match(output, /^record 0x[0-9a-f]+: its row is damaged\n1 differences; /)
  assert.strictEqual((await node.ilp('check', '--json'))[0], 1)
  const [refused, , why] = await node.ilp('backup', 'bad.backup')
  assert.strictEqual(refused, 1)
  assert.match(why, /^ilp: The ledger is not as it should be: .*its row is damaged/)
  assert(!node.files().includes('bad.backup'))
  assert.strictEqual((await going.stop()).failed, 0)
  await node.kill()
}

// ---- the way back ----

async function restored_elsewhere_it_has_the_same_balances () {
  const node = await open()
  await api(node, 'POST', '/v1/accounts', carol)
  for (let i = 1; i <= 20; i++) await pay(node.alice, 'test.bob', i)
  const balances = await node.balances()
  const { file } = await node.json('backup', 'good.backup', '--with-key')
  for (let i = 0; i < 5; i++) await pay(node.alice, 'test.bob')
  assert.notDeepStrictEqual(await node.balances(), balances)

  const there = path.join(newFolder(), 'new.db')
  const output = await run(ilp, 'restore', file, there)
  assert.deepStrictEqual([output[0], output[1].split('\n')[0]], [0, `${there} is what ${file} was.`])
  const other = await open({}, there)
  assert.deepStrictEqual(await other.balances(), balances)
  await pay(other.alice, 'test.bob')
  await other.do('check')
  await other.stop()
  await node.stop()
}

async function restoring_spoils_nothing () {
  const node = await open()
  await pay(node.alice, 'test.bob')
  const { file } = await node.json('backup', 'good.backup', '--with-key')
  const restore = (...words) => run(ilp, 'restore', file, node.dataFile, ...words)
  for (const words of [[], ['--force']]) {
    const [status, , errors] = await restore(...words)
    assert.strictEqual(status, 1)
    assert.match(errors, /ledger\.db: it is in use\n$/)
  }
  await pay(node.alice, 'test.bob')
  await node.stop()
  const before = sha256(node.dataFile)
  const [status, , errors] = await restore()
  assert.strictEqual(status, 1)
  assert.match(errors, /it is there; --force moves it away\n$/)
  assert.strictEqual(sha256(node.dataFile), before)

  const bytes = fs.readFileSync(file)
  const bad = path.join(node.folder, 'bad.backup')
  fs.writeFileSync(bad, bytes.subarray(0, bytes.length - 8192))
  const [damaged, , why] = await run(ilp, 'restore', bad, node.dataFile, '--force')
  assert.strictEqual(damaged, 1)
  assert.match(why, /bad\.backup: it is not whole, or cannot be read; nothing was done\n$/)
  assert.strictEqual(sha256(node.dataFile), before)

  assert.strictEqual((await restore('--force'))[0], 0)
  assert.strictEqual(sha256(`${node.dataFile}.before-restore`), before)
  assert.strictEqual((await restore('--force'))[0], 1)
  const again = await open({}, node.dataFile)
  assert.strictEqual((await again.balance('bob')).current, '-10')
  await again.stop()
  assert.strictEqual((await checkFile(`${node.dataFile}.before-restore`))[0], 0)
}

// ---- what the node cannot know ----

const adjust = (node, id, body, key) => new Promise((resolve, reject) => {
  const headers = { 'content-type': 'application/json', 'idempotency-key': key }
  const request = http.request({ socketPath: `${node.dataFile}.sock`, path: `/v1/accounts/${id}/adjustments`, method: 'POST', headers }, (response) => {
    response.resume().on('end', () => resolve(response.statusCode)).on('error', reject)
  })
  request.on('error', reject).end(JSON.stringify(body))
})

async function an_adjustment_is_there_once_whatever_is_killed () {
  const random = new Random(Date.now() % 1000000)
  const node = new Kept({ address: 'test.node', accounts })
  let heard = 0
  for (let i = 1; i <= KILLS; i++) {
    await node.start()
    const answer = adjust(node, 'alice', { amount: '-1', note: `number ${i}` }, `key-${i}`).catch(() => 0)
    if (i % 2) assert.strictEqual(await answer, 201)
    else await pause(random.below(6))
    await node.kill()
    heard += await answer === 201
    await node.start()
    if (i % 2) assert.strictEqual((await node.balance('alice')).current, String(-i))
    assert.strictEqual(await adjust(node, 'alice', { amount: '-1', note: `number ${i}` }, `key-${i}`), 201)
    assert.strictEqual((await node.balance('alice')).current, String(-i))
    assert.strictEqual(await adjust(node, 'alice', { amount: '-2' }, `key-${i}`), 422)
    await node.kill()
  }
  assert(heard >= KILLS / 2)
  await node.start()
  const { own } = await node.ilpd.figures()
  assert.deepStrictEqual(own.map(({ kind, balance }) => [kind, balance]), [['exchange', '0'], ['late', '0'], ['adjusted', String(KILLS)]])
  await node.stop()
  assert.strictEqual((await checkFile(node.dataFile))[0], 0)
}

async function an_operator_adjusts_a_balance () {
  const node = await open({ accounts: [accounts[1], { ...accounts[0], maximum: '1500000' }] })
  assert.strictEqual(await node.do('adjust', 'alice', '1500000', '--note', 'their wire'), 'The balance of "alice" is 1.500000 USD now.\n')
  const [status, , errors] = await node.ilp('adjust', 'alice', '1')
  assert.strictEqual(status, 1)
  assert.match(errors, /^ilp: The account's balance would be beyond a limit: .* its maximum is 1500000; .*\n.* --key [0-9a-f]{32}\n$/)
  assert.strictEqual(await node.do('adjust', 'alice', '1', '--beyond-limits'), 'The balance of "alice" is 1.500001 USD now.\n')
  for (let i = 0; i < 2; i++) assert.strictEqual(await node.do('adjust', 'alice', '-500001', '--key', 'k'), 'The balance of "alice" is 1.000000 USD now.\n')
  assert.strictEqual((await node.ilp('adjust', 'nobody', '1'))[0], 1)
  await node.stop()
}

// East dies under load, again and again until the peer has more than it knows.
async function what_west_has_and_east_forgot_is_resolved () {
  const [eastPort, westPort] = await freePorts(2)
  const east = new Kept({
    address: 'test.east',
    listen: [{ ...LOCAL, port: eastPort }],
    durability: 'relaxed', // so that there is something to forget
    accounts: [accounts[0], account('west', { server: `btp+ws://:w@127.0.0.1:${westPort}`, routes: ['test.west'] })]
  })
  const west = await new Kept({
    address: 'test.west',
    listen: [{ ...LOCAL, port: westPort }],
    accounts: [account('east', { incomingToken: 'w' }), account('bob', { incomingToken: 'b', routes: ['test.west.bob'] })]
  }).start()
  west.bob = await Client.connect(westPort, 'b')
  let missing = 0n
  for (let times = 0; times < 10 && missing === 0n; times++) {
    await east.start()
    await east.ilpd.connected('west')
    const going = load(await Client.connect(eastPort, 'a'), 'test.west.bob')
    await until('packets flow', () => going.paid > 200)
    await east.kill()
    await going.stop()
    await pause(HOLD_MS + WINDOW_MS)
    await east.start()
    const { current, unresolved } = await until('it has lapsed', async () => {
      const balance = await east.balance('west')
      return balance.inDoubt === '0' && balance
    })
    missing = BigInt((await west.balance('east')).current) + BigInt(current)
    assert(missing >= 0n && missing <= BigInt(unresolved), `${missing} of ${unresolved}`)
    assert(BigInt(unresolved) > 0n)
    assert.strictEqual((await east.ilp('resolve', 'west', String(BigInt(unresolved) + 1n)))[0], 1)
    assert.strictEqual((await east.ilp('resolve', 'west', '0', '--unresolved', '1'))[0], 1)
    await east.do('resolve', 'west', String(missing), '--unresolved', unresolved, '--key', `crash-${times}`)
    await east.kill()
    await east.start()
    await east.do('resolve', 'west', String(missing), '--unresolved', unresolved, '--key', `crash-${times}`)
    const after = await east.balance('west')
    assert.deepStrictEqual([after.unresolved, after.current], ['0', String(-BigInt((await west.balance('east')).current))])
    await east.stop()
  }
  console.log(`  east had forgotten ${missing}`)
  await west.stop()
  for (const { dataFile } of [east, west]) assert.strictEqual((await checkFile(dataFile))[0], 0)
}

const needPlaces = [a_full_disk_for_a_copy_harms_nobody, one_copy_at_a_time_and_whoever_asks_may_go]
const havePlaces = place.hasPlaces()
if (!havePlaces) console.log('SKIP: nothing may be mounted here; so no disk was full')

prove(
  a_backup_under_load_is_whole,
  nothing_is_replaced_and_nothing_lies_elsewhere,
  ...(havePlaces ? needPlaces : []),
  a_check_finds_what_is_planted,
  restored_elsewhere_it_has_the_same_balances,
  restoring_spoils_nothing,
  an_adjustment_is_there_once_whatever_is_killed,
  an_operator_adjusts_a_balance,
  what_west_has_and_east_forgot_is_resolved
)
