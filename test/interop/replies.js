// SPDX-License-Identifier: Apache-2.0
// ilpd between two peers that do not wait for answers, as RFC 35 has it.
//
//     node replies.js PATH_TO_ilpd
//
// The peers are made after the RFC alone (lib/posting_peer.js). Payments go both
// ways, in each version of HTTP, while replies get lost: what the one answers
// must reach the other byte for byte, and at the end the books must say what
// the two have seen. The environment variable SEED repeats a run.
'use strict'

const crypto = require('crypto')
const { need } = require('./lib/need')
const { hex } = require('./lib/bytes')
const { Ilpd, account } = require('./lib/ilpd')
const { Payment, sendAll } = require('./lib/payment')
const { freePorts } = require('./lib/plugin')
const { PostingPeer } = require('./lib/posting_peer')
const { Random } = require('./lib/random')
const { randomReject } = require('./lib/rejects')
const { Tally } = require('./lib/tally')
const { until } = require('./lib/wait')
const Ilp = need('ilp-packet')

const EACH_WAY = 200 // payments
const AT_ONCE = 30

const binary = process.argv[2]
if (!binary) {
  console.error('usage: node replies.js PATH_TO_ilpd')
  process.exit(2)
}
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() % 1e9
const random = new Random(seed)
const tally = new Tally()
console.log(`seed ${seed}`)

const names = ['left', 'right']
const other = { left: 'right', right: 'left' }
const tokenIn = (name) => `a-token-for-ilpd-from-${name}`
const tokenOut = (name) => `a-token-from-ilpd-for-${name}`

class Scene {
  // `waits`: those that ilpd asks as deployed nodes do.
  async start (version, waits = []) {
    const [ilpd, ...ports] = await freePorts(3)
    this.debts = { left: 0n, right: 0n }
    this.ilpd = await Ilpd.start(binary, {
      address: 'test.node',
      listen: [{ host: '127.0.0.1', port: ilpd }],
      accounts: names.map((name, i) => account(name, {
        server: `http://:${tokenOut(name)}@127.0.0.1:${ports[i]}/ilp/${name}`,
        httpVersion: String(version === 2 ? '2' : '1.1'),
        ...(waits.includes(name) ? {} : { httpCallbackUrl: `http://127.0.0.1:${ilpd}/from/${name}` }),
        incomingToken: tokenIn(name),
        routes: [`test.${name}`]
      }))
    })
    this.ends = {}
    for (const [i, name] of names.entries()) {
      this.ends[name] = await PostingPeer.start({ port: ports[i], ilpd: `http://127.0.0.1:${ilpd}`, tokenIn: tokenOut(name), tokenOut: tokenIn(name), version })
    }
  }

  count (from, payment) {
    if (!payment.answered || payment.answered[0] !== Ilp.Type.TYPE_ILP_FULFILL) return
    this.debts[from] += BigInt(payment.prepare.amount)
    this.debts[other[from]] -= BigInt(payment.prepare.amount)
  }

  async pay (from, options = {}) {
    // The answer may be made of the payment itself.
    const { answer } = options
    const payment = new Payment({
      destination: `test.${other[from]}.${random.below(1e9)}`, ...options, answer: answer && (() => answer(payment))
    })
    await payment.send(this.ends[from])
    this.count(from, payment)
    return payment
  }

  async stop (what) {
    const { status, errors, statistics, accounts } = await this.ilpd.stop()
    for (const name of names) {
      const end = this.ends[name]
      await end.disconnect()
      tally.equal(end.faults, [], `${what}: rules that ilpd breaks towards the ${name}`)
      tally.equal(accounts[name].balance, String(this.debts[name]), `${what}: the balance of the ${name}`)
      tally.equal([accounts[name].heldDebits, accounts[name].heldCredits, accounts[name].callers], ['0', '0', 0], `${what}: what is left of the ${name}`)
    }
    tally.equal([status, errors, statistics.lost], [0, '', 0], `${what}: ilpd ends well`)
  }
}

function check (payment, what) {
  tally.equal(payment.came.length, 1, `${what}: it came once`)
  tally.equal(hex(payment.reply), payment.answered && hex(payment.answered), `${what}: what the sender heard`)
}

