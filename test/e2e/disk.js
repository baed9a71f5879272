// SPDX-License-Identifier: Apache-2.0
// Trouble with the disk, as an operator may have it.
//
//     node disk.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const fs = require('fs')
const os = require('os')
const path = require('path')
const { account, folder, write } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { Program } = require('../interop/lib/program')
const { Random } = require('../interop/lib/random')
const { until } = require('../interop/lib/wait')
const { binary, start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')
const place = require('./lib/place')

// Where SQLite's header has them.
const USER_VERSION = 60
const APPLICATION_ID = 68
const PAGE = 8192

const NOBODY = 65534

const accounts = [
  account('alice', { incomingToken: 'a' }),
  account('bob', { incomingToken: 'b', routes: ['test.bob'] })
]
const config = (dataFile) => ({ address: 'test.node', accounts, ledger: 'sqlite', dataFile })

let files = 0
const newPath = () => path.join(folder, `disk-${++files}.db`)

async function run (...words) {
  const program = new Program(words)
  const status = await program.wait()
  return { status, output: program.output, errors: program.errors }
}

const check = (file) => run(binary, '--check', file)
const startWith = (file) => run(binary, write(JSON.stringify({ ...config(file), listen: [] })))

async function open (file, wrapper) {
  const ilpd = await start(config(file), wrapper)
  const alice = await Client.connect(ilpd.port, 'a')
  const bob = await Client.connect(ilpd.port, 'b')
  return { ilpd, alice, bob }
}

const payments = (count) => Array.from({ length: count }, () => new Payment({ destination: 'test.bob', amount: 10 }))

async function pay (alice, count) {
  const all = payments(count)
  await Promise.all(all.map((payment) => payment.send(alice)))
  assert(all.every(({ fulfilled }) => fulfilled))
}

// A file that is closed, with some payments in it.
async function closedLedger () {
  const file = newPath()
  const { ilpd, alice } = await open(file)
  await pay(alice, 100)
  assert.strictEqual((await ilpd.stop()).status, 0)
  assert(!fs.existsSync(`${file}-wal`))
  return file
}

// ---- at the start ----

// It says why, ends, and leaves everything as it was.
async function refuses (file, expected) {
  const before = fs.readFileSync(file)
  assert.deepStrictEqual(await startWith(file), { status: 1, output: '', errors: `ilpd: ${expected}\n` })
  assert.deepStrictEqual(await check(file), { status: 1, output: '', errors: `ilpd: ${expected}\n` })
  assert(fs.readFileSync(file).equals(before))
  assert(!fs.existsSync(`${file}-wal`) && !fs.existsSync(`${file}-journal`))
}

async function says_that_there_is_no_folder () {
  const file = path.join(folder, 'missing', 'ledger.db')
  assert.deepStrictEqual(await startWith(file), { status: 1, output: '', errors: `ilpd: ${file}: No such file or directory\n` })
  assert(!fs.existsSync(path.dirname(file)))
}

// As a user that may do nothing there: root may do everything.
async function says_that_it_has_no_permission () {
  const there = fs.mkdtempSync(path.join(os.tmpdir(), 'ilpd-disk-'))
  try {
    const closed = path.join(there, 'closed')
    const file = path.join(closed, 'ledger.db')
    const copy = path.join(there, 'ilpd')
    const what = path.join(there, 'config.json')
    fs.chmodSync(there, 0o755)
    fs.mkdirSync(closed, 0o555)
    fs.copyFileSync(binary, copy)
    fs.writeFileSync(what, JSON.stringify(config(file)))
    const isRoot = process.getuid() === 0
    const user = isRoot ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] : []
    const { status, errors } = await run(...user, copy, what)
    assert.deepStrictEqual([status, errors], [1, `ilpd: ${file}: Permission denied\n`])
  } finally {
    fs.rmSync(there, { recursive: true })
  }
}

async function a_second_node_does_the_first_no_harm () {
  const file = newPath()
  const { ilpd, alice } = await open(file)
  await pay(alice, 10)
  for (let times = 0; times < 3; times++) {
    const expected = { status: 1, output: '', errors: `ilpd: ${file} is in use by another process\n` }
    assert.deepStrictEqual(await startWith(file), expected)
    assert.deepStrictEqual(await check(file), expected)
    await pay(alice, 10)
  }
  const { status, errors, accounts } = await ilpd.stop()
  assert.deepStrictEqual([status, errors, accounts.alice.balance, accounts.bob.balance], [0, '', '400', '-400'])
  assert.strictEqual((await check(file)).status, 0)
}

