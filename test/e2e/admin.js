// SPDX-License-Identifier: Apache-2.0
// The admin API of ilpd, over its Unix socket: whatever it answers is as its own
// document says; and whoever asks, or does something else there, packets flow.
//
//     node admin.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const fs = require('fs')
const http = require('http')
const net = require('net')
const path = require('path')
const { account, folder, LOCAL, write } = require('../interop/lib/ilpd')
const { need } = require('../interop/lib/need')
const { Payment } = require('../interop/lib/payment')
const { Program } = require('../interop/lib/program')
const { until, within } = require('../interop/lib/wait')
const { ask } = require('./lib/ask')
const { binary, start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')
const { Document, operations } = require('./lib/document')
const { keepPaying } = require('./lib/paying')

const VALIDATOR = '@seriousme/openapi-schema-validator'
if (!fs.existsSync(path.join(__dirname, '../interop/node_modules', VALIDATOR))) need(VALIDATOR)

const GUESTS = 200
const FLOOD = 400 // requests

let sockets = 0
const freeSocket = () => path.join(folder, `admin-${++sockets}.sock`)

const accounts = [
  account('alice', { incomingToken: 'TOKEN-a', routes: ['test.alice'] }),
  account('bob', { incomingToken: 'TOKEN-b', routes: ['test.bob'] }),
  account('carol', { assetCode: 'EUR', assetScale: 2, server: 'btp+ws://me:TOKEN-c@127.0.0.1:9/path?TOKEN-d', routes: ['test.carol', 'test.more'] })
]

async function open (config) {
  const socketPath = freeSocket()
  const ilpd = await start({ accounts, admin: { socket: socketPath }, ...config })
  return { ilpd, socketPath, agent: new http.Agent({ keepAlive: true, maxSockets: 4 }) }
}

async function endsWell ({ ilpd, socketPath, agent }) {
  agent.destroy()
  const { status, errors } = await ilpd.stop()
  assert.deepStrictEqual([status, errors], [0, ''])
  assert(!fs.existsSync(socketPath))
}

// ---- the document

const all = (node, key, found = []) => {
  if (node && typeof node === 'object') {
    for (const [name, value] of Object.entries(node)) {
      if (name === key) found.push(value)
      all(value, key, found)
    }
  }
  return found
}

async function describes_itself_as_openapi_has_it () {
  const admin = await open()
  const { status, type, json } = await ask(admin, '/v1/openapi.json')
  assert.deepStrictEqual([status, type], [200, 'application/json'])
  const { Validator } = await import(path.join(__dirname, '../interop/node_modules', VALIDATOR, 'index.js'))
  const { valid, errors } = await new Validator().validate(JSON.parse(JSON.stringify(json)))
  assert(valid, JSON.stringify(errors))
  assert.match(json.openapi, /^3\.1\./)
  for (const reference of all(json, '$ref')) {
    assert.match(reference, /^#\/components\/schemas\/\w+$/)
    assert(json.components.schemas[reference.split('/').pop()], `${reference} leads nowhere`)
  }
  for (const name of Object.keys(json.components.schemas)) {
    assert(all(json, '$ref').includes(`#/components/schemas/${name}`), `nothing refers to ${name}`)
  }
  const names = operations(json).map(({ operation }) => operation.operationId)
  assert.strictEqual(new Set(names).size, names.length)
  for (const { target, operation } of operations(json)) {
    const wanted = Array.from(target.matchAll(/{(\w+)}/g), (match) => match[1])
    assert.deepStrictEqual(operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name), wanted)
  }
  await endsWell(admin)
}

// What stands for something in a path: what there is, and what there is not.
const there = (target) => target.replace('{id}', /alerts/.test(target) ? '1' : 'alice').replace('{prefix}', 'test.alice')
const notThere = (target) => target.replace('{prefix}', 'test.nobody').replace(/{\w+}/, 'nobody')

async function answers_as_its_document_says () {
  const admin = await open({ rates: { USD: '1', EUR: '1.1' } })
  const peers = await keepPaying(admin.ilpd.port)
  await peers.goOn(10)
  const document = await Document.of(admin)
  // One has no end, and is listened to in events.js.
  const gets = document.operations.filter(({ method, target }) => method === 'get' && target !== '/v1/events')
  assert(gets.length >= 8)
  for (const one of gets) {
    for (const [target, status] of [[there(one.target), 200], [notThere(one.target), /{/.test(one.target) ? 404 : 200]]) {
      const answer = await ask(admin, target)
      assert.strictEqual(answer.status, status, `${target}: ${answer.body}`)
      document.judge(one, answer)
      assert(!answer.body.includes('TOKEN-'), `${target} tells a secret`)
      const head = await ask(admin, target, { method: 'HEAD' })
      assert.deepStrictEqual([head.status, head.type, head.body], [answer.status, answer.type, ''])
    }
    document.judge(one, await ask(admin, `${there(one.target)}?limit=1`))
    document.judge(one, await ask(admin, `${there(one.target)}?limit=x&cursor=%`))
  }
  await peers.end()
  for (const one of document.operations.filter(({ method, target }) => method !== 'get' && /(stop|start)$/.test(target))) {
    document.judge(one, await ask(admin, notThere(one.target), { method: one.method.toUpperCase() }))
  }
  await endsWell(admin)
}

async function tells_the_truth () {
  const admin = await open()
  const peers = await keepPaying(admin.ilpd.port)
  await peers.goOn(20)
  await peers.end()
  const { json: alice } = await ask(admin, '/v1/accounts/alice')
  assert.strictEqual(alice.packets.fulfilledIn + alice.packets.fulfilledOut, peers.paid)
  const { statistics, accounts } = await admin.ilpd.figures()
  assert.strictEqual(alice.balance.current, accounts.alice.balance)
  const { json: status } = await ask(admin, '/v1/status')
  assert.deepStrictEqual([status.packets.prepares, status.packets.fulfills], [statistics.prepares, peers.paid])
  assert.deepStrictEqual([status.accounts, status.accountsConnected, status.ready], [3, 2, true])
  const { json: page } = await ask(admin, '/v1/accounts?limit=2')
  const { json: rest } = await ask(admin, `/v1/accounts?limit=2&cursor=${page.next}`)
  assert.deepStrictEqual([...page.items, ...rest.items].map(({ id }) => id).sort(), ['alice', 'bob', 'carol'])
  assert.strictEqual(rest.next, null)
  const carol = [...page.items, ...rest.items].find(({ id }) => id === 'carol')
  assert.strictEqual(carol.link.url, 'btp+ws://127.0.0.1:9/path')
  await endsWell(admin)
}

async function stops_and_starts_an_account () {
  const admin = await open()
  const alice = await Client.connect(admin.ilpd.port, 'TOKEN-a')
  await Client.connect(admin.ilpd.port, 'TOKEN-b')
  for (const [word, state, good] of [['stop', 'stopped', false], ['start', 'open', true]]) {
    const { status, json } = await ask(admin, `/v1/accounts/bob/${word}`, { method: 'POST' })
    assert.deepStrictEqual([status, json.state], [200, state])
    const payment = new Payment({ destination: 'test.bob' })
    await payment.send(alice)
    assert.strictEqual(Boolean(payment.fulfilled), good)
  }
  await endsWell(admin)
}

// ---- clients of all kinds

// A bare connection; `heard` grows, and `whole` is all of it in the end.
function connect ({ socketPath }, said = '') {
  const socket = net.connect({ path: socketPath, allowHalfOpen: true })
  socket.heard = ''
  socket.on('error', () => {}).on('data', (data) => { socket.heard += data.toString('latin1') })
  socket.whole = new Promise((resolve) => socket.on('close', () => resolve(socket.heard)))
  socket.on('end', () => socket.end())
  if (said) socket.write(said, 'latin1')
  return socket
}

const GET = (target) => `GET ${target} HTTP/1.1\r\nHost: x\r\n\r\n`

async function sends_away_who_speaks_something_else () {
  const admin = await open()
  const peers = await keepPaying(admin.ilpd.port)
  const cases = [
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
    ['\0\xff\r\n\r\n', 400],
    ['GET /v1/status\r\n\r\n', 505],
    ['GET /v1/status HTTP/1.1\r\n\r\n', 400],
    [`GET /${'x'.repeat(10000)} HTTP/1.1\r\n`, 431],
    ['POST /v1/accounts/alice/stop HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n', 413]
  ]
  for (const [said, status] of cases) {
    const heard = await within('it is sent away', connect(admin, said).whole)
    assert.match(heard, new RegExp(`^HTTP/1\\.1 ${status} .*\r\n\r\n$`, 's'), JSON.stringify(said.slice(0, 60)))
  }
  for (let i = 0; i < 50; i++) connect(admin, GET('/v1/status').slice(0, i)).destroy()
  await peers.goOn(20)
  assert.strictEqual((await ask(admin, '/v1/health')).status, 200)
  await peers.end()
  await endsWell(admin)
}

// Who closes its half of the connection still wants its answers.
async function answers_who_has_said_all () {
  const admin = await open()
  const socket = connect(admin)
  socket.end(GET('/v1/status') + GET('/v1/accounts/nobody'))
  const heard = await within('it is closed', socket.whole)
  assert.match(heard, /^HTTP\/1\.1 200 .*HTTP\/1\.1 404 /s)
  await endsWell(admin)
}

// It asks for much, and reads nothing of it.
async function is_not_held_up_by_one_who_does_not_read () {
  const many = Array.from({ length: 250 }, (_, i) => account(`account-${i}`))
  const admin = await open({ accounts: [...accounts, ...many] })
  const peers = await keepPaying(admin.ilpd.port)
  const deaf = Array.from({ length: 8 }, () => {
    const socket = connect(admin)
    socket.pause()
    for (let i = 0; i < FLOOD; i++) socket.write(GET('/v1/accounts?limit=250'))
    return socket
  })
  await peers.goOn(50)
  assert.strictEqual((await ask(admin, '/v1/health')).status, 200)
  assert.strictEqual((await ask(admin, '/v1/accounts?limit=250')).json.items.length, 250)
  await peers.goOn(50)
  for (const socket of deaf) socket.destroy()
  await peers.end()
  await endsWell(admin)
}

async function serves_two_hundred_at_once () {
  const admin = await open()
  const peers = await keepPaying(admin.ilpd.port)
  const guests = Array.from({ length: GUESTS }, () => connect(admin))
  await within('all are in', Promise.all(guests.map((socket) => new Promise((resolve) => socket.on('connect', resolve)))))
  for (const socket of guests) socket.write(GET('/v1/status'))
  await until('all are answered', () => guests.every(({ heard }) => heard.startsWith('HTTP/1.1 200 ') && heard.endsWith('}')))
  await peers.goOn(20)
  for (const socket of guests) socket.destroy()
  await peers.end()
  await endsWell(admin)
}

async function ends_with_somebody_there () {
  const admin = await open()
  const guests = [connect(admin), connect(admin, GET('/v1/status').slice(0, 20)), connect(admin, GET('/v1/accounts').repeat(5))]
  await ask(admin, '/v1/health')
  await endsWell(admin)
  for (const { whole } of guests) await within('it is closed', whole)
}

// ---- the socket

// What ilpd says when it cannot start.
async function failure (config) {
  const program = new Program([binary, write(JSON.stringify({
    address: 'test.node', accounts: [], listen: [LOCAL], rates: 'one-to-one', ledger: 'memory', ...config
  }))])
  return [await program.wait(), program.errors]
}

async function only_its_owner_may_come_in () {
  const admin = await open()
  const { mode } = fs.statSync(admin.socketPath)
  assert.strictEqual((mode & 0o777).toString(8), '600')
  await endsWell(admin)
}

async function a_second_one_is_told_that_it_is_in_use () {
  const admin = await open()
  const { socketPath } = admin
  assert.deepStrictEqual(await failure({ admin: { socket: socketPath } }), [1, `ilpd: cannot listen on ${socketPath}: Address already in use\n`])
  assert.strictEqual((await ask(admin, '/v1/health')).status, 200)
  await endsWell(admin)
}

async function takes_the_place_of_one_that_was_killed () {
  const first = await open()
  const { socketPath } = first
  first.ilpd.program.signal('SIGKILL')
  await first.ilpd.program.wait()
  assert(fs.existsSync(socketPath))
  const second = { ...first, ilpd: await start({ accounts, admin: { socket: socketPath } }) }
  assert.strictEqual((await ask(second, '/v1/health')).status, 200)
  await endsWell(second)
}

// What lies there and is no socket is not ours to take away.
async function leaves_other_files_alone () {
  const file = write('precious')
  const link = freeSocket()
  fs.symlinkSync(file, link)
  for (const socket of [file, link]) {
    assert.deepStrictEqual(await failure({ admin: { socket } }), [1, `ilpd: cannot listen on ${socket}: Address already in use\n`])
    assert.strictEqual(fs.readFileSync(socket, 'latin1'), 'precious')
  }
  const nowhere = path.join(folder, 'nowhere', 'admin.sock')
  assert.deepStrictEqual(await failure({ admin: { socket: nowhere } }), [1, `ilpd: cannot listen on ${nowhere}: No such file or directory\n`])
}

async function refuses_a_path_that_is_too_long () {
  const socket = path.join(folder, 'x'.repeat(108 - folder.length - 1))
  assert.strictEqual(socket.length, 108)
  assert.deepStrictEqual(await failure({ admin: { socket } }), [1, `ilpd: the path of the admin socket is too long for one: ${socket}; "admin.socket" may say another\n`])
  const ilpd = await start({ admin: { socket: socket.slice(0, -1) } })
  assert.strictEqual((await ask({ socketPath: socket.slice(0, -1) }, '/v1/health')).status, 200)
  await ilpd.stop()
}

// Beside the data file, if nothing else is said; none if that is.
async function lies_beside_the_data_file () {
  const data = path.join(folder, 'books.db')
  for (const [admin, there] of [[undefined, true], [{ socket: 'none' }, false]]) {
    const ilpd = await start({ ledger: 'sqlite', dataFile: data, admin })
    assert.strictEqual(fs.existsSync(`${data}.sock`), there)
    assert.strictEqual(ilpd.program.output.includes(` --socket ${data}.sock\n`), there)
    assert.deepStrictEqual((await ilpd.stop()).status, 0)
    assert(!fs.existsSync(`${data}.sock`))
  }
  const ilpd = await start({})
  assert(!/--socket/.test(ilpd.program.output))
  await ilpd.stop()
}

prove(
  describes_itself_as_openapi_has_it,
  answers_as_its_document_says,
  tells_the_truth,
  stops_and_starts_an_account,
  sends_away_who_speaks_something_else,
  answers_who_has_said_all,
  is_not_held_up_by_one_who_does_not_read,
  serves_two_hundred_at_once,
  ends_with_somebody_there,
  only_its_owner_may_come_in,
  a_second_one_is_told_that_it_is_in_use,
  takes_the_place_of_one_that_was_killed,
  leaves_other_files_alone,
  refuses_a_path_that_is_too_long,
  lies_beside_the_data_file
)
