// SPDX-License-Identifier: Apache-2.0
// ilpd is killed at any moment, again and again, while peers send and receive
// as much as they can: and never has its data file less than what it said. The
// same, with Fulfills that do not wait for the ledger, must lose something, or
// nothing is proven.
//
//     node kill.js PATH_TO_ilpd PATH_TO_crash-peers
//
// The environment says how many KILLS, and which SEED the moments come from.
'use strict'

const assert = require('assert')
const fs = require('fs')
const path = require('path')
const { Ilpd, account, write, LOCAL } = require('../interop/lib/ilpd')
const { Program } = require('../interop/lib/program')
const { Random } = require('../interop/lib/random')
const { Tally } = require('../interop/lib/tally')
const { pause, until } = require('../interop/lib/wait')
const { Judge, Loss } = require('./lib/judge')
const { Peers } = require('./lib/peers')

const [binary, peersBinary] = process.argv.slice(2)
const KILLS = Number(process.env.KILLS || 100)
const SEED = Number(process.env.SEED || Date.now() % 1000000)
const RELAXED_KILLS = 200 // until something must be lost

const HOLD_MS = 3000 // as receiver.c has it
const START_MS = 60 // how long starting may take
const FIRST_MS = 30 // in which the first packets come
const LOAD_MS = 300
const STOP_MS = 40
const COMMIT_MS = 50 // in which there is one
const LONG_EVERY = 33 // runs, one is long enough for all of before to be over
const MOST_HELD = 4n * 256n * 2200n // senders, packets, units (plan.c, sender.h)

// What is killed: a node under load, most of all.
const KINDS = {
  strict: ['load', 'load', 'load', 'load', 'load', 'commit', 'commit', 'first', 'first', 'start', 'stop'],
  relaxed: ['commit']
}

// On the disk on which ilpd is built: memory that looks like one is none.
const folder = fs.mkdtempSync(path.join(path.dirname(binary), 'crash-'))
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))

const asset = (index) => ({ assetCode: index < 2 ? 'USD' : 'EUR' }) // plan.h
const indices = [0, 1, 2, 3]
const accounts = [
  ...indices.map((i) => account(`s${i}`, { incomingToken: `token-s${i}`, ...asset(i) })),
  ...indices.map((i) => account(`r${i}`, { incomingToken: `token-r${i}`, routes: [`test.crash.r${i}`], ...asset(i) }))
]
// Some limits are reached at once, and some after a while.
const limit = (id, limits) => Object.assign(accounts.find((account) => account.id === id), limits)
limit('s1', { maximum: '5000000' })
limit('r1', { minimum: '-10000000' })
limit('s3', { maximum: '200000000' })
limit('r3', { minimum: '-200000000' })

const configOf = (file, durability) => ({
  address: 'test.node',
  listen: [LOCAL],
  accounts,
  rates: { USD: '1', EUR: '1.0837' },
  maxHoldTime: HOLD_MS,
  minMessageWindow: 100,
  ledger: 'sqlite',
  dataFile: file,
  durability
})

// The ledger's thread waits for the disk just now.
function commits (pid) {
  const tasks = `/proc/${pid}/task`
  const thread = fs.readdirSync(tasks).find((id) => fs.readFileSync(`${tasks}/${id}/comm`, 'latin1') === 'ilpd-ledger\n')
  if (!thread) return false
  const stat = fs.readFileSync(`${tasks}/${thread}/stat`, 'latin1')
  return stat[stat.lastIndexOf(')') + 2] === 'D'
}

// Looks as fast as it can.
function catchCommit (pid) {
  for (const end = Date.now() + COMMIT_MS; Date.now() < end;) if (commits(pid)) return true
  return false
}

async function checkWhole (file) {
  const check = new Program([binary, '--check', file])
  const status = await check.wait()
  assert.deepStrictEqual([status, check.errors], [0, ''], check.output)
}

// One data file, the peers of those that keep it, and what became of them.
class Series {
  constructor (seed, durability) {
    this.random = new Random(seed)
    this.file = path.join(folder, `${durability}.db`)
    this.durability = durability
    this.peers = new Peers(peersBinary)
    this.judge = new Judge(accounts, MOST_HELD)
    this.loaded = false
    this.kinds = {}
    this.kills = 0
    this.slowest = 0 // start, in milliseconds
  }

  config () {
    const audits = this.durability === 'strict' && this.random.oneIn(5)
    return configOf(this.file, audits ? 'audit' : this.durability)
  }

  // A node, whose books are compared with those of the peers.
  async start () {
    const started = Date.now()
    const ilpd = await Ilpd.start(binary, this.config())
    this.slowest = Math.max(this.slowest, Date.now() - started)
    const figures = await ilpd.figures()
    this.judge.restarted(figures, await this.peers.books(), this.loaded)
    this.loaded = false
    return ilpd
  }

  // It may not even have opened its file.
  async killAtStart () {
    const program = new Program([binary, write(JSON.stringify(this.config()))])
    await pause(this.random.below(START_MS))
    program.signal('SIGKILL')
    assert.strictEqual(await program.wait(), 'SIGKILL', program.errors)
  }

