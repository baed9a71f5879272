// SPDX-License-Identifier: Apache-2.0
// ilpd between two ilp-plugin-http, each of which asks it and is asked by it.
//
//     node http.js PATH_TO_ilpd
//
// Payments go both ways through it: what the one answers must reach the other
// byte for byte, whatever kind of token they agreed on and whatever version of
// HTTP they speak, and at the end the books must say what the two have seen.
// curl is a peer too. The environment variable SEED repeats a run.
'use strict'

const { execFile } = require('child_process')
const { promisify } = require('util')
const { need } = require('./lib/need')
const { hex } = require('./lib/bytes')
const { Ilpd, account, write } = require('./lib/ilpd')
const { Payment, sendAll } = require('./lib/payment')
const { freePorts } = require('./lib/plugin')
const { startHttp } = require('./lib/plugin_http')
const { Random } = require('./lib/random')
const { CODES, randomReject } = require('./lib/rejects')
const { Tally } = require('./lib/tally')
const Ilp = need('ilp-packet')

// The peers are in this process, so it may not stand still meanwhile.
const curl = async (...args) => (await promisify(execFile)('curl', ['-s', ...args], { encoding: 'buffer' })).stdout

const EACH_WAY = 300 // payments
const AT_ONCE = 40
const WINDOW = 700 // that ilpd keeps of a packet's time, in milliseconds

const binary = process.argv[2]
if (!binary) {
  console.error('usage: node http.js PATH_TO_ilpd')
  process.exit(2)
}
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() % 1e9
const random = new Random(seed)
const tally = new Tally()
console.log(`seed ${seed}`)

const names = ['left', 'right']
const other = { left: 'right', right: 'left' }
const tokenIn = (name) => `a token for ilpd from ${name}`.replace(/ /g, '-')
const tokenOut = (name) => `a token from ilpd for ${name}`.replace(/ /g, '-')

// How the two come in, and what they know us by.
const ways = {
  'static tokens': { incoming: (name) => ({ staticToken: tokenOut(name) }), outgoing: (name) => ({ staticToken: tokenIn(name) }) },
  'tokens without the word Bearer': { incoming: (name) => ({ secretToken: tokenOut(name) }), outgoing: (name) => ({ secretToken: tokenIn(name) }) },
  'signed tokens': {
    account: (name) => ({ incomingJwt: { secret: tokenIn(name) }, outgoingJwt: { secret: tokenOut(name) } }),
    incoming: (name) => ({ jwtSecret: tokenOut(name) }),
    outgoing: (name) => ({ jwtSecret: tokenIn(name) })
  },
  'HTTP/2 to ilpd': { incoming: (name) => ({ staticToken: tokenOut(name) }), outgoing: (name) => ({ staticToken: tokenIn(name), http2: true }) }
}

class Scene {
  async start (way) {
    const ports = await freePorts(2)
    this.debts = { left: 0n, right: 0n }
    this.ilpd = await Ilpd.start(binary, {
      address: 'test.node',
      minMessageWindow: WINDOW,
      accounts: names.map((name, i) => account(name, {
        server: `http://:${way.account ? '' : tokenOut(name)}@127.0.0.1:${ports[i]}/ilp/${name}`,
        routes: [`test.${name}`],
        ...(way.account ? way.account(name) : { incomingToken: tokenIn(name) })
      }))
    })
    this.ends = {}
    for (const [i, name] of names.entries()) {
      this.ends[name] = await startHttp(ports[i], `http://127.0.0.1:${this.ilpd.port}/any/path`, way.incoming(name), way.outgoing(name))
    }
  }

  count (from, payment) {
    if (!payment.fulfilled) return
    this.debts[from] += BigInt(payment.prepare.amount)
    this.debts[other[from]] -= BigInt(payment.prepare.amount)
  }

  async pay (from, options) {
    const payment = new Payment({ destination: `test.${other[from]}.${random.below(1e9)}`, ...options })
    await payment.send(this.ends[from])
    this.count(from, payment)
    return payment
  }

