// SPDX-License-Identifier: Apache-2.0
// The endpoints of ilp-connector's admin API, as ilpd has them, beside the real
// ones: two nodes that are set up alike and see the same packets are asked the
// same, and their answers have the same status, type, members and types of
// members; and what can be said exactly is the same.
//
//     node admin.js PATH_TO_ilpd
'use strict'

const http = require('http')
const { Ilpd, account } = require('./lib/ilpd')
const { IlpConnector, peer, listener } = require('./lib/ilp_connector')
const { Payment, reject } = require('./lib/payment')
const { dialing, freePorts } = require('./lib/plugin')
const { Tally } = require('./lib/tally')
const { until, within } = require('./lib/wait')

const binary = process.argv[2]
if (!binary) {
  console.error('usage: node admin.js PATH_TO_ilpd')
  process.exit(2)
}
const tally = new Tally()

// ---- the two nodes

const rateLimit = { refillPeriod: 60000, refillCount: 1000000, capacity: 1000000 }
const usd = { assetCode: 'USD', assetScale: 6 }
const eur = { assetCode: 'EUR', assetScale: 4 }
const AWAY = 'btp+ws://:x@127.0.0.1:9'

const ADMIN = /^ilpd is managed as ilp-connector is on 127\.0\.0\.1:(\d+) /m

// { port of the API, stop, ends: clients of alice and bob }
async function startOurs () {
  const ilpd = await Ilpd.start(binary, {
    address: 'test.node',
    admin: { connectorPort: 0 },
    rates: { USD: '1', EUR: '1.25' },
    accounts: [
      account('alice', { ...usd, incomingToken: 'a', rateLimit, routes: ['test.alice'] }),
      account('bob', { ...eur, incomingToken: 'b', maximum: '1000000', minimum: '-1000000', maxPacketAmount: '500000', rateLimit, routes: ['test.bob'] }),
      account('away', { ...usd, server: AWAY, rateLimit, routes: ['test.away'], throughput: { refillPeriod: 1000, incomingAmount: '7', outgoingAmount: '8' } })
    ]
  })
  const ends = { alice: await dialing(ilpd.port, 'a'), bob: await dialing(ilpd.port, 'b') }
  await ilpd.connected('alice', 'bob')
  return { name: 'ilpd', port: Number(ADMIN.exec(ilpd.program.output)[1]), ends, stop: () => ilpd.stop() }
}

async function startTheirs () {
  const [a, b] = await freePorts(2)
  const connector = await IlpConnector.start({
    ILP_ADDRESS: 'test.node',
    BACKEND: 'ecb',
    BACKEND_CONFIG: { mockData: { base: 'EUR', rates: { USD: 1.25 } } },
    SPREAD: 0,
    ACCOUNTS: {
      alice: peer(usd, listener(a, 'a'), { rateLimit }),
      bob: peer(eur, listener(b, 'b'), { rateLimit, balance: { maximum: '1000000', minimum: '-1000000' }, maxPacketAmount: '500000' }),
      away: peer(usd, { server: AWAY }, { rateLimit, throughput: { refillPeriod: 1000, incomingAmount: '7', outgoingAmount: '8' } })
    },
    ROUTES: ['alice', 'bob', 'away'].map((id) => ({ targetPrefix: `test.${id}`, peerId: id }))
  })
  const ends = { alice: await within('alice connects', dialing(a, 'a')), bob: await within('bob connects', dialing(b, 'b')) }
  await connector.connected('alice', 'bob')
  return { name: 'ilp-connector', port: connector.port, ends, stop: () => connector.stop() }
}

// Packets that are fulfilled, rejected, refused, and that raise an alert.
async function sendPackets ({ ends }) {
  const pay = async (from, destination, more) => {
    const payment = new Payment({ destination, ...more })
    await payment.send(ends[from])
    return payment
  }
  for (let i = 0; i < 3; i++) await pay('alice', 'test.bob', { amount: '1000' })
  await pay('bob', 'test.alice', { amount: '40' })
  await pay('alice', 'test.nobody')
  await pay('bob', 'test.alice', { amount: '500001' })
  for (let i = 0; i < 2; i++) await pay('alice', 'test.bob', { amount: '1000', answer: () => reject('T04', 'test.bob', 'exceeded maximum balance.') })
}

// ---- asking

