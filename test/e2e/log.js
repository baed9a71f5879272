// SPDX-License-Identifier: Apache-2.0
// The log of ilpd: what operators find in it, that nothing waits for whoever
// reads it, that no secret is in it; and who has changed what.
//
//     node log.js PATH_TO_ilpd PATH_TO_ilp [CLAIM...]
'use strict'

const assert = require('assert')
const { spawn } = require('child_process')
const fs = require('fs')
const http = require('http')
const path = require('path')
const { account, folder, write, LOCAL } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { Program } = require('../interop/lib/program')
const { until, within } = require('../interop/lib/wait')
const { ask } = require('./lib/ask')
const { binary, start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const ilp = process.argv[3]

let files = 0
const newPath = (end) => path.join(folder, `log-${++files}${end}`)

const accounts = [
  account('alice', { incomingToken: 'TOKEN-alice' }),
  account('bob', { incomingToken: 'TOKEN-bob', routes: ['test.bob'] })
]

const records = (text) => text.split('\n').slice(0, -1).map((line) => JSON.parse(line))
const events = (text) => records(text).map(({ event }) => event)

async function run (...words) {
  const program = new Program([ilp, ...words], { PATH: process.env.PATH, HOME: folder })
  return [await program.wait(), program.output, program.said]
}

async function pay (from) {
  const payment = new Payment({ destination: 'test.bob', amount: 10 })
  await payment.send(from)
  return payment.fulfilled ? true : payment.reject.message
}

// With its books in a file, and an API by both ways.
async function open (config) {
  const dataFile = newPath('.db')
  const ilpd = await start({ accounts, ledger: 'sqlite', dataFile, admin: { tcpHost: '127.0.0.1', tcpPort: 0 }, ...config })
  const port = Number(/is managed on 127\.0\.0\.1:(\d+)/.exec(ilpd.program.output)[1])
  return { ilpd, dataFile, socket: `${dataFile}.sock`, at: { socketPath: `${dataFile}.sock` }, port }
}

async function stop ({ ilpd }) {
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function every_line_is_json_and_tells_what_happened () {
  const node = await open({ logFormat: 'json', accounts: [...accounts, account('away', { server: 'btp+ws://:TOKEN-away@127.0.0.1:1/path' })] })
  const { ilpd } = node
  const alice = await Client.connect(ilpd.port, 'TOKEN-alice')
  await alice.close()
  await assert.rejects(Client.connect(ilpd.port, 'no such token'))
  await ask(node.at, '/v1/accounts/bob/stop', { method: 'POST' })
  ilpd.program.signal('SIGHUP')
  await ilpd.program.until('it has told', () => ['link-down', 'reloaded', 'dial-failed', 'changed'].every((event) => ilpd.program.said.includes(`"${event}"`)))
  await stop(node)
  const all = records(ilpd.program.said)
  const one = (event) => all.find((record) => record.event === event) || assert.fail(`${event}: ${ilpd.program.said}`)
  for (const { time, level, event, text } of all) {
    assert.strictEqual(new Date(time).toISOString(), time)
    assert(['error', 'warn', 'info'].includes(level) && /^[a-z-]+$/.test(event) && text.length > 0)
  }
  assert.deepStrictEqual([one('started').address, one('started').books, one('started').configuration.startsWith(folder)], ['test.node', node.dataFile, true])
  assert.deepStrictEqual(all.filter(({ event }) => event === 'listening').map((record) => record.port || record.at), [node.socket, node.port, ilpd.port])
  assert.deepStrictEqual([one('link-up').account, one('link-up').from], ['alice', '127.0.0.1'])
  assert.deepStrictEqual([one('link-down').account, typeof one('link-down').reason], ['alice', 'string'])
  assert.deepStrictEqual([one('login-refused').from, one('login-refused').level], ['127.0.0.1', 'warn'])
  assert.deepStrictEqual([one('dial-failed').account, one('dial-failed').tries, one('dial-failed').reason], ['away', 1, 'Connection refused'])
  assert.deepStrictEqual([one('changed').who, one('changed').action, one('changed').object], ['socket', 'stopAccount', 'bob'])
  assert.strictEqual(one('stopping').text, 'no new packets are let in: SIGTERM has come')
  assert.strictEqual(all.pop().event, 'stopped')
}

async function a_start_that_fails_is_in_the_log () {
  for (const [logFormat, said] of [['text', /^\S+Z error failed: cannot listen on .*\n$/], ['json', /^\{"time":"[^"]*","level":"error","event":"failed","text":"cannot listen on .*"\}\n$/]]) {
    const program = new Program([binary, write(JSON.stringify({ address: 'test.node', accounts: [], ledger: 'memory', logFormat, listen: [{ host: '192.0.2.1', port: 1 }] }))])
    assert.strictEqual(await program.wait(), 1)
    assert.match(program.said, said)
  }
  const program = new Program([binary, write(JSON.stringify({ ledger: 'memory', listen: [LOCAL], logFile: '/nowhere/at/all' }))])
  assert.deepStrictEqual([await program.wait(), program.said], [1, 'ilpd: cannot write the log to /nowhere/at/all: No such file or directory\n'])
}

// A pipe that nobody reads takes some 64 KiB; this is many times of that.
async function nobody_waits_for_whoever_reads_the_log () {
  const dataFile = newPath('.db')
  const config = { address: 'test.node', listen: [LOCAL], rates: 'one-to-one', accounts, ledger: 'sqlite', dataFile, logLevel: 'debug' }
  const child = spawn(binary, [write(JSON.stringify(config))], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => { output += chunk })
  child.stderr.pause()
  const ended = new Promise((resolve) => child.on('exit', (status, signal) => resolve(signal || status)))
  const at = { socketPath: `${dataFile}.sock`, agent: new http.Agent({ keepAlive: true, maxSockets: 8 }) }
  try {
    await until('ilpd is ready', () => / is ready on 127\.0\.0\.1:(\d+)/.exec(output))
    const port = Number(/ is ready on 127\.0\.0\.1:(\d+)/.exec(output)[1])
    const alice = await Client.connect(port, 'TOKEN-alice')
    await Client.connect(port, 'TOKEN-bob')
    const leftOut = async () => (await ask(at, '/v1/log')).json.leftOut
    while (await leftOut() === 0) {
      await Promise.all(Array.from({ length: 100 }, (_, i) => ask(at, `/v1/accounts/${'x'.repeat(200)}${i}/stop`, { method: 'POST' })))
      assert.strictEqual(await pay(alice), true)
    }
    for (let i = 0; i < 20; i++) assert.strictEqual(await pay(alice), true)
    at.agent.destroy()
    child.kill('SIGTERM')
    assert.strictEqual(await within('its end', ended), 0)
    assert.strictEqual(output.split('\n').filter((line) => line.startsWith('{"type":"statistics"')).length, 1)
  } finally {
    child.kill('SIGKILL')
  }
}

// When somebody reads again, the log goes on, and says what is missing.
async function what_was_left_out_is_counted_in_the_log () {
  const logFile = newPath('.fifo')
  await new Program(['mkfifo', logFile]).wait()
  const reader = fs.openSync(logFile, fs.constants.O_RDWR | fs.constants.O_NONBLOCK)
  const node = await open({ logFormat: 'json', logFile })
  const leftOut = async () => (await ask(node.at, '/v1/log')).json.leftOut
  while (await leftOut() === 0) await Promise.all(Array.from({ length: 50 }, (_, i) => ask(node.at, `/v1/accounts/${'x'.repeat(200)}${i}/stop`, { method: 'POST' })))
  const missing = await leftOut()
  let text = ''
  const read = () => {
    const chunk = Buffer.alloc(65536)
    try {
      for (let len; (len = fs.readSync(reader, chunk)) > 0;) text += chunk.toString('latin1', 0, len)
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error
    }
    return text
  }
  await until('the log says so', () => /"records-left-out"[^\n]*\n/.test(read()))
  const reading = setInterval(read, 10)
  await stop(node)
  clearInterval(reading)
  const all = records(read())
  assert.strictEqual(all.filter(({ event }) => event === 'records-left-out').reduce((sum, { count }) => sum + count, 0), missing)
  assert.strictEqual(all.pop().event, 'stopped')
  fs.closeSync(reader)
}

async function a_file_that_was_moved_away_is_left_alone () {
  const logFile = newPath('.log')
  const node = await open({ logFormat: 'json', logFile })
  await ask(node.at, '/v1/stop', { method: 'POST' })
  const seen = (file, event) => until(`${file} has ${event}`, () => fs.existsSync(file) && events(fs.readFileSync(file, 'utf8')).includes(event))
  await seen(logFile, 'changed')
  fs.renameSync(logFile, `${logFile}.1`)
  node.ilpd.program.signal('SIGHUP')
  await until('there is a new one', () => fs.existsSync(logFile))
  await ask(node.at, '/v1/start', { method: 'POST' })
  await seen(logFile, 'changed')
  const old = fs.readFileSync(`${logFile}.1`, 'utf8')
  // One that cannot be opened is not worth the one that there is.
  fs.renameSync(logFile, `${logFile}.2`)
  fs.mkdirSync(logFile)
  node.ilpd.program.signal('SIGHUP')
  await seen(`${logFile}.2`, 'log-not-reopened')
  await stop(node)
  assert.strictEqual(fs.readFileSync(`${logFile}.1`, 'utf8'), old)
  assert.strictEqual(fs.statSync(`${logFile}.1`).mode & 0o777, 0o600)
  assert.strictEqual(events(fs.readFileSync(`${logFile}.2`, 'utf8')).pop(), 'stopped')
  assert.strictEqual(node.ilpd.program.said, '')
}

async function the_level_is_set_by_a_command_until_the_next_start () {
  const node = await open()
  const { socket, ilpd } = node
  const refused = async () => {
    const alice = await Client.connect(ilpd.port, 'TOKEN-alice')
    assert.match(await pay(alice), /connect/)
    await alice.close()
  }
  assert.deepStrictEqual(await run('log', '--socket', socket), [0, 'The log is at "info".\n', ''])
  await refused()
  assert.deepStrictEqual(await run('log', 'debug', '--socket', socket), [0, 'The log is at "debug", until the next start: then at "info".\n', ''])
  assert.doesNotMatch(ilpd.program.said, / debug /)
  await refused()
  await ilpd.program.until('it has told', () => / debug packet-refused: a packet of "alice" was refused: /.test(ilpd.program.said))
  assert.strictEqual((await run('log', 'error', '--socket', socket))[0], 0)
  const before = ilpd.program.said.length
  await refused()
  assert.strictEqual((await run('log', 'loud', '--socket', socket))[0], 2)
  assert.strictEqual(JSON.parse((await run('log', '--json', '--socket', socket))[1]).level, 'error')
  await stop(node)
  assert.strictEqual(ilpd.program.said.slice(before), '')
  const again = await start({ ledger: 'sqlite', dataFile: node.dataFile, accounts })
  assert.deepStrictEqual(await run('log', '--socket', socket), [0, 'The log is at "info".\n', ''])
  await again.stop()
}

// ---- secrets ----

// Everywhere where one can be, in errors too, and all that was ever said.
async function no_secret_is_ever_told () {
  const secret = (name) => `SECRET-${name}-0123456789abcdef0123456789`
  const logFile = newPath('.log')
  const told = []
  const node = await open({
    logLevel: 'debug',
    logFormat: 'json',
    logFile,
    accounts: [
      account('alice', { incomingToken: secret('token'), incomingJwt: { secret: secret('jwt') } }),
      account('away', { server: `btp+ws://user:${secret('url')}@127.0.0.1:1/path?${secret('query')}` }),
      account('far', { server: `http://:${secret('http')}@127.0.0.1:1/path`, routes: ['test.far'] }),
      account('signed', { server: 'http://127.0.0.1:1/path', outgoingJwt: { secret: secret('outgoing') }, routes: ['test.signed'] })
    ],
    rates: undefined,
    rateMeasure: 'USD',
    rateSources: [{ kind: 'rafiki', maxAge: 1000, timeout: 200, refresh: 100, url: `http://127.0.0.1:1/${secret('source')}`, headerName: 'x-key', headerValue: secret('header') }]
  })
  const call = async (at, target, options) => {
    const answer = await ask(at, target, options)
    told.push(answer.body)
    return answer
  }
  const { token } = (await ask(node.at, '/v1/tokens', { method: 'POST', body: { name: 'watch', scope: 'read' } })).json
  const made = { relation: 'peer', assetCode: 'USD', assetScale: 6, incomingToken: secret('made') }
  for (const [method, target, body] of [
    ['POST', '/v1/accounts', { id: 'carol', ...made, server: `btp+ws://u:${secret('server')}@127.0.0.1:1/?${secret('more')}` }],
    ['PATCH', '/v1/accounts/carol', { incomingToken: secret('changed'), incomingUser: 'u', maximum: '5' }],
    ['PATCH', '/v1/accounts/carol', { server: `http://:${secret('patched')}@127.0.0.1:1/` }],
    ['POST', '/v1/accounts', { id: 'dora', ...made, incomingToken: secret('token') }],
    ['POST', '/v1/accounts', { id: 'emil', ...made, server: `nonsense://${secret('wrong')}` }],
    ['POST', '/v1/accounts', { id: 'fred', ...made, incomingToken: [secret('list')] }],
    ['POST', '/v1/accounts', { id: 'gina', ...made, incomingJwt: { secret: secret('group') } }],
    ['POST', '/v1/accounts', `{"id": "${secret('broken')}`],
    ['PATCH', '/v1/accounts/alice', { incomingToken: secret('file') }]
  ]) await call(node.at, target, { method, body })
  for (const bad of [token, secret('stranger')]) {
    await call({ port: node.port }, '/v1/stop', { method: 'POST', token: bad })
    await call({ port: node.port }, '/v1/tokens', { token: bad })
  }
  for (const target of ['/v1/status', '/v1/accounts', '/v1/accounts/carol', '/v1/audit', '/v1/log', '/v1/tokens', '/v1/metrics', '/v1/alerts', '/v1/rates']) await call(node.at, target)
  await Promise.all([['status'], ['accounts'], ['account', 'carol'], ['account', 'away'], ['audit'], ['audit', '--json'], ['log'], ['doctor'], ['tokens'], ['alerts'], ['accounts', 'add', '--id', 'hans', '-a', 'USD', '-s', '6', '--incoming-token-file', write(secret('token'))]]
    .map(async (words) => told.push(...(await run(...words, '--socket', node.socket)).slice(1))))
  const alice = await Client.connect(node.ilpd.port, secret('token'))
  await Promise.all(['test.far', 'test.signed', 'test.nobody'].map((destination) => new Payment({ destination, amount: 1, lifetime: 3000 }).send(alice)))
  await assert.rejects(Client.connect(node.ilpd.port, secret('guess')))
  await ask({ port: node.ilpd.port }, '/', { method: 'POST', body: {}, token: secret('bearer') })
  node.ilpd.program.signal('SIGUSR1')
  node.ilpd.program.signal('SIGHUP')
  await until('it has told of it all', () => ['reloaded', 'rates', 'login-refused', 'operator-refused', 'access-refused', 'change-refused', 'packet-refused', 'dial-failed'].every((event) => events(fs.readFileSync(logFile, 'utf8')).includes(event)))
  await stop(node)
  told.push(fs.readFileSync(logFile, 'utf8'), node.ilpd.program.output, node.ilpd.program.said)
  // What is wrong with a configuration is told as well.
  for (const wrong of [{ incomingToken: [secret('wrong')] }, { server: secret('wrong') }, { outgoingJwt: { secret: secret('wrong') } }]) {
    const program = new Program([binary, write(JSON.stringify({ address: 'test.node', listen: [LOCAL], logLevel: 'debug', accounts: [account('a', wrong)] }))])
    assert.strictEqual(await program.wait(), 1)
    told.push(program.said)
  }
  const all = told.join('\n')
  const key = fs.readFileSync(`${node.dataFile}.key`, 'utf8').trim()
  assert(all.includes('"carol"') && key.length === 64)
  for (const part of ['SECRET-', token, token.slice(5), key]) assert(!all.includes(part), all.slice(Math.max(0, all.indexOf(part) - 300), all.indexOf(part) + 50))
}

// ---- who has changed what ----

async function each_change_is_written_down_once_whatever_comes () {
  const dataFile = newPath('.db')
  const config = { ledger: 'sqlite', dataFile, accounts: [] }
  const at = { socketPath: `${dataFile}.sock` }
  const wanted = []
  let maybe = []
  const entries = async () => {
    const all = []
    for (let next = '0'; next !== null;) {
      const { json } = await ask(at, `/v1/audit?limit=7&cursor=${next}`)
      all.push(...json.items)
      next = json.next
    }
    return all
  }
  for (let turn = 0; turn < 8; turn++) {
    const ilpd = await start(config)
    const seen = await entries()
    assert.deepStrictEqual(seen.map(({ number }) => number), seen.map((_, i) => i + 1))
    // What was asked right before the kill may be there or not, but as a whole.
    const objects = seen.map(({ object }) => object)
    for (const id of maybe) {
      const { status } = await ask(at, `/v1/accounts/${id}`)
      assert.strictEqual(objects.includes(id), status === 200)
      if (status === 200) wanted.push(id)
    }
    assert.deepStrictEqual(objects.slice().sort(), wanted.slice().sort())
    maybe = []
    for (let i = 0; i < 5; i++) {
      const id = `peer-${turn}-${i}`
      const answer = await ask(at, '/v1/accounts', { method: 'POST', body: account(id) })
      assert.strictEqual(answer.status, 201)
      wanted.push(id)
    }
    assert.strictEqual((await ask(at, '/v1/accounts', { method: 'POST', body: account(wanted[0]) })).status, 409)
    maybe.push(`last-${turn}`)
    const last = ask(at, '/v1/accounts', { method: 'POST', body: account(maybe[0]) }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve, turn))
    ilpd.program.signal('SIGKILL')
    await ilpd.program.wait()
    await last
  }
  const ilpd = await start(config)
  const [status, output] = await run('audit', '--socket', at.socketPath)
  assert.strictEqual(status, 0)
  assert.match(output, /^NUMBER +AT +WHO +ACTION +OBJECT +CHANGES$/m)
  assert.match(output, /^ +1 +20\d\d-\S+Z +socket +addAccount +peer-0-0 +id=peer-0-0 relation=peer /m)
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function who_it_was_is_the_name_of_a_token () {
  const node = await open()
  const { token } = (await ask(node.at, '/v1/tokens', { method: 'POST', body: { name: 'robot', scope: 'operate' } })).json
  const by = { port: node.port }
  assert.strictEqual((await ask(by, '/v1/stop', { method: 'POST', token })).status, 200)
  assert.strictEqual((await ask(by, '/v1/log', { method: 'PATCH', body: { level: 'warn' }, token })).status, 200)
  assert.strictEqual((await ask(by, '/v1/tokens', { method: 'POST', body: { name: 'x', scope: 'admin' }, token })).status, 403)
  assert.strictEqual((await ask(by, '/v1/audit', { token })).status, 403)
  for (let i = 0; i < 50; i++) assert.strictEqual((await ask(by, '/v1/stop', { method: 'POST', token: 'none' })).status, 401)
  const { items } = (await ask(node.at, '/v1/audit')).json
  assert.deepStrictEqual(items.map(({ who, action, object }) => [who, action, object]), [
    ['socket', 'addToken', 'robot'], ['token/robot', 'stopAll', null], ['token/robot', 'setLog', null]
  ])
  assert.deepStrictEqual(items[2].changes, [{ name: 'level', value: 'warn' }])
  assert.match((await ask(node.at, '/v1/metrics')).body, /^ilpd_operator_logins_refused_total 50$/m)
  await stop(node)
  const refused = (event) => node.ilpd.program.said.split('\n').filter((line) => line.includes(` warn ${event}: `)).length
  assert.deepStrictEqual([refused('operator-refused'), refused('access-refused')], [20, 20])
}

prove(
  every_line_is_json_and_tells_what_happened,
  a_start_that_fails_is_in_the_log,
  nobody_waits_for_whoever_reads_the_log,
  what_was_left_out_is_counted_in_the_log,
  a_file_that_was_moved_away_is_left_alone,
  the_level_is_set_by_a_command_until_the_next_start,
  no_secret_is_ever_told,
  each_change_is_written_down_once_whatever_comes,
  who_it_was_is_the_name_of_a_token
)
