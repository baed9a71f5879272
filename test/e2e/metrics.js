// SPDX-License-Identifier: Apache-2.0
// What Prometheus sees of a running ilpd, and whether its own tool finds fault
// with that, with our rules and with our dashboard.
//
//     node metrics.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const { spawnSync } = require('child_process')
const fs = require('fs')
const http = require('http')
const path = require('path')
const { account, folder, write } = require('../interop/lib/ilpd')
const { Payment, reject } = require('../interop/lib/payment')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')
const { names, worlds } = require('./lib/rules')

const DOC = path.join(__dirname, '../../doc')
const ANSWER_MAX = 1024 * 1024
const MANY = 20000 // accounts
const SHOWN = 400 // of them
const SOCKET = path.join(folder, 'admin.sock')

if (spawnSync('promtool', ['--version']).error) {
  console.log('SKIP: promtool is missing; "script/bootstrap test e2e" installs it')
  process.exit(process.env.CI === 'true' ? 1 : 77)
}

const accounts = [
  account('alice', { incomingToken: 'a' }),
  account('bob', { incomingToken: 'b', routes: ['test.bob'] })
]

async function open (config) {
  const ilpd = await start({ accounts, admin: { socket: SOCKET }, ...config })
  const alice = await Client.connect(ilpd.port, 'a')
  await Client.connect(ilpd.port, 'b')
  return { ilpd, alice }
}

// { status, type, text }
function get (where) {
  return new Promise((resolve, reject) => {
    http.get({ socketPath: SOCKET, path: where }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => { text += part })
      response.on('end', () => resolve({ status: response.statusCode, type: response.headers['content-type'], text }))
    }).on('error', reject)
  })
}

// All samples, by their names with their labels.
function read (text) {
  const samples = new Map()
  for (const line of text.split('\n').filter((line) => line && !line.startsWith('#'))) {
    const [, name, value] = /^(\S+(?:\{.*\})?) (\S+)$/.exec(line)
    assert(!samples.has(name), `${name} is there twice`)
    samples.set(name, Number(value.replace('Inf', 'Infinity')))
  }
  return samples
}

async function scrape (where = '/metrics') {
  const { status, type, text } = await get(where)
  assert.deepStrictEqual([status, type], [200, 'text/plain; version=0.0.4; charset=utf-8'])
  assert(text.length < ANSWER_MAX)
  return read(text)
}

function checkSamples (samples, expected) {
  for (const [name, value] of Object.entries(expected)) assert.deepStrictEqual([name, samples.get(name)], [name, value])
}

const pay = (alice, count, more) =>
  Promise.all(Array.from({ length: count }, () => new Payment({ destination: 'test.bob', amount: 10, ...more }).send(alice)))

const of = (id) => `account="${id}",asset="USD",scale="6"`

// ---- what is counted

