// SPDX-License-Identifier: Apache-2.0
// ilpd between two ilp-plugin-btp, one of which connects to it, and one of
// which it connects to.
//
//     node btp.js PATH_TO_ilpd
//
// Payments go both ways through it: what the one answers must reach the other
// byte for byte, also when a connection breaks in between, and at the end the
// books must say what the two have seen. The environment variable SEED repeats
// a run.
'use strict'

const { format } = require('util')
const { need } = require('./lib/need')
const { hex } = require('./lib/bytes')
const { Ilpd, account } = require('./lib/ilpd')
const { Payment, sendAll } = require('./lib/payment')
const { Plugin, dialing, listening, freePorts } = require('./lib/plugin')
const { Random } = require('./lib/random')
const { CODES, randomReject } = require('./lib/rejects')
const { Tally } = require('./lib/tally')
const { until, within } = require('./lib/wait')
const Btp = need('btp-packet')
const Ilp = need('ilp-packet')

const EACH_WAY = 2000 // payments
const AT_ONCE = 200
const IN_FLIGHT = 100 // when a connection breaks
const WINDOW = 700 // that ilpd keeps of a packet's time, in milliseconds
const AMOUNTS = [0n, 1n, (1n << 64n) - 1n]
const TOKEN = { dials: 'secret-of-the-client', listens: 'secret of the listener' }

const binary = process.argv[2]
if (!binary) {
  console.error('usage: node btp.js PATH_TO_ilpd')
  process.exit(2)
}
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() % 1e9
const random = new Random(seed)
const tally = new Tally()
console.log(`seed ${seed}`)

// The two ends, named after what they do, and by how much each is in debt.
const ends = {}
const names = ['dials', 'listens']
const debts = { dials: 0n, listens: 0n }
const other = { dials: 'listens', listens: 'dials' }

async function start () {
  const [port] = await freePorts(1)
  const plugin = listening(port, TOKEN.listens)
  const ilpd = await Ilpd.start(binary, {
    address: 'test.node',
    minMessageWindow: WINDOW,
    accounts: [
      account('dials', { incomingToken: TOKEN.dials, incomingUser: 'someone', routes: ['test.dials'] }),
      account('listens', { server: `btp+ws://me:${encodeURIComponent(TOKEN.listens)}@127.0.0.1:${port}/a/path`, routes: ['test.listens'] })
    ]
  })
  ends.dials = await within('ilp-plugin-btp connects', dialing(ilpd.port, TOKEN.dials, 'someone'))
  ends.listens = await within('ilp-plugin-btp is connected to', plugin)
  await ilpd.connected('dials', 'listens')
  return ilpd
}

// ---- payments

const make = (from, options) => new Payment({ destination: `test.${other[from]}.${random.below(1e9)}`, ...options })

function count (from, payment) {
  if (!payment.fulfilled) return
  debts[from] += BigInt(payment.prepare.amount)
  debts[other[from]] -= BigInt(payment.prepare.amount)
}

async function pay (from, options) {
  const payment = make(from, options)
  await payment.send(ends[from])
  count(from, payment)
  return payment
}

function shown ({ amount, expiresAt, executionCondition, destination, data }) {
  return [amount, expiresAt, executionCondition.toString('hex'), destination, data.toString('hex')]
}

// It came once, and as it was sent, but with less time; and the answer came
// byte for byte.
function check (payment, what) {
  const expected = { ...payment.prepare, expiresAt: new Date(payment.prepare.expiresAt - WINDOW) }
  tally.equal(payment.came.map(shown), [shown(expected)], `${what}: what the receiver got`)
  if (!payment.answered) return tally.fail(`${what}: ${JSON.stringify(payment.reject)}`)
  tally.equal(hex(payment.reply), hex(payment.answered), `${what}: what the sender heard`)
}

// A payment that its receiver fulfills or rejects.
function randomPayment (from) {
  const answer = random.oneIn(3) ? randomReject(random) : undefined
  const data = random.octets(500)
  const payment = make(from, {
    amount: random.below(1e9),
    data: random.octets(random.oneIn(50) ? 32767 : 500),
    answer: () => answer || payment.fulfill(data)
  })
  return payment
}

async function manyPayments () {
  const senders = new Map()
  for (let i = 0; i < EACH_WAY; i++) {
    for (const from of names) senders.set(randomPayment(from), from)
  }
  await sendAll([...senders.keys()], AT_ONCE, (payment) => ends[senders.get(payment)])
  for (const [payment, from] of senders) {
    count(from, payment)
    check(payment, `one of many from the one that ${from}`)
  }
}

