// SPDX-License-Identifier: Apache-2.0
// ilpd reads its configuration again while packets flow: what is in it counts
// from then on, no packet notices, and a file with anything wrong changes nothing.
//
//     node reload.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const fs = require('fs')
const path = require('path')
const { account, folder, LOCAL } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { until } = require('../interop/lib/wait')
const { ask } = require('./lib/ask')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const ROUNDS = 40

let sockets = 0
const freeSocket = () => path.join(folder, `reload-${++sockets}.sock`)

const alice = account('alice', { incomingToken: 'TOKEN-a', routes: ['test.alice'] })
const bob = account('bob', { incomingToken: 'TOKEN-b', routes: ['test.bob'] })

// A node whose file can be written anew; `at` is where its API is.
async function open (config) {
  const socketPath = freeSocket()
  const base = { address: 'test.node', listen: [LOCAL], rates: 'one-to-one', ledger: 'memory', admin: { socket: socketPath }, ...config }
  const ilpd = await start(base)
  const file = ilpd.program.child.spawnargs.at(-1)
  const node = { ilpd, file, at: { socketPath }, config: base }
  node.write = (changes) => {
    node.config = { ...node.config, ...changes }
    fs.writeFileSync(file, JSON.stringify(node.config, null, 1))
  }
  return node
}

async function call (node, status, method, target, body) {
  const answer = await ask(node.at, target, { method, body })
  assert.strictEqual(answer.status, status, `${method} ${target}: ${answer.body}`)
  return answer.json
}

const get = (node, target) => call(node, 200, 'GET', target)

async function reload (node, changes, status = 200) {
  node.write(changes)
  return call(node, status, 'POST', '/v1/configuration/reload')
}

async function close (node, errors = '') {
  const end = await node.ilpd.stop()
  assert.deepStrictEqual([end.status, end.errors], [0, errors])
  return end
}

async function pays (from, destination, more) {
  const payment = new Payment({ destination, ...more })
  await payment.send(from)
  return payment.fulfilled ? true : payment.reject.message
}

const ids = async (node) => (await get(node, '/v1/accounts?limit=250')).items.map(({ id }) => id).sort()

// ---- under load

// While two peers pay each other without a pause the file changes with each
// round, and each round is a SIGHUP.
async function packets_flow_while_the_configuration_changes () {
  const node = await open({ accounts: [alice, bob] })
  const clients = { alice: await Client.connect(node.ilpd.port, 'TOKEN-a'), bob: await Client.connect(node.ilpd.port, 'TOKEN-b') }
  let ended = false
  const paid = { alice: 0, bob: 0 }
  const load = async (from, to) => {
    while (!ended) {
      assert.strictEqual(await pays(clients[from], `test.${to}`), true)
      paid[from]++
    }
  }
  const all = Promise.all(['alice', 'bob'].flatMap((from) => Array.from({ length: 8 }, () => load(from, from === 'alice' ? 'bob' : 'alice'))))
  all.catch(() => {})
  const read = () => (node.ilpd.program.said.match(/read its configuration again/g) || []).length
  for (let i = 0; i < ROUNDS; i++) {
    const others = Array.from({ length: 20 }, (_, j) => account(`peer-${i}-${j}`, { routes: [`test.peer${j}`] }))
    node.write({
      accounts: [
        { ...alice, maximum: String(10 ** 12 + i), maxPacketsInFlight: 100 + i },
        { ...bob, rateLimit: { refillCount: 10 ** 6 + i }, routes: i % 2 ? ['test.bob', 'test.more'] : ['test.bob'] },
        ...others
      ],
      routes: [{ prefix: 'test.far', account: i % 2 ? 'alice' : 'bob' }],
      spread: i % 2 ? '0.01' : '0'
    })
    node.ilpd.program.signal('SIGHUP')
    await Promise.race([all, until('it was read', () => read() === i + 1)])
  }
  ended = true
  await all
  assert(paid.alice > 0 && paid.bob > 0)
  // All peers of earlier rounds go, and those of the last one are there.
  const last = Array.from({ length: 20 }, (_, j) => `peer-${ROUNDS - 1}-${j}`)
  await until('the others are gone', async () => (await ids(node)).length === 22)
  assert.deepStrictEqual(await ids(node), ['alice', 'bob', ...last].sort())
  const seen = await get(node, '/v1/accounts/alice')
  assert.deepStrictEqual([seen.balance.maximum, seen.limits.maxPacketsInFlight, seen.balance.heldDebits], [String(10 ** 12 + ROUNDS - 1), 100 + ROUNDS - 1, '0'])
  const debt = BigInt(1000 * (paid.alice - paid.bob))
  assert.strictEqual(seen.balance.current, String(debt))
  assert.strictEqual((await get(node, '/v1/accounts/bob')).balance.current, String(-debt))
  assert.strictEqual(await pays(clients.bob, 'test.far.away'), true)
  await close(node)
}