function ask (node, method, path, body, headers = {}) {
  return within(`${method} ${path} of ${node.name}`, new Promise((resolve, fail) => {
    const request = http.request({ host: '127.0.0.1', port: node.port, method, path, headers: body ? { 'content-type': 'application/json', ...headers } : headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (data) => { text += data }).on('end', () => {
        const type = response.headers['content-type']
        resolve({ status: response.statusCode, type, text, json: /json/.test(type) ? JSON.parse(text) : undefined })
      })
    })
    request.on('error', fail).end(body && JSON.stringify(body))
  }))
}

// What an answer looks like: of a list what its items look like, of an object
// what its members do.
function shape (value) {
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shape(item))))].sort()
  return Object.fromEntries(Object.keys(value).sort().map((key) => [key, shape(value[key])]))
}

const same = (ours, theirs, what) => tally.equal(shape(ours), shape(theirs), what)

// Both are asked, and answer with the same status and type.
async function both (nodes, method, path, body) {
  const [ours, theirs] = await Promise.all(nodes.map((node) => ask(node, method, path, body)))
  tally.equal([ours.status, ours.type], [theirs.status, theirs.type], `${method} ${path}: status and type: ${ours.text.slice(0, 200)}`)
  return [ours, theirs]
}

// ---- what is asked

async function compareState (nodes) {
  const [[ours, theirs], [balances, theirBalances], [accounts, theirAccounts], [rates, theirRates]] = [
    await both(nodes, 'GET', '/status'), await both(nodes, 'GET', '/balance?x=y'),
    await both(nodes, 'GET', '/accounts'), await both(nodes, 'GET', '/rates')
  ]
  same(ours.json, theirs.json, 'GET /status')
  tally.equal(ours.json.balances, theirs.json.balances, 'the balances of GET /status')
  tally.equal(ours.json.connected, theirs.json.connected, 'who is connected')
  const hops = ({ json }) => Object.keys(json.localRoutingTable).sort().map((prefix) => [prefix, json.localRoutingTable[prefix].nextHop])
  tally.equal(hops(ours), hops(theirs), 'where routes lead')
  tally.equal(balances.json, theirBalances.json, 'GET /balance')
  same(accounts.json, theirAccounts.json, 'GET /accounts')
  tally.equal(accounts.json.address, theirAccounts.json.address, 'the address')
  const info = ({ json }) => Object.keys(json.accounts).map((id) => {
    const { relation, plugin, assetCode, assetScale, balance, rateLimit, throughput, maxPacketAmount } = json.accounts[id].info
    return [id, relation, plugin, assetCode, assetScale, balance.maximum, balance.minimum, rateLimit.refillCount, throughput && throughput.outgoingAmount, maxPacketAmount]
  })
  tally.equal(info(accounts), info(theirAccounts), 'what accounts are')
  same(rates.json, theirRates.json, 'GET /rates')
  for (const from of Object.keys(theirRates.json)) {
    for (const to of Object.keys(theirRates.json[from])) {
      const [one, other] = [rates.json[from][to], theirRates.json[from][to]]
      tally.check(Math.abs(one / other - 1) < 1e-9, `the rate from ${from} to ${to}: ${one}, ${other}`)
    }
  }
}

// Neither exchanges routes with anybody: what theirs says of peers to whom it
// does not speak is left, and what it remembers of its own changes.
async function compareRouting (nodes) {
  const [ours, theirs] = await both(nodes, 'GET', '/routing')
  const essence = ({ json: { routingLog, peers, forwardingRoutingTable, ...rest } }) => {
    tally.check(Array.isArray(routingLog) && typeof peers === 'object' && typeof forwardingRoutingTable === 'object', 'GET /routing: kinds')
    return rest
  }
  tally.equal(Object.keys(ours.json).sort(), Object.keys(theirs.json).sort(), 'GET /routing: members')
  same(essence(ours), essence(theirs), 'GET /routing')
  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  tally.check(uuid.test(ours.json.routingTableId), 'the id of the table')
  const again = await ask(nodes[0], 'GET', '/routing')
  tally.equal(again.json.routingTableId, ours.json.routingTableId, 'the id of the table stays')
}