async function everyCode (from) {
  for (const code of CODES) check(await pay(from, { answer: () => randomReject(random, code) }), code)
}

async function everySize (from) {
  for (const amount of AMOUNTS) {
    const data = random.bytes(32767)
    const payment = make(from, { amount, data, answer: () => payment.fulfill(data) })
    await payment.send(ends[from])
    count(from, payment)
    check(payment, `amount ${amount}`)
  }
}

// ---- answers that are none

const throwing = (name, message) => () => { throw Object.assign(new Error(message), { name }) }

const noAnswers = [
  { answer: throwing('NotAcceptedError', 'not today'), code: 'F02', message: /^failed to send packet: F00 NotAcceptedError: .*not today/ },
  { answer: throwing('UnreachableError', 'gone'), code: 'T01', message: /^failed to send packet: T00 UnreachableError: .*gone/ },
  { answer: () => undefined, code: 'F02', message: /^failed to send packet: / },
  { answer: () => Buffer.from('no packet'), code: 'F02', message: /^failed to send packet: / },
  { answer: ({ amount }) => reprepare(amount), code: 'T00', message: /^next hop gave an invalid answer\.$/ },
  { answer: () => Ilp.serializeIlpFulfill({ fulfillment: random.bytes(32), data: Buffer.alloc(0) }), code: 'F05', message: /^fulfillment did not match expected value\.$/ }
]

const reprepare = (amount) => new Payment({ destination: 'test.dials', amount }).packet

async function answersThatAreNone (from) {
  for (const { answer, code, message } of noAnswers) {
    const { reject } = await pay(from, { answer })
    tally.equal([reject.code, reject.triggeredBy], [code, 'test.node'], `instead of ${answer}`)
    tally.check(message.test(reject.message), `instead of ${answer}: ${reject.message}`)
  }
}

// What is no ILP packet in a Message is refused, and costs nothing but itself.
async function otherRequests (from) {
  const entry = (protocolName, contentType, text) => ({ protocolName, contentType, data: Buffer.from(text) })
  const requests = [
    { type: Btp.TYPE_TRANSFER, data: { amount: '5', protocolData: [] }, code: 'F00' },
    { type: Btp.TYPE_MESSAGE, data: { protocolData: [entry('custom', Btp.MIME_APPLICATION_JSON, '{}')] }, code: 'F00' },
    { type: Btp.TYPE_MESSAGE, data: { protocolData: [entry('ilp', Btp.MIME_APPLICATION_OCTET_STREAM, 'no packet')] }, code: 'F01' }
  ]
  for (const { type, data, code } of requests) {
    const error = await ends[from]._call('', { type, requestId: random.u32(), data }).then(() => 'no error', ({ message }) => JSON.parse(message).code)
    tally.equal(error, code, `a request of type ${type} from the one that ${from}`)
  }
}

// ---- the login

// A log that keeps what ilp-plugin-btp says, for nobody else hears of it.
function listener () {
  const lines = []
  const keep = (...words) => lines.push(format(...words))
  return { lines, trace: () => {}, debug: keep, info: keep, warn: keep, error: keep }
}

async function refusesWrongTokens (ilpd) {
  for (const credentials of [':wrong', 'someone:wrong', `nobody:${TOKEN.dials}`, 'someone:']) {
    const log = listener()
    const plugin = new Plugin({ server: `btp+ws://${credentials}@127.0.0.1:${ilpd.port}` }, { log })
    const end = await within('a login is refused', plugin.connect().then(() => 'connected', (error) => error.message))
    tally.equal(end, 'connection aborted', `login with ${credentials}`)
    tally.check(/error authenticating btp connection.*"code":"F00"/.test(log.lines.join('\n')), `login with ${credentials}: ${log.lines}`)
  }
}

// It is refused by ilp-plugin-btp, comes again, and is let in in the end.
async function comesAgainWhenRefused () {
  const [port] = await freePorts(1)
  const log = listener()
  const plugin = new Plugin({ listener: { port, secret: 'right', wsOpts: { host: '127.0.0.1', port } } }, { log })
  plugin.connect().catch(() => {}) // it gives up hope, and listens all the same
  plugin._listenerSecret = Buffer.from('not right yet')
  const ilpd = await Ilpd.start(binary, {
    address: 'test.other', accounts: [account('refused', { server: `btp+ws://:right@127.0.0.1:${port}` })]
  })
  const attempts = () => log.lines.filter((line) => line.startsWith('received token "right"')).length
  await until('ilpd logs in again', () => attempts() >= 3)
  tally.equal((await ilpd.figures()).accounts.refused.connected, false, 'connected with a wrong token')
  plugin._listenerSecret = Buffer.from('right')
  await until('ilpd is let in', () => plugin.isConnected())
  await ilpd.connected('refused')
  tally.equal((await ilpd.stop()).status, 0, 'the status of ilpd that was refused')
  await plugin.disconnect()
}