// The packet is out when its account goes, and so it is answered.
async function what_is_in_flight_is_answered_when_its_account_goes () {
  const node = await open({ accounts: [alice, bob] })
  const from = await Client.connect(node.ilpd.port, 'TOKEN-a')
  const to = await Client.connect(node.ilpd.port, 'TOKEN-b')
  let release
  const payment = new Payment({ destination: 'test.bob', answer: () => new Promise((resolve) => { release = () => resolve(payment.fulfill()) }) })
  const answered = payment.send(from)
  await until('it has come', () => release)
  const { changes } = await reload(node, { accounts: [alice] })
  assert.deepStrictEqual(changes, ['account "bob" is removed', 'route "test.bob" is removed'])
  assert.match(await pays(from, 'test.bob'), /no route/)
  release()
  await answered
  assert(payment.fulfilled)
  await until('it is gone', async () => (await ids(node)).length === 1)
  await to.closed
  // And it comes back with what it is owed.
  await reload(node, { accounts: [alice, bob] })
  assert.strictEqual((await get(node, '/v1/accounts/bob')).balance.current, '-1000')
  await close(node)
}

// ---- one thing at a time

async function a_token_and_a_route_may_change_hands () {
  const node = await open({ accounts: [alice, bob] })
  await reload(node, { accounts: [{ ...alice, incomingToken: 'TOKEN-b', routes: ['test.bob'] }, { ...bob, incomingToken: 'TOKEN-a', routes: ['test.alice'] }] })
  const a = await Client.connect(node.ilpd.port, 'TOKEN-b')
  await Client.connect(node.ilpd.port, 'TOKEN-a')
  assert.strictEqual(await pays(a, 'test.alice'), true)
  assert.strictEqual((await get(node, '/v1/accounts/bob')).balance.current, '-1000')
  // One account takes the other's place, with its token.
  await reload(node, { accounts: [{ ...alice, id: 'carol' }, bob] })
  await Client.connect(node.ilpd.port, 'TOKEN-a')
  assert.strictEqual((await get(node, '/v1/accounts/carol')).link.connected, true)
  await close(node)
}

// What every pair is worth, with nothing that goes on by itself.
const rates = async (node) => JSON.stringify((await get(node, '/v1/rates')).items.map(({ from, to, rate }) => [from, to, rate.numerator, rate.denominator]))

async function rates_and_spreads_change () {
  const [few, many] = [{ USD: '1', EUR: '2' }, { USD: '1', EUR: '4' }]
  const node = await open({ accounts: [alice, { ...bob, assetCode: 'EUR' }], rates: few })
  const before = await rates(node)
  assert.deepStrictEqual((await reload(node, { rates: many })).changes, ['rates'])
  const after = await rates(node)
  assert.notStrictEqual(after, before)
  await reload(node, { rates: few, spread: '0.5' })
  assert(![before, after].includes(await rates(node)))
  await reload(node, { spread: '0' })
  assert.strictEqual(await rates(node), before)
  // From a table of one's own to a source, to another, and back.
  const source = { kind: 'table', prices: many }
  await reload(node, { rates: undefined, rateSources: [source], rateMeasure: 'USD' })
  await until('the source has told', async () => await rates(node) === after)
  await reload(node, { rateSources: [{ ...source, prices: few }] })
  await until('the other has told', async () => await rates(node) === before)
  await reload(node, { rates: many, rateSources: undefined, rateMeasure: undefined })
  assert.strictEqual(await rates(node), after)
  await close(node)
}