// The code of a Reject is a label of theirs only, and so is the value of packets
// that were not fulfilled.
async function compareStats (nodes) {
  const [ours, theirs] = await both(nodes, 'GET', '/stats')
  const names = ({ json }) => json.map(({ name }) => name).sort()
  tally.equal(names(ours), names(theirs), 'GET /stats: names')
  for (const one of theirs.json) {
    const own = ours.json.find(({ name }) => name === one.name)
    if (!own) continue
    const outside = ({ values, ...rest }) => rest
    same(outside(own), outside(one), `GET /stats: ${one.name}`)
    tally.equal([own.type, own.aggregator], [one.type, one.aggregator], `GET /stats: ${one.name}`)
    const find = (metric, { labels: { account, result } }) =>
      metric.values.find(({ labels }) => labels.account === account && labels.result === result)
    for (const value of one.values.filter(({ labels: { code, result } }) => code === undefined && !(/value/.test(one.name) && result !== 'fulfilled'))) {
      const mine = find(own, value)
      tally.check(mine, `GET /stats: ${one.name} ${JSON.stringify(value.labels)}`)
      if (!mine) continue
      same(mine.labels, value.labels, `labels of ${one.name}`)
      tally.equal([mine.value, mine.labels.asset, mine.labels.scale], [value.value, value.labels.asset, value.labels.scale], `${one.name} ${JSON.stringify(value.labels)}`)
    }
  }
  const [text, theirText] = await both(nodes, 'GET', '/metrics').catch((error) => { tally.fail(error.message); return [] })
  const samples = ({ text }) => new Set(text.split('\n').filter((line) => line.startsWith('ilp_connector_')).map((line) => /^\w+/.exec(line)[0]))
  for (const name of samples(theirText)) tally.check(samples(text).has(name), `GET /metrics: ${name}`)
}

async function compareAlerts (nodes) {
  const [ours, theirs] = await both(nodes, 'GET', '/alerts')
  same(ours.json, theirs.json, 'GET /alerts')
  const essence = ({ json: { alerts } }) => alerts.map(({ accountId, triggeredBy, message, count }) => [accountId, triggeredBy, message, count])
  tally.equal(essence(ours), essence(theirs), 'alerts')
  for (const { json: { alerts: [{ createdAt, updatedAt }] } } of [ours, theirs]) {
    tally.check([createdAt, updatedAt].every((text) => new Date(text).toISOString() === text), `moments: ${createdAt}`)
  }
  // Theirs are numbered from the time on.
  const deleted = await Promise.all([ours, theirs].map(({ json }, i) => ask(nodes[i], 'DELETE', `/alerts/${json.alerts[0].id}?x=y`)))
  tally.equal([deleted[0].status, deleted[0].text], [deleted[1].status, deleted[1].text], 'DELETE of an alert')
  await both(nodes, 'DELETE', '/alerts/99')
  const [left, theirLeft] = await both(nodes, 'GET', '/alerts')
  tally.equal(left.json, theirLeft.json, 'no alerts')
}

// Status, type and text are theirs.
async function compareRefusals (nodes) {
  const cases = [
    ['GET', '/'], ['GET', '/nothing'], ['GET', '/v1/status'], ['POST', '/status'], ['DELETE', '/alerts'],
    ['GET', '/accounts/alice'], ['GET', '/accounts/nobody'], ['POST', '/accounts/alice', { x: 1 }], ['DELETE', '/alerts/x']
  ]
  for (const [method, path, body] of cases) {
    const [ours, theirs] = await both(nodes, method, path, body)
    tally.equal(ours.text, theirs.text, `${method} ${path}`)
  }
}

// ---- accounts that are made

const newPeer = (more) => ({ relation: 'peer', plugin: 'ilp-plugin-btp', ...usd, balance: { maximum: '1000', minimum: '-Infinity' }, ...more })

// Theirs answers when the account is connected, ours when it is there for good.
async function compareNewAccounts (nodes) {
  const [port] = await freePorts(1)
  const bodies = nodes.map((node, i) => ({ id: 'carol', options: newPeer({ options: i ? listener(port, 'c') : { listener: { port, secret: 'c' } } }) }))
  const [ours, theirs] = [await ask(nodes[0], 'POST', '/addAccount', bodies[0]), ask(nodes[1], 'POST', '/addAccount', bodies[1])]
  const end = await within('carol connects', dialing(port, 'c'))
  const answered = await theirs
  tally.equal([ours.status, ours.type], [answered.status, answered.type], 'POST /addAccount: status and type')
  same(ours.json, answered.json, 'POST /addAccount')
  tally.equal(ours.json.plugin, answered.json.plugin, 'who was made')
  await end.disconnect()
  const [accounts, theirAccounts] = await both(nodes, 'GET', '/accounts')
  tally.equal(Object.keys(accounts.json.accounts).sort(), Object.keys(theirAccounts.json.accounts).sort(), 'all accounts')
  const [balances, theirBalances] = await both(nodes, 'GET', '/balance')
  tally.equal(balances.json.accounts.carol, theirBalances.json.accounts.carol, 'the balance of carol')
}