async function counts_what_was_sent () {
  const { ilpd, alice } = await open()
  await pay(alice, 20)
  await pay(alice, 5, { answer: () => reject('F99', 'test.bob', 'no') })
  await pay(alice, 3, { destination: 'test.nowhere' })
  const expected = {
    'ilpd_prepares_total': 28,
    'ilpd_fulfills_total': 20,
    'ilpd_rejects_total': 5,
    'ilpd_refusals_total{code="F02",reason="no_route"}': 3,
    'ilpd_refusals_total{code="R00",reason="timed_out"}': 0,
    'ilpd_packet_duration_seconds_count{result="fulfilled"}': 20,
    'ilpd_packet_duration_seconds_bucket{result="fulfilled",le="+Inf"}': 20,
    'ilpd_packet_duration_seconds_count{result="rejected"}': 5,
    'ilpd_in_flight': 0,
    'ilpd_ready': 1,
    'ilpd_accounts': 2,
    'ilpd_accounts_connected': 2,
    'ilpd_accounts_left_out': 0,
    'ilpd_owed_to_node{asset="USD",scale="6"}': 200,
    'ilpd_owed_by_node{asset="USD",scale="6"}': 200,
    [`ilp_connector_incoming_ilp_packets{${of('alice')},result="fulfilled"}`]: 20,
    [`ilp_connector_incoming_ilp_packets{${of('alice')},result="rejected"}`]: 5,
    [`ilp_connector_incoming_ilp_packets{${of('alice')},result="failed"}`]: 3,
    [`ilp_connector_incoming_ilp_packet_value{${of('alice')},result="fulfilled"}`]: 200,
    [`ilp_connector_incoming_ilp_packet_value{${of('bob')},result="fulfilled"}`]: 0,
    [`ilp_connector_outgoing_ilp_packets{${of('bob')},result="fulfilled"}`]: 20,
    [`ilp_connector_outgoing_ilp_packets{${of('bob')},result="rejected"}`]: 5,
    [`ilp_connector_outgoing_ilp_packet_value{${of('bob')},result="fulfilled"}`]: 200,
    [`ilp_connector_outgoing_ilp_packet_value{${of('alice')},result="fulfilled"}`]: 0,
    [`ilp_connector_rate_limited_ilp_packets{${of('alice')}}`]: 0,
    [`ilp_connector_balance{${of('alice')}}`]: 200,
    [`ilp_connector_balance{${of('bob')}}`]: -200,
    [`ilpd_account_maximum{${of('bob')}}`]: Infinity,
    [`ilpd_account_connected{${of('bob')}}`]: 1
  }
  for (const where of ['/metrics', '/v1/metrics']) checkSamples(await scrape(where), expected)
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function counts_what_a_rate_limit_refuses () {
  const limited = account('alice', { incomingToken: 'a', rateLimit: { refillCount: 1, refillPeriod: 3600000, capacity: 4 } })
  const { ilpd, alice } = await open({ accounts: [limited, accounts[1]] })
  await pay(alice, 10)
  checkSamples(await scrape(), {
    [`ilp_connector_rate_limited_ilp_packets{${of('alice')}}`]: 6,
    [`ilp_connector_incoming_ilp_packets{${of('alice')},result="failed"}`]: 6,
    'ilpd_refusals_total{code="T05",reason="rate"}': 6
  })
  assert.strictEqual((await ilpd.stop()).status, 0)
}

// The names of counters, and of what a histogram has: none of them may fall.
async function rising () {
  const { text } = await get('/metrics')
  const types = new Map(Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, type]) => [name, type]))
  const rises = (sample) => {
    const name = sample.split('{')[0]
    return types.get(name) === 'counter' || types.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram'
  }
  return Array.from(read(text)).filter(([name]) => rises(name))
}

async function no_counter_falls_while_packets_flow () {
  const { ilpd, alice } = await open({ ledger: 'sqlite', dataFile: path.join(folder, 'rising.db') })
  let flowing = true
  const flow = (async () => { for (let i = 0; i < 20; i++) await pay(alice, 100) })().then(() => { flowing = false })
  let before = new Map()
  let scrapes = 0
  while (flowing || scrapes < 2) {
    const now = await rising()
    for (const [name, value] of now) assert(value >= (before.get(name) || 0), `${name} fell to ${value}`)
    before = new Map(now)
    scrapes++
  }
  await flow
  checkSamples(await scrape(), { 'ilpd_packet_duration_seconds_count{result="fulfilled"}': 2000 })
  assert((await scrape()).get('ilpd_ledger_commit_seconds_count') > 0)
  assert.strictEqual((await ilpd.stop()).status, 0)
}

// ---- how much is told

