// SPDX-License-Identifier: Apache-2.0
// What is changed through the admin API of ilpd: it holds at once, it is there
// for good when it is answered, and none of its secrets is anywhere.
//
//     node changes.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const fs = require('fs')
const path = require('path')
const { account, folder, LOCAL, write } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { Program } = require('../interop/lib/program')
const { ask } = require('./lib/ask')
const { binary, start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const KILLS = 20

let ledgers = 0
const freeLedger = () => path.join(folder, `changes-${++ledgers}.db`)

// An ilpd on that data file; `at` is where its API is.
async function open (dataFile, config) {
  const ilpd = await start({ ledger: 'sqlite', dataFile, ...config })
  return { ilpd, dataFile, at: { socketPath: `${dataFile}.sock` } }
}

async function close ({ ilpd }) {
  const { status, errors } = await ilpd.stop()
  assert.deepStrictEqual([status, errors], [0, ''])
}

async function kill ({ ilpd }) {
  ilpd.program.signal('SIGKILL')
  await ilpd.program.wait()
}

// Its answer, which has to have that status.
async function change (node, status, method, target, body) {
  const answer = await ask(node.at, target, { method, body })
  assert.strictEqual(answer.status, status, `${method} ${target}: ${answer.body}`)
  return answer.json
}

const get = (node, target) => change(node, 200, 'GET', target)

const alice = account('alice', { incomingToken: 'TOKEN-a', routes: ['test.alice'] })
const bob = account('bob', { incomingToken: 'TOKEN-b', routes: ['test.bob'] })

// Is a payment between them fulfilled?
async function pays (node, from, destination) {
  const payment = new Payment({ destination })
  await payment.send(from)
  return payment.fulfilled ? true : payment.reject.message
}

async function accounts_are_made_and_pay_at_once () {
  const node = await open(freeLedger())
  assert.strictEqual((await change(node, 201, 'POST', '/v1/accounts', alice)).origin, 'api')
  await change(node, 201, 'POST', '/v1/accounts', bob)
  const from = await Client.connect(node.ilpd.port, 'TOKEN-a')
  await Client.connect(node.ilpd.port, 'TOKEN-b')
  assert.strictEqual(await pays(node, from, 'test.bob'), true)
  assert.strictEqual((await change(node, 200, 'PUT', '/v1/routes/test.more', { account: 'bob' })).account, 'bob')
  assert.strictEqual(await pays(node, from, 'test.more.far'), true)
  await change(node, 204, 'DELETE', '/v1/routes/test.more')
  assert.match(await pays(node, from, 'test.more.far'), /no route/)
  await change(node, 200, 'POST', '/v1/accounts/bob/stop')
  assert.match(await pays(node, from, 'test.bob'), /stopped/)
  await change(node, 200, 'POST', '/v1/accounts/bob/start')
  await change(node, 200, 'POST', '/v1/stop')
  assert.match(await pays(node, from, 'test.bob'), /stopped/)
  await change(node, 200, 'POST', '/v1/start')
  assert.strictEqual(await pays(node, from, 'test.bob'), true)
  await close(node)
}

async function limits_are_changed_under_load () {
  const node = await open(freeLedger())
  for (const one of [alice, bob]) await change(node, 201, 'POST', '/v1/accounts', one)
  const from = await Client.connect(node.ilpd.port, 'TOKEN-a')
  await Client.connect(node.ilpd.port, 'TOKEN-b')
  let ended = false
  let paid = 0
  const load = (async () => {
    while (!ended) {
      assert.strictEqual(await pays(node, from, 'test.bob'), true)
      paid++
    }
  })()
  for (let i = 0; i < 20; i++) {
    await change(node, 200, 'PATCH', '/v1/accounts/alice', { maximum: String(10 ** 9 + i), maxPacketsInFlight: 100 + i })
  }
  ended = true
  await load
  assert(paid > 0)
  const { balance, limits } = await get(node, '/v1/accounts/alice')
  assert.deepStrictEqual([balance.maximum, limits.maxPacketsInFlight], [String(10 ** 9 + 19), 119])
  await change(node, 200, 'PATCH', '/v1/accounts/alice', { maxPacketAmount: '1' })
  assert.match(await pays(node, from, 'test.bob'), /too large/)
  await change(node, 409, 'DELETE', '/v1/accounts/alice') // there is money in it
  await close(node)
}

// The kill comes at any moment after the request has left; each fourth time
// right behind the answer.
async function what_was_answered_outlives_a_kill () {
  const dataFile = freeLedger()
  const answered = []
  const asked = []
  for (let i = 0; i < KILLS; i++) {
    const node = await open(dataFile)
    const there = (await get(node, '/v1/accounts?limit=250')).items.map(({ id }) => id)
    for (const id of answered) assert(there.includes(id), `${id} was answered, and is not there`)
    for (const id of there) assert(asked.includes(id), `nobody has asked for ${id}`)
    const routes = (await get(node, '/v1/routes?limit=250')).items.filter(({ account }) => account)
    assert.deepStrictEqual(routes.map(({ account }) => account).sort(), there.slice().sort())
    const id = `peer-${i}`
    asked.push(id)
    const answer = ask(node.at, '/v1/accounts', { method: 'POST', body: account(id, { routes: [`test.${id}`] }) })
      .then(({ status }) => { assert.strictEqual(status, 201); answered.push(id) }, () => {})
    if (i % 4 === 0) await answer
    else await Promise.race([answer, new Promise((resolve) => setTimeout(resolve, i % 4 * 2))])
    await kill(node)
    await answer
  }
  assert(answered.length >= KILLS / 4)
  const node = await open(dataFile)
  await close(node)
  const check = new Program([binary, '--check', dataFile])
  assert.strictEqual(await check.wait(), 0, check.output)
}

async function all_of_it_is_there_in_the_next_run () {
  const dataFile = freeLedger()
  const first = await open(dataFile)
  await change(first, 201, 'POST', '/v1/accounts', { ...alice, maximum: '7', server: 'btp+ws://me:TOKEN-c@127.0.0.1:9/path?TOKEN-d' })
  await change(first, 201, 'POST', '/v1/accounts', bob)
  await change(first, 200, 'PUT', '/v1/routes/default', { account: 'bob' })
  await change(first, 200, 'POST', '/v1/accounts/alice/stop')
  const { token } = await change(first, 201, 'POST', '/v1/tokens', { name: 'a', scope: 'read' })
  await close(first)
  const second = await open(dataFile, { admin: { tcpHost: '127.0.0.1', tcpPort: 0 } })
  const seen = await get(second, '/v1/accounts/alice')
  assert.deepStrictEqual([seen.state, seen.origin, seen.balance.maximum, seen.link.url], ['stopped', 'api', '7', 'btp+ws://127.0.0.1:9/path'])
  const routes = (await get(second, '/v1/routes')).items.filter(({ account }) => account)
  assert.deepStrictEqual(routes.map(({ prefix, account }) => `${prefix}>${account}`).sort(), ['>bob', 'test.alice>alice', 'test.bob>bob'])
  const port = Number(/is managed on 127\.0\.0\.1:(\d+)/.exec(second.ilpd.program.output)[1])
  assert.strictEqual((await ask({ port }, '/v1/status')).status, 401)
  assert.strictEqual((await ask({ port }, '/v1/status', { token })).status, 200)
  assert.strictEqual((await ask({ port }, '/v1/tokens', { token })).status, 403)
  const { token: other } = await change(second, 200, 'POST', '/v1/tokens/a/rotate')
  assert.strictEqual((await ask({ port }, '/v1/status', { token })).status, 401)
  assert.strictEqual((await ask({ port }, '/v1/status', { token: other })).status, 200)
  await change(second, 204, 'DELETE', '/v1/tokens/a')
  assert.strictEqual((await ask({ port }, '/v1/status', { token: other })).status, 401)
  assert.strictEqual((await ask({ port }, '/v1/health')).status, 200)
  await close(second)
  secretsAreNowhere(second, [token, other, 'TOKEN-'])
}

// In the data file and beside it, and in what it has printed.
function secretsAreNowhere ({ ilpd, dataFile }, secrets) {
  const files = fs.readdirSync(folder).filter((name) => name.startsWith(path.basename(dataFile)))
  assert(files.length >= 2)
  for (const secret of secrets) {
    for (const name of files) {
      assert(!fs.readFileSync(path.join(folder, name)).includes(secret), `${name} has ${secret}`)
    }
    assert(!(ilpd.program.output + ilpd.program.errors).includes(secret))
  }
}

async function the_file_of_the_configuration_counts_first () {
  const dataFile = freeLedger()
  const first = await open(dataFile)
  await change(first, 201, 'POST', '/v1/accounts', alice)
  await change(first, 201, 'POST', '/v1/accounts', bob)
  await change(first, 200, 'PUT', '/v1/routes/test.more', { account: 'bob' })
  await close(first)
  const second = await open(dataFile, { accounts: [{ ...alice, maximum: '5' }], routes: [{ prefix: 'test.more', account: 'alice' }] })
  const seen = await get(second, '/v1/accounts/alice')
  assert.deepStrictEqual([seen.origin, seen.balance.maximum], ['file', '5'])
  await change(second, 409, 'PATCH', '/v1/accounts/alice', { maximum: '6' })
  await change(second, 409, 'DELETE', '/v1/accounts/alice')
  await change(second, 409, 'PUT', '/v1/routes/test.more', { account: 'bob' })
  const { status, errors } = await second.ilpd.stop()
  assert.deepStrictEqual([status, errors.split('\n').sort()], [0, ['',
    'ilpd: forgotten is account/alice: the configuration has this account',
    'ilpd: forgotten is route/test.more: the configuration has this route'
  ]])
  const third = await open(dataFile)
  assert.deepStrictEqual((await get(third, '/v1/accounts')).items.map(({ id }) => id), ['bob'])
  await close(third)
}

async function what_is_wrong_is_told_and_changes_nothing () {
  const node = await open(freeLedger(), { accounts: [alice] })
  const wrong = [
    [409, 'POST', '/v1/accounts', alice],
    [409, 'POST', '/v1/accounts', { ...bob, incomingToken: 'TOKEN-a' }],
    [409, 'POST', '/v1/accounts', { ...bob, routes: ['test.alice'] }],
    [409, 'POST', '/v1/accounts', { ...bob, routes: ['test.node'] }],
    [400, 'POST', '/v1/accounts', { ...bob, assetScale: 'six' }],
    [400, 'POST', '/v1/accounts', { ...bob, tlsCa: '/etc/passwd', server: 'btp+wss://x' }],
    [400, 'POST', '/v1/accounts', { ...bob, incomingJwt: { secret: 'x'.repeat(32) } }],
    [400, 'POST', '/v1/accounts', '{'],
    [400, 'POST', '/v1/accounts', '[]'],
    [413, 'POST', '/v1/accounts', ' '.repeat(70000)],
    [404, 'PATCH', '/v1/accounts/bob', {}],
    [404, 'DELETE', '/v1/accounts/bob'],
    [404, 'POST', '/v1/accounts/bob/stop'],
    [409, 'PUT', '/v1/routes/test.x', { account: 'bob' }],
    [400, 'PUT', '/v1/routes/test..x', { account: 'alice' }],
    [400, 'PUT', '/v1/routes/test.x', { account: 'alice', more: 1 }],
    [404, 'DELETE', '/v1/routes/test.x'],
    [400, 'POST', '/v1/tokens', { name: '*', scope: 'read' }],
    [400, 'POST', '/v1/tokens', { name: 'a', scope: 'none' }],
    [404, 'DELETE', '/v1/tokens/a']
  ]
  for (const [status, method, target, body] of wrong) await change(node, status, method, target, body)
  assert.deepStrictEqual((await get(node, '/v1/accounts')).items.map(({ id, origin }) => [id, origin]), [['alice', 'file']])
  assert.strictEqual((await get(node, '/v1/routes')).items.length, 2)
  await close(node)
}

// What ilpd says when it cannot begin.
async function failure (dataFile) {
  const program = new Program([binary, write(JSON.stringify({
    address: 'test.node', accounts: [], listen: [LOCAL], ledger: 'sqlite', dataFile
  }))])
  assert.strictEqual(await program.wait(), 1)
  return program.errors.replaceAll(dataFile, 'FILE')
}

async function the_key_of_the_file_is_looked_after () {
  const dataFile = freeLedger()
  const key = `${dataFile}.key`
  const node = await open(dataFile)
  await change(node, 201, 'POST', '/v1/accounts', alice)
  await close(node)
  assert.strictEqual(fs.statSync(key).mode & 0o777, 0o600)
  const kept = fs.readFileSync(key)
  fs.chmodSync(key, 0o640)
  assert.strictEqual(await failure(dataFile), 'ilpd: the key of the data file, FILE.key: others may read it; it must be its owner\'s alone (mode 0600)\n')
  fs.chmodSync(key, 0o600)
  fs.writeFileSync(key, 'x'.repeat(64))
  assert.match(await failure(dataFile), /it is no key of 64 hexadecimal digits/)
  fs.writeFileSync(key, 'ab')
  assert.match(await failure(dataFile), /it is too short for a key/)
  fs.rmSync(key)
  assert.strictEqual(await failure(dataFile), 'ilpd: the key of the data file, FILE.key: it is missing, and there is something that only it opens\n')
  assert(!fs.existsSync(key))
  fs.writeFileSync(key, 'a'.repeat(64), { mode: 0o600 })
  assert.match(await failure(dataFile), /"made\/account\/alice" cannot be read: was it sealed with another key\?/)
  fs.writeFileSync(key, kept)
  const again = await open(dataFile)
  assert.strictEqual((await get(again, '/v1/accounts/alice')).origin, 'api')
  await close(again)
}

prove(
  accounts_are_made_and_pay_at_once,
  limits_are_changed_under_load,
  what_was_answered_outlives_a_kill,
  all_of_it_is_there_in_the_next_run,
  the_file_of_the_configuration_counts_first,
  what_is_wrong_is_told_and_changes_nothing,
  the_key_of_the_file_is_looked_after
)
