// SPDX-License-Identifier: Apache-2.0
// ilpd between two ilp-connectors.
//
//     node connector.js PATH_TO_ilpd
//
//     end -- left -- ilpd -- right -- end        (left, right: ilp-connector)
//                     |
//                    end
//
// ilpd connects to the left one, and the right one connects to it. Payments go
// from each end to each other: the amounts must be what the rates of each hop
// make of them, Rejects must arrive as they were made, by whomever; and at the
// end the books of each two neighbours must agree. The environment variable
// SEED repeats a run.
'use strict'

const { need } = require('./lib/need')
const { hex, octets } = require('./lib/bytes')
const { tooLarge, randomReject, CODES } = require('./lib/rejects')
const { Ilpd, account } = require('./lib/ilpd')
const { IlpConnector, peer, listener } = require('./lib/ilp_connector')
const { Payment, sendAll } = require('./lib/payment')
const { dialing, freePorts } = require('./lib/plugin')
const { Random } = require('./lib/random')
const { Tally } = require('./lib/tally')
const { within } = require('./lib/wait')
const Ilp = need('ilp-packet')

const EACH_WAY = 700 // payments
const AT_ONCE = 100
const HOLD = 30000 // that ilpd waits for an answer at most, in milliseconds

const binary = process.argv[2]
if (!binary) {
  console.error('usage: node connector.js PATH_TO_ilpd')
  process.exit(2)
}
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() % 1e9
const random = new Random(seed)
const tally = new Tally()
console.log(`seed ${seed}`)

// ---- the three nodes

const places = ['left', 'middle', 'right']
// What each keeps of a packet's time, in milliseconds.
const windows = { left: 3000, middle: 2000, right: 1000 }

const asset = (assetCode, assetScale) => ({ assetCode, assetScale })
const assets = { left: asset('USD', 9), leftLink: asset('USD', 6), middle: asset('XRP', 9), rightLink: asset('EUR', 4), right: asset('JPY', 2) }

// Of a whole coin, for ilpd; in hundredths for our own reckoning.
const prices = { USD: '1', EUR: '1.08', XRP: '0.52' }
const hundredths = { USD: 100n, EUR: 108n, XRP: 52n }
const spread = { text: '0.003', millionths: 3000n }

// What the narrow link lets through, in both directions.
const PACKET_MAX = 5000
const BALANCE_MAX = 1000
const PACKETS_MAX = 10

const narrow = {
  maxPacketAmount: String(PACKET_MAX), rateLimit: { refillPeriod: 3600000, refillCount: 1, capacity: PACKETS_MAX }
}

const startLeft = (ports) => IlpConnector.start({
  ILP_ADDRESS: 'test.left',
  MIN_MESSAGE_WINDOW: windows.left,
  BACKEND: 'one-to-one',
  SPREAD: 0.002,
  ACCOUNTS: {
    end: peer(assets.left, listener(ports.left, 'left')),
    middle: peer(assets.leftLink, listener(ports.leftLink, 'middle')),
    narrow: peer(assets.leftLink, listener(ports.narrow, 'narrow'), { ...narrow, balance: { maximum: String(BALANCE_MAX), minimum: '-Infinity' } })
  },
  ROUTES: [
    { targetPrefix: 'test.left.end', peerId: 'end' },
    { targetPrefix: 'test.left.narrow', peerId: 'end' },
    { targetPrefix: 'test.middle', peerId: 'middle' },
    { targetPrefix: 'test.right', peerId: 'middle' },
    { targetPrefix: 'test.middle.narrow', peerId: 'narrow' }
  ]
})