async function refuses_what_is_no_database () {
  const file = newPath()
  fs.writeFileSync(file, Buffer.alloc(3 * PAGE, 'no database\n'))
  await refuses(file, `${file} is not a database`)
}

async function refuses_the_database_of_somebody_else () {
  const file = await closedLedger()
  const bytes = fs.readFileSync(file)
  bytes.writeUInt32BE(0x0badcafe, APPLICATION_ID)
  fs.writeFileSync(file, bytes)
  await refuses(file, `${file} is a database, but not a ledger`)
}

async function refuses_a_ledger_of_the_future () {
  const file = await closedLedger()
  const bytes = fs.readFileSync(file)
  const version = bytes.readUInt32BE(USER_VERSION)
  bytes.writeUInt32BE(version + 1, USER_VERSION)
  fs.writeFileSync(file, bytes)
  await refuses(file, `${file} is of version ${version + 1}, and this program knows versions up to ${version}`)
}

// ---- damage ----

// Whatever is damaged: it ends by itself, and somebody says so.
async function judgeDamage (bytes, what) {
  const file = newPath()
  fs.writeFileSync(file, bytes)
  const { status, output, errors } = await check(file)
  const found = status !== 0
  assert(status === 0 || status === 1, `${what}: the check ends with ${status} ${errors}`)
  assert(!found || /: [1-9]\d* differences; /.test(output) || errors.startsWith(`ilpd: ${file}`), `${what}: ${output}${errors}`)
  const program = new Program([binary, write(JSON.stringify({ ...config(file), listen: [] }))])
  await until('it refuses, or begins', () => program.end !== undefined || program.output.includes('ilpd keeps its books'))
  program.signal('SIGTERM')
  const end = await program.wait()
  assert(end === 0 || (end === 1 && /^ilpd: .*\n$/.test(program.errors)), `${what}: it ends with ${end} ${program.errors}`)
  return found
}

async function a_damaged_page_is_found () {
  const whole = fs.readFileSync(await closedLedger())
  const random = new Random(60)
  const pages = whole.length / PAGE
  let found = 0
  for (let page = 0; page < pages; page++) {
    const bytes = Buffer.from(whole)
    random.bytes(PAGE).copy(bytes, page * PAGE)
    if (await judgeDamage(bytes, `page ${page} of ${pages}`)) found++
    else console.log(`page ${page} of ${pages} may be anything`)
  }
  assert(found >= pages - 2, `${found} of ${pages} pages`)
}

async function damage_in_the_middle_of_a_page_harms_nobody () {
  const whole = fs.readFileSync(await closedLedger())
  const random = new Random(61)
  for (let times = 0; times < 50; times++) {
    const bytes = Buffer.from(whole)
    const at = random.below(bytes.length - 64)
    random.bytes(1 + random.below(64)).copy(bytes, at)
    await judgeDamage(bytes, `bytes from ${at} on`)
  }
}

async function a_file_that_is_cut_is_found () {
  const whole = fs.readFileSync(await closedLedger())
  for (const pages of [1, 2, whole.length / PAGE - 1]) {
    assert(await judgeDamage(whole.subarray(0, pages * PAGE), `${pages} pages`))
  }
}

// ---- no room, and no writing ----

const FULL = 'ilpd: the ledger waits: the disk is full\n'
const WELL = 'ilpd: the ledger writes again\n'

const BUSY = { code: 'T03', triggeredBy: 'test.node', message: 'connector is busy.', data: '' }

// What a new payment is answered.
async function refusal (alice) {
  const [payment] = payments(1)
  await payment.send(alice)
  return payment.reject
}

const troubled = (ilpd) => ilpd.program.until('it has trouble', () => ilpd.program.errors)