  async killUnderLoad (kind, ms) {
    const ilpd = await this.start()
    const lost = this.peers.connect(ilpd.port)
    this.loaded = true
    await pause(ms)
    if (kind === 'commit' && catchCommit(ilpd.pid)) this.kinds.caught = (this.kinds.caught || 0) + 1
    if (kind === 'stop') {
      ilpd.program.signal('SIGTERM')
      await pause(this.random.below(STOP_MS))
    }
    ilpd.program.signal('SIGKILL')
    const end = await ilpd.program.wait()
    assert(end === 'SIGKILL' || (kind === 'stop' && end === 0), `${end} ${ilpd.program.errors}`)
    await lost
  }

  async kill () {
    const long = ++this.kills % LONG_EVERY === 0
    const kind = long ? 'long' : this.random.pick(KINDS[this.durability])
    this.kinds[kind] = (this.kinds[kind] || 0) + 1
    if (kind === 'start') await this.killAtStart()
    else await this.killUnderLoad(kind, long ? HOLD_MS + 1000 : this.random.below(kind === 'first' ? FIRST_MS : LOAD_MS))
    await checkWhole(this.file)
  }

  // The late answers of before come, and are worth nothing; then all that is
  // sent comes to its end.
  async endWell () {
    const ilpd = await this.start()
    this.peers.tell('pause')
    this.peers.connect(ilpd.port)
    await ilpd.when('nothing is in doubt', ({ accounts }) => Object.values(accounts).every(({ inDoubt }) => inDoubt === '0'))
    this.judge.restarted(await ilpd.figures(), await this.quiet(), false)
    this.peers.tell('send')
    await pause(1000)
    this.peers.tell('pause')
    const after = await this.quiet()
    this.judge.still(await this.rested(ilpd), after)
    const { status, errors, ...figures } = await ilpd.stop()
    assert.deepStrictEqual([status, errors], [0, ''])
    this.judge.still(figures, after)
    await checkWhole(this.file)
    assert.strictEqual((await (await this.start()).stop()).status, 0)
    return { figures, books: after }
  }

  quiet () {
    return until('all is answered', async () => {
      const books = await this.peers.books()
      const flights = Object.values(books.senders).every(({ inFlight }) => inFlight === 0)
      const late = Object.values(books.receivers).every(({ late }) => late === 0)
      return flights && late && books
    })
  }

  // Its ceilings have gone down as well.
  rested (ilpd) {
    return ilpd.when('nothing is exposed', ({ accounts }) => Object.values(accounts).every(({ ceiling }) => ceiling === '0'))
  }
}

const total = (books, key) => Object.values(books.senders).reduce((sum, sender) => sum + sender[key], 0)

function tell (series, books, started) {
  const [seconds, sent, cut] = [(Date.now() - started) / 1000, total(books, 'sent'), total(books, 'cut')]
  const { lost, doubt } = series.judge.told()
  const kinds = Object.entries(series.kinds).map(([kind, count]) => `${count} ${kind}`).join(', ')
  console.log(`${series.kills} kills (${kinds}) in ${seconds.toFixed(1)} s: ${sent} packets, ` +
    `${total(books, 'fulfilled')} fulfilled, ${cut} in flight at a kill; ${lost} units not in the books of ${doubt} in doubt; a start takes ${series.slowest} ms at most`)
}

// There was enough of it to prove something.
function checkLoad ({ accounts }, books) {
  assert(total(books, 'cut') > 50 * KILLS, 'too little was in flight')
  assert(BigInt(accounts.s1.balance) > 4900000n && BigInt(accounts.r1.balance) < -9900000n, 'no limit was reached')
}

async function loses_nothing_that_it_has_said (seed) {
  const series = new Series(seed, 'strict')
  const started = Date.now()
  series.peers.tell('send')
  while (series.kills < KILLS) await series.kill()
  const { figures, books } = await series.endWell()
  tell(series, books, started)
  if (KILLS >= 100) checkLoad(figures, books)
  assert.strictEqual(await series.peers.end(), 0)
}

async function would_lose_something_if_it_did_not_wait (seed) {
  const series = new Series(seed, 'relaxed')
  series.peers.tell('send')
  try {
    while (series.kills < RELAXED_KILLS) await series.kill()
    await (await series.start()).stop()
  } catch (error) {
    if (!(error instanceof Loss) || !/ was told of .* and is charged /.test(error.message)) throw error
    console.log(`after ${series.kills} kills: ${error.message}`)
    return
  } finally {
    await series.peers.end()
  }
  assert.fail(`${RELAXED_KILLS} kills have lost nothing`)
}

async function main () {
  const tally = new Tally()
  console.log(`seed ${SEED}`)
  for (const claim of [would_lose_something_if_it_did_not_wait, loses_nothing_that_it_has_said]) {
    try {
      await claim(SEED)
      tally.pass()
    } catch (error) {
      tally.fail(`${claim.name}, seed ${SEED}: ${error.stack}`)
    }
  }
  process.exit(tally.end())
}

main()
