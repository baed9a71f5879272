// SPDX-License-Identifier: Apache-2.0
// How ilpd ends.
//
//     node stop.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const net = require('net')
const { account } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { until } = require('../interop/lib/wait')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')
const { ticksWithin } = require('./lib/process')

const IN_FLIGHT = 500
const LONG = 3600000 // longer than any test, in milliseconds
const ANSWER = Buffer.alloc(32000)
const STEP = 5 // packets
const TRIES = 50 // to see them taken

const never = () => new Promise(() => {})

const accounts = [
  account('alice', { incomingToken: 'a' }),
  account('bob', { incomingToken: 'b', routes: ['test.bob'] })
]

async function open (config) {
  const ilpd = await start({ accounts, ...config })
  const alice = await Client.connect(ilpd.port, 'a')
  const bob = await Client.connect(ilpd.port, 'b')
  return { ilpd, alice, bob }
}

// Payments that have come to bob, who answers when he may.
async function sendOpenPayments (alice, options) {
  const open = {}
  const gate = new Promise((resolve) => { open.gate = resolve })
  open.payments = Array.from({ length: IN_FLIGHT }, () => {
    const payment = new Payment({ destination: 'test.bob', answer: () => gate.then(() => payment.fulfill()), ...options })
    return payment
  })
  open.sent = Promise.allSettled(open.payments.map((payment) => payment.send(alice)))
  await until('all packets came', () => open.payments.every(({ came }) => came.length))
  return open
}

const refusedConnection = (port) => new Promise((resolve) => {
  net.connect(port, '127.0.0.1').on('error', ({ code }) => resolve(code)).on('connect', () => resolve('connected'))
})

// It lets nothing new in; so it has heard the signal.
async function isStopping (alice) {
  await until('it is stopping', async () => {
    const payment = new Payment({ destination: 'test.bob' })
    await payment.send(alice)
    if (payment.fulfilled) return false
    assert.deepStrictEqual(payment.reject, { code: 'T03', triggeredBy: 'test.node', message: 'connector is shutting down.', data: '' })
    return true
  })
}

async function answers_what_is_in_flight_before_it_ends () {
  const { ilpd, alice, bob } = await open()
  const { payments, gate, sent } = await sendOpenPayments(alice)
  ilpd.program.signal('SIGTERM')
  await isStopping(alice)
  assert.strictEqual(await refusedConnection(ilpd.port), 'ECONNREFUSED')
  gate()
  await sent
  assert(payments.every(({ fulfilled }) => fulfilled))
  assert.deepStrictEqual([await alice.closed, await bob.closed], [[1000, 'shutting down'], [1000, 'shutting down']])
  assert.strictEqual(await ilpd.program.wait(), 0)
}

async function prints_its_books_when_it_ends () {
  const { ilpd, alice } = await open()
  for (const amount of [1, 20, 300]) await new Payment({ destination: 'test.bob', amount }).send(alice)
  const { status, errors, statistics, accounts } = await ilpd.stop()
  assert.deepStrictEqual([status, errors], [0, ''])
  assert.deepStrictEqual([accounts.alice.balance, accounts.bob.balance], ['321', '-321'])
  assert.deepStrictEqual([statistics.prepares, statistics.fulfills, statistics.inFlight], [3, 3, 0])
}

async function ends_when_the_time_of_what_is_in_flight_is_over () {
  const { ilpd, alice } = await open()
  const { payments, sent } = await sendOpenPayments(alice, { lifetime: 4000, answer: never })
  const { status } = await ilpd.stop()
  await sent
  assert.strictEqual(status, 0)
  for (const { reject } of payments) assert.strictEqual(reject.code, 'R00')
}

async function ends_at_once_when_it_is_told_twice () {
  const { ilpd, alice } = await open({ maxHoldTime: LONG })
  const { sent } = await sendOpenPayments(alice, { lifetime: LONG, answer: never })
  ilpd.program.signal('SIGTERM')
  await isStopping(alice)
  const { status, statistics, accounts } = await ilpd.stop('SIGTERM')
  assert.strictEqual(status, 0)
  assert.strictEqual(statistics.inFlight, IN_FLIGHT)
  assert.strictEqual(accounts.alice.heldDebits, String(1000 * IN_FLIGHT))
  for (const { reason } of await sent) assert.match(reason.message, /^closed: 1000 shutting down/)
}

async function ends_on_an_interrupt () {
  const { ilpd } = await open()
  assert.strictEqual((await ilpd.stop('SIGINT')).status, 0)
}

// Those who have said nothing, half of something, or are not there.
async function ends_whatever_strangers_do () {
  const ilpd = await start({ accounts: [account('away', { server: 'btp+ws://:t@127.0.0.1:1' })] })
  const strangers = ['', 'GET / HTTP/1.1\r\n'].map((said) => net.connect(ilpd.port, '127.0.0.1', function () { this.write(said) }))
  await ilpd.when('the strangers are there', ({ statistics }) => statistics.connections === strangers.length)
  assert.strictEqual((await ilpd.stop()).status, 0)
}

// Sends some packets after others, until ilpd takes no more of them since alice
// does not read the answers: then some of these wait in ilpd. (When ilpd is
// slow it is thought to be full too early, and little is proven.)
async function fillUp (ilpd, alice) {
  const payments = []
  const replies = []
  for (let taken = 0; taken === payments.length;) {
    for (let i = 0; i < STEP; i++) {
      const payment = new Payment({ destination: 'test.bob', answer: () => payment.fulfill(ANSWER) })
      payments.push(payment)
      replies.push(payment.send(alice))
    }
    for (let tries = 0; taken < payments.length && tries < TRIES; tries++) {
      taken = (await ilpd.figures()).statistics.fulfills
    }
  }
  return { owed: payments.slice(0, -STEP), sent: Promise.allSettled(replies) }
}

async function says_all_that_it_owes_before_it_ends () {
  const { ilpd, alice, bob } = await open()
  alice.socket.pause()
  const { owed, sent } = await fillUp(ilpd, alice)
  ilpd.program.signal('SIGTERM')
  await bob.closed
  alice.socket.resume()
  await sent
  assert.strictEqual(owed.filter(({ fulfilled }) => fulfilled).length, owed.length)
  assert.deepStrictEqual(await alice.closed, [1000, 'shutting down'])
  assert.strictEqual(await ilpd.program.wait(), 0)
}

async function waits_for_its_end_without_haste () {
  const away = account('away', { server: 'btp+ws://:t@127.0.0.1:1' })
  const { ilpd, alice } = await open({ accounts: [...accounts, away] })
  await sendOpenPayments(alice, { answer: never })
  ilpd.program.signal('SIGTERM')
  await isStopping(alice)
  const ticks = await ticksWithin(ilpd.pid, 2000)
  assert(ticks < 20, `${ticks} ticks in two seconds`)
  ilpd.program.signal('SIGTERM')
  assert.strictEqual(await ilpd.program.wait(), 0)
}

prove(
  answers_what_is_in_flight_before_it_ends,
  prints_its_books_when_it_ends,
  ends_when_the_time_of_what_is_in_flight_is_over,
  ends_at_once_when_it_is_told_twice,
  waits_for_its_end_without_haste,
  ends_on_an_interrupt,
  ends_whatever_strangers_do,
  says_all_that_it_owes_before_it_ends
)