async function packets_may_go_back_or_may_not () {
  const node = await open({ accounts: [alice] })
  const from = await Client.connect(node.ilpd.port, 'TOKEN-a')
  assert.strictEqual(await pays(from, 'test.alice'), true)
  await reload(node, { reflectPayments: false })
  assert.match(await pays(from, 'test.alice'), /back to/)
  await reload(node, { reflectPayments: true })
  assert.strictEqual(await pays(from, 'test.alice'), true)
  await close(node)
}

async function what_needs_a_restart_is_named_and_the_rest_is_done () {
  const node = await open({ accounts: [alice, bob] })
  const changes = { address: 'test.other', listen: [LOCAL, LOCAL], maxHoldTime: 20000, durability: 'relaxed', accounts: [alice, { ...bob, maximum: '5' }] }
  for (let i = 0; i < 2; i++) {
    const answer = await reload(node, changes)
    assert.deepStrictEqual(answer.changes, i ? [] : ['account "bob": balance.maximum'])
    assert.deepStrictEqual(answer.needRestart, ['address', 'listen: how many there are', 'maxHoldTime', 'durability'])
  }
  assert.strictEqual((await get(node, '/v1/accounts/bob')).balance.maximum, '5')
  assert.strictEqual((await get(node, '/v1/status')).address, 'test.node')
  assert.match(node.ilpd.program.said, / reloaded: +needs a restart: address$/m)
  await close(node)
}

// ---- what is wrong

async function a_wrong_file_changes_nothing () {
  const node = await open({ accounts: [alice, bob] })
  const from = await Client.connect(node.ilpd.port, 'TOKEN-a')
  await Client.connect(node.ilpd.port, 'TOKEN-b')
  const before = JSON.stringify([await get(node, '/v1/routes'), await get(node, '/v1/rates'), await get(node, '/v1/configuration?limit=250')])
  const good = node.config
  const cases = [
    [{ accounts: [{ ...alice, maximum: '1' }, { ...bob, assetScale: 'six' }] }, 422, /line \d+, column \d+: accounts\[1\]\.assetScale: expected a whole number from 0 to 255/],
    [{ accounts: [{ ...alice, maximum: '1' }], spreed: 1 }, 422, /unknown option "spreed"; did you mean "spread"\?/],
    [{ accounts: [{ ...alice, maximum: '1' }, { ...bob, tlsCa: '/nowhere', server: 'btp+wss://x' }] }, 422, /\/nowhere/],
    [{ accounts: [{ ...alice, maximum: '1' }, { ...bob, assetCode: 'EUR' }] }, 409, /account "bob": an account keeps its asset/]
  ]
  const told = []
  for (const [changes, status, text] of cases) {
    node.config = good
    const problem = await reload(node, changes, status)
    assert.match(problem.detail, text)
    told.push(problem.detail)
    assert.match((await get(node, '/v1/status')).configuration.problem, text)
  }
  fs.writeFileSync(node.file, 'accounts:\n- id: [\n')
  node.ilpd.program.signal('SIGHUP')
  await until('it is told', () => node.ilpd.program.errors.split('\n').length === cases.length + 2)
  assert.match(node.ilpd.program.errors.trim().split('\n').pop(), /^ilpd: the configuration stays as it was: .*: line 3, column 1: /)
  assert.strictEqual(await pays(from, 'test.bob'), true)
  assert.strictEqual((await get(node, '/v1/accounts/alice')).balance.maximum, 'unlimited')
  assert.strictEqual(JSON.stringify([await get(node, '/v1/routes'), await get(node, '/v1/rates'), await get(node, '/v1/configuration?limit=250')]), before)
  node.config = good
  assert.deepStrictEqual((await reload(node, {})).changes, [])
  assert.strictEqual((await get(node, '/v1/status')).configuration.problem, null)
  const { errors } = await node.ilpd.stop()
  for (const one of told) assert(errors.includes(one.slice(0, -1)), one)
}