const startRight = (ports, port) => IlpConnector.start({
  ILP_ADDRESS: 'test.right',
  MIN_MESSAGE_WINDOW: windows.right,
  BACKEND: 'ecb',
  BACKEND_CONFIG: { mockData: { base: 'EUR', rates: { JPY: 161.37 } } },
  SPREAD: 0.001,
  ACCOUNTS: {
    end: peer(assets.right, listener(ports.right, 'right')),
    middle: peer(assets.rightLink, { server: `btp+ws://right:secret@127.0.0.1:${port}` }),
    absent: peer(assets.right, listener(ports.absent, 'absent')),
    strange: peer(asset('XYZ', 2), listener(ports.strange, 'strange'))
  },
  ROUTES: [
    { targetPrefix: 'test.right.end', peerId: 'end' },
    { targetPrefix: 'test.right.absent', peerId: 'absent' },
    { targetPrefix: 'test.right.strange', peerId: 'strange' },
    { targetPrefix: 'test.middle', peerId: 'middle' },
    { targetPrefix: 'test.left', peerId: 'middle' },
    { targetPrefix: 'test.beyond', peerId: 'middle' }
  ]
})

const startMiddle = (ports) => Ilpd.start(binary, {
  address: 'test.middle',
  minMessageWindow: windows.middle,
  maxHoldTime: HOLD,
  rates: prices,
  spread: spread.text,
  accounts: [
    account('left', { ...assets.leftLink, server: `btp+ws://:middle@127.0.0.1:${ports.leftLink}`, routes: ['test.left', 'test.beyond'] }),
    account('narrow', { ...assets.leftLink, ...narrow, maximum: String(BALANCE_MAX), server: `btp+ws://:narrow@127.0.0.1:${ports.narrow}`, routes: ['test.left.narrow'] }),
    account('right', { ...assets.rightLink, incomingToken: 'secret', routes: ['test.right'] }),
    account('end', { ...assets.middle, incomingToken: 'end', routes: ['test.middle.end', 'test.middle.narrow'] }),
    account('strange', { ...asset('XYZ', 2), incomingToken: 'strange', routes: ['test.middle.strange'] }),
    account('absent', { ...assets.middle, incomingToken: 'absent', routes: ['test.middle.absent'] })
  ]
})

const nodes = {}
const ends = {}

async function start () {
  const names = ['left', 'leftLink', 'narrow', 'right', 'absent', 'strange']
  const free = await freePorts(names.length)
  const ports = Object.fromEntries(names.map((name, i) => [name, free[i]]))
  nodes.left = await startLeft(ports)
  nodes.middle = await startMiddle(ports)
  nodes.right = await startRight(ports, nodes.middle.port)
  ends.left = await within('an end connects', dialing(ports.left, 'left'))
  ends.middle = await within('an end connects', dialing(nodes.middle.port, 'end'))
  ends.right = await within('an end connects', dialing(ports.right, 'right'))
  await dialing(nodes.middle.port, 'strange')
  await nodes.left.connected('end', 'middle', 'narrow')
  await nodes.right.connected('end', 'middle')
  await nodes.middle.connected('left', 'narrow', 'right', 'end', 'strange')
}

// ---- what a hop makes of an amount

// How ilp-connector reckons: with the 15 first digits of a rate.
function rounded (numerator, denominator) {
  for (let k = 0n; ; k++) {
    const doubled = 2n * numerator * 10n ** k / denominator
    if (doubled >= 2n * 10n ** 14n) return [(doubled + 1n) / 2n, 10n ** k]
  }
}

// From the prices in hundredths, and the spread in thousandths.
const connectorRate = (assetOf, hundredths, thousandths) => (from, to) => {
  const [a, b] = [assetOf[from], assetOf[to]]
  return rounded(
    hundredths[b.assetCode] * (1000n - thousandths) * 10n ** BigInt(b.assetScale),
    hundredths[a.assetCode] * 1000n * 10n ** BigInt(a.assetScale)
  )
}

const leftAssets = { end: assets.left, middle: assets.leftLink, narrow: assets.leftLink }
const rightAssets = { end: assets.right, middle: assets.rightLink }
const middleAssets = { left: assets.leftLink, narrow: assets.leftLink, right: assets.rightLink, end: assets.middle }