  async stop (what) {
    for (const end of Object.values(this.ends)) await end.disconnect()
    const { status, errors, statistics, accounts } = await this.ilpd.stop()
    tally.equal(status, 0, `${what}: ilpd ends well`)
    tally.equal(errors, '', `${what}: complaints of ilpd`)
    tally.equal(statistics.lost, 0, `${what}: answers lost`)
    for (const name of names) {
      tally.equal(accounts[name].balance, String(this.debts[name]), `${what}: the balance of ${name}`)
      tally.equal([accounts[name].heldDebits, accounts[name].heldCredits], ['0', '0'], `${what}: on hold of ${name}`)
    }
  }
}

const shown = ({ amount, expiresAt, executionCondition, destination, data }) =>
  [amount, expiresAt, executionCondition.toString('hex'), destination, data.toString('hex')]

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
  for (let i = 0; i < EACH_WAY; i++) {
    for (const from of names) senders.set(randomPayment(from), from)
  }
  await sendAll([...senders.keys()], AT_ONCE, (payment) => scene.ends[senders.get(payment)])
  for (const [payment, from] of senders) {
    scene.count(from, payment)
    check(payment, `${what}, one of many from the ${from}`)
  }
}

async function everyCode (scene, from) {
  for (const code of CODES) check(await scene.pay(from, { answer: () => randomReject(random, code) }), code)
}

// What the peer's server says instead of a packet.
async function noAnswers (scene) {
  const throwing = await scene.pay('left', { answer: () => { throw new Error('not today') } })
  tally.equal(throwing.reject.code, 'T01', 'a server that fails')
  tally.equal(throwing.reject.message, 'failed to send packet: peer answered with status 500', 'what is said of it')
  const late = await scene.pay('left', { lifetime: 2500, answer: () => new Promise((resolve) => setTimeout(() => resolve(randomReject(random, 'F99')), 3000)) })
  tally.equal(late.reject.code, 'R00', 'a server that takes too long')
}

async function strangers (scene) {
  const { ilpd } = scene
  const statusOf = async (args) => String(await curl('-o', '/dev/null', '-w', '%{http_code}', ...args, `http://127.0.0.1:${ilpd.port}/ilp`))
  const payment = new Payment({ destination: 'test.right.x' })
  const file = write(payment.packet)
  const post = ['--data-binary', `@${file}`, '-H', 'Content-Type: application/octet-stream']
  tally.equal(await statusOf([...post, '-H', 'Authorization: Bearer nobody']), '401', 'a token that nobody has')
  tally.equal(await statusOf(post), '401', 'no token')
  tally.equal(await statusOf(['-H', 'Authorization: Bearer nobody', '--data', 'x']), '415', 'another type')
}

// As a person would, and in each version.
async function byHand (scene) {
  for (const version of ['--http1.1', '--http2-prior-knowledge']) {
    const payment = new Payment({ destination: 'test.right.nobody-waits' })
    const file = write(payment.packet)
    const reply = await curl(version, '--data-binary', `@${file}`,
      '-H', 'Content-Type: application/octet-stream', '-H', `Authorization: Bearer ${tokenIn('left')}`,
      `http://127.0.0.1:${scene.ilpd.port}/ilp`)
    tally.equal(Ilp.deserializeIlpReject(reply).code, 'F06', `curl ${version}`)
  }
}

async function main () {
  for (const [what, way] of Object.entries(ways)) {
    const scene = new Scene()
    await scene.start(way)
    // While the plugin makes its first token it sends "undefined" instead.
    for (const from of names) check(await scene.pay(from), `${what}, the first`)
    await manyPayments(scene, what)
    if (what === 'static tokens') {
      await everyCode(scene, 'left')
      await noAnswers(scene)
      await strangers(scene)
      await byHand(scene)
    }
    await scene.stop(what)
  }
  process.exit(tally.end())
}

main().catch((error) => {
  console.error(error)
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`)
  process.exit(1)
})