async function what_the_api_has_made_is_in_nobodys_way () {
  const node = await open({ accounts: [alice] })
  await call(node, 201, 'POST', '/v1/accounts', bob)
  await call(node, 200, 'PUT', '/v1/routes/test.api', { account: 'alice' })
  const cases = [
    [{ accounts: [alice, bob] }, /account "bob": it was made through the admin API/],
    [{ accounts: [alice, account('carol', { incomingToken: 'TOKEN-b' })] }, /account "carol": an account that was made through the admin API has its "incomingToken"/],
    [{ accounts: [{ ...alice, routes: ['test.bob'] }] }, /route "test.bob": it was made through the admin API/],
    [{ accounts: [alice], routes: [{ prefix: 'test.api', account: 'alice' }] }, /route "test.api": it was made through the admin API/]
  ]
  const good = node.config
  for (const [changes, text] of cases) {
    node.config = good
    assert.match((await reload(node, changes, 409)).detail, text)
  }
  assert.deepStrictEqual(await ids(node), ['alice', 'bob'])
  // What was said of an account goes with it.
  await call(node, 200, 'POST', '/v1/accounts/alice/stop')
  node.config = good
  await reload(node, { accounts: [] })
  await until('it is gone', async () => (await ids(node)).length === 1)
  await reload(node, { accounts: [{ ...alice, routes: ['test.api'] }] })
  assert.strictEqual((await get(node, '/v1/accounts/alice')).state, 'open')
  const route = (await get(node, '/v1/routes')).items.find(({ prefix }) => prefix === 'test.api')
  assert.deepStrictEqual([route.account, route.origin], ['alice', 'file'])
  await call(node, 409, 'DELETE', '/v1/routes/test.api')
  await node.ilpd.stop()
}

// ---- the configuration as it is

async function tells_its_options_and_who_has_said_so () {
  process.env.ILPD_MAX_HOLD_TIME = '25000'
  const node = await open({ accounts: [alice, bob], rates: { USD: '1', EUR: '1.25' } })
  delete process.env.ILPD_MAX_HOLD_TIME
  await reload(node, { spread: '0.002' })
  const items = []
  for (let cursor = '0'; cursor !== null;) {
    const page = await get(node, `/v1/configuration?limit=7&cursor=${cursor}`)
    items.push(...page.items)
    cursor = page.next
  }
  const find = (name) => items.find(({ option }) => option === name)
  const lines = fs.readFileSync(node.file, 'utf8').split('\n')
  assert.deepStrictEqual(find('maxHoldTime'), { option: 'maxHoldTime', value: '25000', secret: false, origin: 'environment', line: null, setting: 'ILPD_MAX_HOLD_TIME' })
  assert.deepStrictEqual(find('minMessageWindow'), { option: 'minMessageWindow', value: '1000', secret: false, origin: 'default', line: null, setting: null })
  const spread = find('spread')
  assert.deepStrictEqual([spread.value, spread.origin], ['0.002', 'file'])
  assert.match(lines[spread.line - 1], /"spread": "0\.002"/)
  const token = find('accounts[1].incomingToken')
  assert.deepStrictEqual([token.value, token.secret, token.origin], [null, true, 'file'])
  assert.match(lines[token.line - 1], /TOKEN-b/)
  assert.deepStrictEqual([find('accounts[0].balance.maximum').value, find('accounts[0].balance.maximum').origin], ['unlimited', 'file'])
  assert.strictEqual(find('rates').value, '{USD: 1, EUR: 1.25}')
  assert.strictEqual(find('accounts[0].routes').value, '[test.alice]')
  assert(!JSON.stringify(items).includes('TOKEN-'))
  assert.strictEqual(new Set(items.map(({ option }) => option)).size, items.length)
  await close(node)
}

prove(
  packets_flow_while_the_configuration_changes,
  what_is_in_flight_is_answered_when_its_account_goes,
  a_token_and_a_route_may_change_hands,
  rates_and_spreads_change,
  packets_may_go_back_or_may_not,
  what_needs_a_restart_is_named_and_the_rest_is_done,
  a_wrong_file_changes_nothing,
  what_the_api_has_made_is_in_nobodys_way,
  tells_its_options_and_who_has_said_so
)