// What our documentation says of ilpd: price by price, and less the spread
// where the assets differ.
function middleRate (from, to) {
  const [a, b] = [middleAssets[from], middleAssets[to]]
  const kept = a.assetCode === b.assetCode ? 0n : spread.millionths
  return [
    hundredths[a.assetCode] * (1000000n - kept) * 10n ** BigInt(b.assetScale),
    hundredths[b.assetCode] * 1000000n * 10n ** BigInt(a.assetScale)
  ]
}

const rates = {
  left: connectorRate(leftAssets, { USD: 100n }, 2n),
  middle: middleRate,
  right: connectorRate(rightAssets, { EUR: 100n, JPY: 16137n }, 1n)
}

// From where to where: the nodes on the way, and there the accounts.
function hops (from, to) {
  const [first, last] = [places.indexOf(from), places.indexOf(to)]
  const way = first < last ? places.slice(first, last + 1) : places.slice(last, first + 1).reverse()
  const accountTo = (here, next) => next === undefined ? 'end' : here === 'middle' ? next : 'middle'
  return way.map((here, i) => ({ here, from: accountTo(here, way[i - 1]), to: accountTo(here, way[i + 1]) }))
}

// ---- payments

const make = (from, to, options) =>
  Object.assign(new Payment({ destination: `test.${to}.end.${random.below(1e9)}`, ...options }), { from, to })

// What each account of each node must come to.
const books = Object.fromEntries(places.map((place) => [place, {}]))

function book (here, id, amount) {
  books[here][id] = (books[here][id] || 0n) + amount
}

// Reckons what the receiver gets, and books what is fulfilled.
function reckon (payment) {
  let amount = BigInt(payment.prepare.amount)
  for (const { here, from, to } of hops(payment.from, payment.to)) {
    const [numerator, denominator] = rates[here](from, to)
    const next = amount * numerator / denominator
    if (payment.fulfilled) {
      book(here, from, amount)
      book(here, to, -next)
    }
    amount = next
  }
  return amount
}

const kept = (payment) => hops(payment.from, payment.to).reduce((sum, { here }) => sum + windows[here], 0)

function shown ({ amount, expiresAt, executionCondition, destination, data }) {
  return [amount, expiresAt, executionCondition.toString('hex'), destination, data.toString('hex')]
}

// It came once, with what the hops left of its amount and time; and its answer
// came byte for byte.
function check (payment) {
  const { prepare, from, to } = payment
  const expected = { ...prepare, amount: String(reckon(payment)), expiresAt: new Date(prepare.expiresAt - kept(payment)) }
  tally.equal(payment.came.map(shown), [shown(expected)], `from ${from} to ${to}: what the receiver got`)
  if (!payment.answered) return tally.fail(`from ${from} to ${to}: ${JSON.stringify(payment.reject)}`)
  tally.equal(hex(payment.reply), hex(payment.answered), `from ${from} to ${to}: what the sender heard`)
}

function everyWay () {
  return places.flatMap((from) => places.filter((to) => to !== from).map((to) => ({ from, to })))
}

// Large enough that there is something left at the end.
const someAmount = () => 1000000000n + random.u64() % 10n ** BigInt(9 + random.below(4))

function randomPayment (from, to) {
  const answer = random.oneIn(3) ? randomReject(random) : undefined
  const data = random.octets(300)
  const payment = make(from, to, {
    amount: someAmount(), data: random.octets(random.oneIn(50) ? 32767 : 300), answer: () => answer || payment.fulfill(data)
  })
  return payment
}

async function manyPayments () {
  const payments = everyWay().flatMap(({ from, to }) => Array.from({ length: EACH_WAY }, () => randomPayment(from, to)))
  payments.sort((a, b) => Buffer.compare(a.preimage, b.preimage))
  await sendAll(payments, AT_ONCE, ({ from }) => ends[from])
  payments.forEach(check)
}