function randomPayment (from) {
  const answer = random.oneIn(3) ? randomReject(random) : undefined
  const data = random.octets(500)
  const payment = new Payment({
    destination: `test.${other[from]}.${random.below(1e9)}`,
    amount: random.below(1e9),
    data: random.octets(random.oneIn(50) ? 32000 : 500),
    answer: () => answer || payment.fulfill(data)
  })
  return payment
}

async function manyPayments (scene, what) {
  const senders = new Map()
  for (let i = 0; i < EACH_WAY; i++) for (const from of names) senders.set(randomPayment(from), from)
  await sendAll([...senders.keys()], AT_ONCE, (payment) => scene.ends[senders.get(payment)])
  for (const [payment, from] of senders) {
    scene.count(from, payment)
    check(payment, `${what}, one of many from the ${from}`)
  }
}

// What is not heard comes again, under the same name, and counts once.
async function lostReplies (scene, what) {
  const { left } = scene.ends
  for (const [fails, times] of [[[503], 2], [[500, 502, 503], 4], [['breaks'], 2], [['sleeps', 503], 3]]) {
    left.replies = []
    left.mood = { fails: [...fails] }
    check(await scene.pay('left', { lifetime: 12000 }), `${what}, replies lost: ${fails}`)
    tally.equal(left.replies.length, times, `${what}, replies lost: ${fails}: how often it came`)
    tally.equal(new Set(left.replies).size, 1, `${what}, replies lost: ${fails}: one name`)
  }
  left.mood = {}
}

// Only the first reply counts, and only from who was asked.
async function falseReplies (scene, what) {
  const { left, right } = scene.ends
  right.mood = { postsTwice: true }
  check(await scene.pay('left'), `${what}, an answer that comes twice`)
  await until('the second answer was refused', () => right.posted.length && right.posted[right.posted.length - 1][0] === 'again')
  tally.equal(right.posted.slice(-1), [['again', 400]], `${what}, an answer that comes twice`)
  right.mood = {}
  const reject = randomReject(random)
  const post = async (end, id, packet = reject) => (await end.post(`${end.ilpd}/x`, { 'request-id': id }, packet)).status
  tally.equal(await post(left, crypto.randomUUID()), 400, `${what}, an answer to nothing`)
  let statuses
  const payment = await scene.pay('left', {
    answer: async (self) => {
      const id = [...right.ids].pop()
      statuses = [await post(left, id), await post(right, id, Buffer.from([13, 1, 2]))]
      return self.fulfill()
    }
  })
  check(payment, `${what}, answers of others`)
  tally.equal(statuses, [400, 400], `${what}, answers of others`)
}

async function refused (scene, what) {
  const { left } = scene.ends
  for (const callback of ['http://127.0.0.1:9/', left.callback.replace('127.0.0.1', 'localhost'), left.callback.replace('http:', 'https:'), 'nowhere']) {
    const { status, text } = await left.ask(new Payment({ destination: 'test.right.x' }).packet, { callback })
    tally.equal(status, 400, `${what}, a reply to ${callback}`)
    tally.check(text.startsWith('Callback-Url'), `${what}, why there is no reply to ${callback}: ${text}`)
  }
  // What is rejected is taken all the same.
  const { status, reply } = await left.ask(new Payment({ destination: 'test.nowhere' }).packet)
  tally.equal([status, Ilp.deserializeIlpReject(await reply).code], [202, 'F02'], `${what}, no route`)
}

async function main () {
  for (const version of [1, 2]) {
    const what = `HTTP/${version}`
    const scene = new Scene()
    await scene.start(version)
    await manyPayments(scene, what)
    await lostReplies(scene, what)
    await falseReplies(scene, what)
    await refused(scene, what)
    scene.ends.right.mood = { answersAtOnce: true }
    check(await scene.pay('left'), `${what}, answered at once`)
    await scene.stop(what)

    const mixed = new Scene()
    await mixed.start(version, ['right'])
    mixed.ends.right.check = () => {} // it is asked without the fields
    mixed.ends.right.mood = { answersAtOnce: true }
    await manyPayments(mixed, `${what}, one that is waited for`)
    await mixed.stop(`${what}, one that is waited for`)
  }
  process.exit(tally.end())
}

main().catch((error) => {
  console.error(error)
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`)
  process.exit(1)
})