async function a_full_disk_loses_nothing_and_is_gone_on_with () {
  const { ilpd, alice } = await open(place.FILE, place.wrapper('1m'))
  await pay(alice, 10)
  place.fill(ilpd.pid)
  const waiting = payments(1000)
  const sent = Promise.all(waiting.map((payment) => payment.send(alice)))
  await troubled(ilpd)
  assert.deepStrictEqual(await refusal(alice), BUSY)
  place.clear(ilpd.pid)
  await sent
  await ilpd.when('it is well again', ({ statistics }) => statistics.ledgerTrouble === null)
  await pay(alice, 10)
  const done = 20 + waiting.filter(({ fulfilled }) => fulfilled).length
  for (const { fulfilled, reject } of waiting) assert(fulfilled || reject.code === 'T03')
  const { status, errors, accounts } = await ilpd.stop()
  assert.deepStrictEqual([status, errors], [0, FULL + WELL])
  assert.deepStrictEqual([accounts.alice.balance, accounts.bob.balance], [`${10 * done}`, `-${10 * done}`])
}

async function what_was_heard_while_the_disk_was_full_outlives_a_kill () {
  const file = newPath()
  const { ilpd, alice } = await open(place.FILE, place.wrapper('1m'))
  await pay(alice, 10)
  place.fill(ilpd.pid)
  const waiting = payments(1000)
  const sent = Promise.allSettled(waiting.map((payment) => payment.send(alice)))
  await troubled(ilpd)
  const heard = 10 + waiting.filter(({ fulfilled }) => fulfilled).length
  ilpd.program.signal('SIGSTOP')
  place.save(ilpd.pid, file)
  ilpd.program.signal('SIGKILL')
  await ilpd.program.wait()
  await sent
  assert.strictEqual((await check(file)).status, 0)
  const again = await start(config(file))
  const { accounts } = (await again.stop())
  assert(Number(accounts.alice.balance) >= 10 * heard, `${accounts.alice.balance} of ${10 * heard}`)
  assert.strictEqual(Number(accounts.bob.balance), -Number(accounts.alice.balance))
}

async function says_that_the_file_system_is_read_only () {
  const file = await closedLedger()
  const what = write(JSON.stringify({ ...config(place.FILE), listen: [] }))
  const { status, errors } = await run(...place.wrapper('1m', file), binary, what)
  assert.deepStrictEqual([status, errors], [1, `ilpd: ${place.FILE}: the file system is read-only\n`])
}

// The kernel lets nothing be written there any more. With a sound file system
// it goes on where it was.
async function a_file_system_that_becomes_read_only_is_said_and_loses_nothing () {
  const { ilpd, alice } = await open(place.FILE, place.onImage(image))
  await pay(alice, 10)
  place.breakImage(image)
  const waiting = payments(10)
  const sent = Promise.allSettled(waiting.map((payment) => payment.send(alice)))
  await troubled(ilpd)
  assert.strictEqual(ilpd.program.errors, 'ilpd: the ledger waits: the file system is read-only\n')
  assert.deepStrictEqual(await refusal(alice), BUSY)
  assert(waiting.every(({ fulfilled }) => !fulfilled))
  ilpd.program.signal('SIGKILL')
  await ilpd.program.wait()
  await sent
  const { accounts } = await (await start(config(place.FILE), place.onImage(image))).stop()
  assert.deepStrictEqual([accounts.alice.balance, accounts.bob.balance], ['100', '-100'])
}

const needPlaces = [
  a_full_disk_loses_nothing_and_is_gone_on_with,
  what_was_heard_while_the_disk_was_full_outlives_a_kill,
  says_that_the_file_system_is_read_only
]
const havePlaces = place.hasPlaces()
if (!havePlaces) console.log('SKIP: nothing may be mounted here; so no disk was full, or read-only')

const image = havePlaces && place.makeImage()
if (!image) console.log('SKIP: no file system may be mounted from a file here; so none broke')

prove(
  says_that_there_is_no_folder,
  says_that_it_has_no_permission,
  a_second_node_does_the_first_no_harm,
  refuses_what_is_no_database,
  refuses_the_database_of_somebody_else,
  refuses_a_ledger_of_the_future,
  a_damaged_page_is_found,
  damage_in_the_middle_of_a_page_harms_nobody,
  a_file_that_is_cut_is_found,
  ...(havePlaces ? needPlaces : []),
  ...(image ? [a_file_system_that_becomes_read_only_is_said_and_loses_nothing] : [])
)