async function everyCode () {
  for (const { from, to } of everyWay()) {
    for (const code of CODES) {
      const payment = make(from, to, { amount: someAmount(), answer: () => randomReject(random, code) })
      await payment.send(ends[from])
      check(payment)
    }
  }
}

// A packet may not live longer than a node is willing to wait.
async function shortensLongLives () {
  let came
  const payment = make('middle', 'right', { amount: someAmount(), lifetime: 2 * HOLD, answer: () => { came = Date.now(); return payment.fulfill() } })
  const sent = Date.now()
  await payment.send(ends.middle)
  reckon(payment)
  const expires = payment.came[0].expiresAt.getTime() + windows.right
  tally.check(expires >= sent + HOLD && expires <= came + HOLD, `a long life was made ${expires - sent} ms`)
}

// A node answers a ping, and all that comes and goes is paid for.
async function pings () {
  for (const [from, at] of [['middle', 'left'], ['left', 'middle'], ['right', 'middle']]) await ping(from, at)
}

async function ping (from, at) {
  const back = `test.${from}.end.${random.below(1e9)}`
  const payment = make(from, from, {
    amount: someAmount(), destination: `test.${at}`, data: Buffer.concat([Buffer.from('ECHOECHOECHOECHO\0'), octets(Buffer.from(back))])
  })
  await payment.send(ends[from])
  tally.check(payment.fulfilled, `a ping of ${at}: ${payment.fulfilled || JSON.stringify(payment.reject)}`)
  tally.equal(payment.came.map(({ destination, data }) => [destination, data.toString()]), [[back, 'ECHOECHOECHOECHO\u0001']], `what came back from ${at}`)
  let amount = BigInt(payment.prepare.amount)
  for (const [here, source, sink] of [[from, 'end', at], [at, from, from], [from, at, 'end']]) {
    const [numerator, denominator] = rates[here](source, sink)
    const next = amount * numerator / denominator
    book(here, source, amount)
    book(here, sink, -next)
    amount = next
  }
  tally.equal(payment.came[0].amount, String(amount), `the amount that came back from ${at}`)
}

// ---- Rejects that the nodes make

const never = () => new Promise(() => {})
const wrongly = () => Ilp.serializeIlpFulfill({ fulfillment: random.bytes(32), data: Buffer.alloc(0) })

// From which end, what of, and by which node it must be rejected with what.
const refused = [
  // by ilp-connector, for a packet that came from ilpd
  ['middle', { destination: 'test.beyond.x' }, 'left', 'F02', 'no route found. source=middle destination=test.beyond.x'],
  ['right', { destination: 'test.beyond.y' }, 'left', 'F02', 'no route found. source=middle destination=test.beyond.y'],
  ['middle', { destination: 'test.left.end', lifetime: 6500 }, 'left', 'R02', /^source transfer expires too soon to complete payment\. /],
  ['middle', { destination: 'test.left', data: Buffer.from('ECHO') }, 'left', 'F01', 'packet data too short for echo request. length=4'],
  ['left', { destination: 'test.right.absent.a' }, 'right', 'T01', 'no connection to account. account=absent'],
  ['middle', { destination: 'test.right.absent.b' }, 'right', 'T01', 'no connection to account. account=absent'],
  ['middle', { destination: 'test.right.strange' }, 'right', 'F00', 'no rate available. currency=XYZ'],
  ['middle', { destination: 'test.right.end', answer: wrongly }, 'right', 'F05', 'fulfillment did not match expected value.'],
  ['left', { destination: 'test.right.end', lifetime: 9000, answer: never }, 'right', 'R00', 'packet expired.'],
  // by ilpd, for a packet that came from ilp-connector
  ['left', { destination: 'test.middle' }, 'middle', 'F01', 'packet data too short for echo request. length=0'],
  ['left', { destination: 'test.middle', data: Buffer.alloc(17) }, 'middle', 'F01', 'packet data does not start with ECHO prefix.'],
  ['left', { destination: 'test.middle', data: Buffer.from('ECHOECHOECHOECHO\x01') }, 'middle', 'F01', 'unexpected ping response.'],
  ['right', { destination: 'test.middle.nobody' }, 'middle', 'F02', 'no route found. source=right destination=test.middle.nobody'],
  ['right', { destination: 'test.middle.end', lifetime: 4500 }, 'middle', 'R02', /^source transfer expires too soon to complete payment\. /],
  ['left', { destination: 'test.middle.absent' }, 'middle', 'T01', 'no connection to account. account=absent'],
  ['left', { destination: 'test.middle.strange' }, 'middle', 'T00', 'no rate available. source=USD destination=XYZ'],
  ['left', { destination: 'test.right.end', amount: 2000 }, 'middle', 'R01', 'nothing is left after the exchange.'],
  ['right', { destination: 'test.middle.end', answer: wrongly }, 'middle', 'F05', 'fulfillment did not match expected value.'],
  ['left', { destination: 'test.middle.end', lifetime: 9000, answer: never }, 'middle', 'R00', 'packet expired.']
]