async function stays_within_its_bound_with_many_accounts () {
  const others = Array.from({ length: MANY - 2 }, (_, i) => account(`peer-${i}`, { incomingToken: `t${i}` }))
  const { ilpd, alice } = await open({ accounts: [...accounts, ...others] })
  const flow = pay(alice, 200)
  const samples = await scrape()
  await flow
  checkSamples(samples, { 'ilpd_accounts': MANY, 'ilpd_accounts_left_out': MANY - SHOWN })
  const shown = Array.from(samples.keys()).filter((name) => name.startsWith('ilp_connector_balance{'))
  assert.strictEqual(shown.length, SHOWN)
  const last = `peer-${MANY - 3}`
  const one = await scrape(`/metrics?account=${last}`)
  checkSamples(one, { [`ilp_connector_balance{${of(last)}}`]: 0 })
  assert(Array.from(one.keys()).every((name) => name.includes(of(last))))
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function says_that_there_is_no_such_account () {
  const { ilpd } = await open()
  const { status, type, text } = await get('/metrics?account=nobody')
  assert.deepStrictEqual([status, type, JSON.parse(text).type], [404, 'application/problem+json', '/problems/account-unknown'])
  assert.strictEqual((await get('/metrics?account=%zz')).status, 400)
  assert.strictEqual((await ilpd.stop()).status, 0)
}

// ---- what promtool says of it

function promtool (words, input) {
  const { status, stdout, stderr } = spawnSync('promtool', words, { input, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

// It would have ilp-connector's counters called otherwise.
async function promtool_finds_fault_with_kept_names_only () {
  const { ilpd, alice } = await open()
  await pay(alice, 10)
  const { said } = promtool(['check', 'metrics'], (await get('/metrics')).text)
  const faults = said.split('\n').filter((line) => line !== '')
  assert.strictEqual(faults.length, 5, said)
  for (const fault of faults) assert.match(fault, /^ilp_connector_\S+ counter metrics should have "_total" suffix$/)
  assert.strictEqual((await ilpd.stop()).status, 0)
}

// All that are named somewhere in a text are there.
function checkNames (text, samples) {
  const names = new Set(Array.from(samples.keys(), (name) => name.split('{')[0]))
  const named = new Set(text.match(/\b(?:ilpd|ilp_connector)_[a-z_]+/g))
  assert(named.size > 10)
  for (const name of named) assert(names.has(name), `${name} is no metric`)
}

async function rules_are_rules_of_metrics_that_exist () {
  const { ilpd } = await open()
  const file = path.join(DOC, 'alerts.yaml')
  const { status, said } = promtool(['check', 'rules', file])
  assert.strictEqual(status, 0, said)
  const expressions = fs.readFileSync(file, 'utf8').split('\n').filter((line) => !/^\s*(#|summary:|description:|- alert:|annotations:)/.test(line))
  checkNames(expressions.join('\n'), await scrape())
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function rules_tell_of_what_is_wrong_and_of_nothing_else () {
  const file = path.join(DOC, 'alerts.yaml')
  const all = fs.readFileSync(file, 'utf8').match(/(?<=- alert: )\w+/g)
  assert.deepStrictEqual([...all].sort(), [...names].sort())
  const { status, said } = promtool(['test', 'rules', write(worlds(file))])
  assert.strictEqual(status, 0, said)
}

// As a file of rules, so that promtool reads its expressions.
async function the_dashboard_asks_for_metrics_that_exist () {
  const { ilpd } = await open()
  const dashboard = JSON.parse(fs.readFileSync(path.join(DOC, 'grafana.json'), 'utf8'))
  const asked = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
  assert(asked.length > 30)
  const known = asked.map((expr) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$node', 'x').replaceAll('$account', '.*'))
  assert(known.every((expr) => !expr.includes('$')))
  const rules = known.map((expr, i) => ({ record: `r${i}`, expr }))
  const { status, said } = promtool(['check', 'rules', write(JSON.stringify({ groups: [{ name: 'dashboard', rules }] }))])
  assert.strictEqual(status, 0, said)
  const variables = dashboard.templating.list.map(({ query }) => query.query || '')
  checkNames([...asked, ...variables].join('\n'), await scrape())
  const ids = dashboard.panels.map(({ id }) => id)
  assert.strictEqual(new Set(ids).size, ids.length)
  assert.strictEqual((await ilpd.stop()).status, 0)
}

prove(counts_what_was_sent, counts_what_a_rate_limit_refuses,
  no_counter_falls_while_packets_flow, stays_within_its_bound_with_many_accounts,
  says_that_there_is_no_such_account, promtool_finds_fault_with_kept_names_only,
  rules_are_rules_of_metrics_that_exist, rules_tell_of_what_is_wrong_and_of_nothing_else,
  the_dashboard_asks_for_metrics_that_exist)