// ---- connections that break

// How an end goes away, and comes back when it is told to.
const leaving = {
  dials () {
    const reconnector = ends.dials._ws
    const intervals = reconnector._intervals
    reconnector._intervals = [1e6]
    reconnector._tries = 0
    reconnector._instance.terminate()
    return () => {
      reconnector._intervals = intervals
      clearTimeout(reconnector._openTimer)
      reconnector._open()
    }
  },
  listens () {
    const secret = ends.listens._listenerSecret
    ends.listens._listenerSecret = Buffer.from('closed for now')
    ends.listens._incomingWs.terminate()
    return () => { ends.listens._listenerSecret = secret }
  }
}

async function leave (ilpd, end) {
  const comeBack = leaving[end]()
  await until(`the one that ${end} is gone`, () => !ends[end].isConnected())
  await ilpd.when(`ilpd misses the one that ${end}`, ({ accounts }) => !accounts[end].connected)
  return async () => {
    comeBack()
    await until(`the one that ${end} is back`, () => ends[end].isConnected())
    await ilpd.connected(end)
  }
}

// Payments that have come to their receiver, which answers when it may.
async function openPayments (from) {
  let open
  const gate = new Promise((resolve) => { open = resolve })
  const payments = Array.from({ length: IN_FLIGHT }, () => randomPayment(from))
  for (const payment of payments) {
    const answer = payment.answer
    payment.answer = () => gate.then(answer)
  }
  const sent = sendAll(payments, IN_FLIGHT, () => ends[from])
  await until('all packets came', () => payments.every(({ came }) => came.length))
  return { payments, open, sent }
}

function checkOpenPayments (from, payments, what) {
  for (const payment of payments) {
    count(from, payment)
    check(payment, what)
  }
}

// The answers leave by another connection than the one that the packets came
// by.
async function receiverComesBack (ilpd, from) {
  const { payments, open, sent } = await openPayments(from)
  const comeBack = await leave(ilpd, other[from])
  const { reject } = await pay(from)
  tally.equal([reject.code, reject.message], ['T01', `no connection to account. account=${other[from]}`], 'to one who is away')
  await comeBack()
  open()
  await within('answers by another connection', sent)
  checkOpenPayments(from, payments, `the one that ${other[from]} came back`)
}

// The answers come while nobody is there to hear them, and wait.
async function senderComesBack (ilpd, from) {
  const { payments, open, sent } = await openPayments(from)
  const comeBack = await leave(ilpd, from)
  open()
  await ilpd.when('the answers are all there', ({ statistics }) => statistics.inFlight === 0)
  await comeBack()
  await within('answers for one who was away', sent)
  checkOpenPayments(from, payments, `the one that ${from} came back`)
}

// ---- the end

// What we owe an end is what it is not in debt for, and nothing is on hold.
async function checkBooks (ilpd) {
  const { status, errors, statistics, accounts } = await ilpd.stop()
  tally.equal([status, errors], [0, ''], 'the end of ilpd')
  for (const name of names) {
    const { balance, heldDebits, heldCredits } = accounts[name]
    tally.equal([balance, heldDebits, heldCredits], [String(debts[name]), '0', '0'], `the books about the one that ${name}`)
  }
  const { unexpected, late, lost, inFlight } = statistics
  tally.equal({ unexpected, late, lost, inFlight }, { unexpected: 0, late: 0, lost: 0, inFlight: 0 }, 'the statistics')
}

async function main () {
  const ilpd = await start()
  await manyPayments()
  for (const from of names) {
    await everyCode(from)
    await everySize(from)
    await answersThatAreNone(from)
    await otherRequests(from)
    await receiverComesBack(ilpd, from)
    await senderComesBack(ilpd, from)
  }
  await refusesWrongTokens(ilpd)
  await comesAgainWhenRefused()
  await manyPayments()
  await checkBooks(ilpd)
  process.exit(tally.end())
}

main().catch((error) => {
  console.error(error)
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`)
  process.exit(1)
})