async function checkReject ([from, options, by, code, message, data = '']) {
  const payment = make(from, by, { amount: someAmount(), ...options })
  await payment.send(ends[from])
  const { reject } = payment
  const what = `from ${from} to ${payment.prepare.destination}`
  tally.equal([reject.code, reject.triggeredBy, reject.data], [code, `test.${by}`, data], what)
  tally.check(message.test ? message.test(reject.message) : message === reject.message, `${what}: ${reject.message}`)
}

// The least that becomes so much behind a hop.
function least (amount, [numerator, denominator]) {
  return (BigInt(amount) * denominator + numerator - 1n) / numerator
}

// What comes over the narrow link is too much for the one behind it: in size,
// in sum, and in number. The rate is that of the hop before.
async function throughTheNarrowLink (from, to, rate) {
  const send = (amount, code, message, data) =>
    checkReject([from, { destination: `test.${to}.narrow`, amount: least(amount, rate) }, to, code, message, data])
  const size = PACKET_MAX + 1
  await send(size, 'F08', `packet size too large. maxAmount=${PACKET_MAX} actualAmount=${size}`, hex(tooLarge(size, PACKET_MAX)))
  for (let i = 1; i < PACKETS_MAX; i++) await send(BALANCE_MAX + 1, 'T04', 'exceeded maximum balance.')
  await send(1, 'T05', 'too many requests, throttling.')
}

async function nodesReject () {
  await Promise.all(refused.map(checkReject))
  await throughTheNarrowLink('middle', 'left', rates.middle('end', 'narrow'))
  await throughTheNarrowLink('left', 'middle', rates.left('end', 'narrow'))
}

// ---- the end

const negated = (text) => String(-BigInt(text))

function checkBook (here, actual) {
  for (const [id, balance] of Object.entries(actual)) tally.equal(balance, String(books[here][id] || 0n), `the balance of ${id} at ${here}`)
}

async function checkBooks () {
  const balances = { left: await nodes.left.balances(), right: await nodes.right.balances() }
  const { status, errors, statistics, accounts } = await nodes.middle.stop()
  balances.middle = Object.fromEntries(Object.entries(accounts).map(([id, { balance }]) => [id, balance]))
  for (const place of places) checkBook(place, balances[place])
  for (const link of ['left', 'right']) tally.equal(balances.middle[link], negated(balances[link].middle), `the books of ilpd and the ${link} one`)
  tally.equal([status, errors], [0, ''], 'the end of ilpd')
  tally.equal([statistics.late, statistics.lost, statistics.inFlight], [0, 0, 0], 'the statistics')
}

async function main () {
  await start()
  await manyPayments()
  await everyCode()
  await shortensLongLives()
  await pings()
  await nodesReject()
  await checkBooks()
  process.exit(tally.end())
}

main().catch((error) => {
  console.error(error)
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`)
  process.exit(1)
})