// What cannot be had here says so, and makes nothing.
async function refusesWhatItCannotHave (node) {
  const server = { server: 'btp+ws://:x@127.0.0.1:9' }
  const add = (options, status, text) => [{ id: 'dave', options }, status, text]
  const cases = [
    add(newPeer({ options: server, plugin: 'ilp-plugin-xrp-paychan' }), 400, /only ilp-plugin-btp and ilp-plugin-http/),
    add(newPeer({ options: server, balance: undefined }), 400, /could spend without limit/),
    add(newPeer({ options: server, balance: { maximum: '1', settleThreshold: '-1' } }), 400, /settleThreshold: nothing is settled here/),
    add(newPeer({ options: {} }), 400, /neither a server nor a listener/),
    add(newPeer({ options: { ...server, btpToken: 'SECRET' } }), 400, /options\.options: there is a member/),
    add(newPeer({ options: server, assetScale: 'six' }), 400, /assetScale/),
    add(newPeer({ options: { incoming: { staticToken: 'x' }, outgoing: { url: 'http://x', jwtSecret: 'SECRET' } }, plugin: 'ilp-plugin-http' }), 400, /options\.options\.outgoing/),
    [{ id: 'alice', options: newPeer({ options: server }) }, 409, /Its id is taken/],
    [{ id: 'dave' }, 400, /options: expected/],
    [['dave'], 400, /expected an object/]
  ]
  for (const [body, status, text] of cases) {
    const answer = await ask(node, 'POST', '/addAccount', body)
    tally.equal([answer.status, answer.type], [status, 'text/plain'], `${JSON.stringify(body)}: ${answer.text}`)
    tally.check(text.test(answer.text) && answer.text.startsWith('Error: ') && !answer.text.includes('SECRET'), `${JSON.stringify(body)}: ${answer.text}`)
  }
  const adjust = await ask(node, 'POST', '/balance', { accountId: 'alice', amountDiff: '1' })
  tally.check(adjust.status === 501 && /nothing was changed/.test(adjust.text), `POST /balance: ${adjust.text}`)
  const { json } = await ask(node, 'GET', '/accounts')
  tally.check(!json.accounts.dave, 'nobody was made')
}

async function makesPeersOverHttpAndChildren (node) {
  const made = [
    ['eve', newPeer({ plugin: 'ilp-plugin-http', options: { incoming: { port: 1, staticToken: 'e' }, outgoing: { url: 'http://127.0.0.1:9/ilp', staticToken: 'x/y+z=' } } })],
    ['frank', newPeer({ relation: 'child', ilpAddressSegment: 'segment', options: { listener: { port: 1, secret: 'f' } } })]
  ]
  for (const [id, options] of made) {
    const answer = await ask(node, 'POST', '/addAccount', { id, options })
    tally.equal([answer.status, answer.json], [200, { plugin: id, connected: false }], `${id}: ${answer.text}`)
  }
  const { json: { accounts } } = await ask(node, 'GET', '/accounts')
  tally.equal([accounts.eve.info.plugin, accounts.frank.info.relation, accounts.frank.info.rateLimit.refillCount], ['ilp-plugin-http', 'child', 10000], 'what they are')
  const { json: { localRoutingTable } } = await ask(node, 'GET', '/status')
  tally.equal(localRoutingTable['test.node.segment'], { nextHop: 'frank', path: '' }, 'the way to a child')
}

// A page in a browser is kept out, whatever it is from.
async function keepsPagesOut (node) {
  for (const [method, path] of [['GET', '/status'], ['POST', '/addAccount'], ['DELETE', '/alerts/1']]) {
    const answer = await ask(node, method, path, method === 'POST' ? {} : undefined, { origin: 'http://127.0.0.1:7770' })
    tally.equal([answer.status, answer.text], [403, ''], `${method} ${path} of a page`)
  }
}

async function main () {
  const nodes = [await startOurs(), await startTheirs()]
  for (const node of nodes) await sendPackets(node)
  await until('both have counted', async () => {
    const [ours, theirs] = await Promise.all(nodes.map((node) => ask(node, 'GET', '/balance')))
    return ours.text === theirs.text
  }).catch((error) => tally.fail(error.message))
  await compareState(nodes)
  await compareRouting(nodes)
  await compareStats(nodes)
  await compareAlerts(nodes)
  await compareRefusals(nodes)
  await compareNewAccounts(nodes)
  await refusesWhatItCannotHave(nodes[0])
  await makesPeersOverHttpAndChildren(nodes[0])
  await keepsPagesOut(nodes[0])
  for (const node of nodes) await node.stop()
}

main().then(() => process.exit(tally.end()), (error) => {
  console.error(error)
  process.exit(1)
})
