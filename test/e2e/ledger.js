// SPDX-License-Identifier: Apache-2.0
// Where ilpd keeps its books, and what it says when it cannot.
//
//     node ledger.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { account, folder, write } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { Program } = require('../interop/lib/program')
const { pause, until } = require('../interop/lib/wait')
const { binary, start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const accounts = [
  account('alice', { incomingToken: 'a' }),
  account('bob', { incomingToken: 'b', routes: ['test.bob'] })
]

let files = 0
const newPath = () => path.join(folder, `ledger-${++files}.db`)

async function run (...words) {
  const program = new Program([...words])
  const status = await program.wait()
  return { status, output: program.output, errors: program.errors }
}

const config = (dataFile, more) => ({ accounts, ledger: 'sqlite', dataFile, ...more })

async function open (dataFile, more, wrapper) {
  const ilpd = await start(config(dataFile, more), wrapper)
  const alice = await Client.connect(ilpd.port, 'a')
  const bob = await Client.connect(ilpd.port, 'b')
  return { ilpd, alice, bob }
}

async function pay (alice, count) {
  const payments = Array.from({ length: count }, () => new Payment({ destination: 'test.bob', amount: 10 }))
  await Promise.all(payments.map((payment) => payment.send(alice)))
  return payments
}

// Nothing is wrong with it; gives the number of its last batch.
async function checkWhole (file) {
  const { status, output, errors } = await run(binary, '--check', file)
  assert.deepStrictEqual([status, errors], [0, ''])
  assert(output.startsWith(`${file}: 0 differences; `), output)
  return Number(/batch (\d+)\n$/.exec(output)[1])
}

async function keeps_its_books_in_a_file () {
  for (const durability of ['strict', 'relaxed', 'audit']) {
    const file = newPath()
    const { ilpd, alice } = await open(file, { durability })
    assert(ilpd.program.output.includes(`\nilpd keeps its books in ${file}\n`))
    const payments = await pay(alice, 100)
    assert(payments.every(({ fulfilled }) => fulfilled))
    const { status, errors, statistics, accounts } = await ilpd.stop()
    assert.deepStrictEqual([status, errors], [0, ''])
    assert.deepStrictEqual([accounts.alice.balance, accounts.bob.balance], ['1000', '-1000'])
    assert(statistics.ledgerDurable > 0 && statistics.ledgerCommits > 0)
    assert.deepStrictEqual([statistics.ledgerSubmitted, statistics.ledgerTrouble], [statistics.ledgerDurable, null])
    assert.strictEqual(await checkWhole(file), statistics.ledgerDurable)
    assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
  }
}

async function goes_on_where_it_was () {
  const file = newPath()
  for (const balance of [100, 200, 300]) {
    const { ilpd, alice } = await open(file)
    await pay(alice, 10)
    const { status, accounts } = await ilpd.stop()
    assert.deepStrictEqual([status, accounts.alice.balance, accounts.bob.balance], [0, `${balance}`, `-${balance}`])
  }
  await checkWhole(file)
}

// Whatever it is doing just then: each Fulfill that alice has got is in it.
async function loses_no_fulfill_when_it_is_killed () {
  const file = newPath()
  let fulfilled = 0
  for (let times = 0; times < 5; times++) {
    const { ilpd, alice } = await open(file)
    const payments = Array.from({ length: 1000 }, () => new Payment({ destination: 'test.bob', amount: 10 }))
    const sent = Promise.allSettled(payments.map((payment) => payment.send(alice)))
    await until('some are paid', () => payments.some((payment) => payment.fulfilled))
    ilpd.program.signal('SIGKILL')
    await ilpd.program.wait()
    await sent
    fulfilled += payments.filter((payment) => payment.fulfilled).length
    await checkWhole(file)
    const again = await start(config(file))
    const { accounts } = await again.stop()
    assert(Number(accounts.alice.balance) >= 10 * fulfilled)
    assert.strictEqual(Number(accounts.bob.balance), -Number(accounts.alice.balance))
  }
}

async function finds_a_place_by_itself () {
  const data = path.join(folder, 'data')
  const home = path.join(folder, 'home')
  const places = [
    [['env', `XDG_DATA_HOME=${data}`, `HOME=${home}`], path.join(data, 'ilpd/ledger.db')],
    [['env', `STATE_DIRECTORY=${home}/state/ilpd`, `XDG_DATA_HOME=${data}`], path.join(home, 'state/ilpd/ledger.db')]
  ]
  // Those of root are the system's.
  if (process.getuid() !== 0) {
    places.push([['env', 'XDG_DATA_HOME=relative', `HOME=${home}`], path.join(home, '.local/share/ilpd/ledger.db')])
    places.push([['env', '-u', 'XDG_DATA_HOME', `HOME=${home}`], path.join(home, '.local/share/ilpd/ledger.db')])
  }
  for (const [wrapper, file] of places) {
    const ilpd = await start({ ledger: 'sqlite' }, wrapper)
    assert(ilpd.program.output.includes(`\nilpd keeps its books in ${file}\n`))
    assert.strictEqual((await ilpd.stop()).status, 0)
    assert.strictEqual(fs.statSync(path.dirname(file)).mode & 0o777, 0o700)
  }
}

async function says_why_it_cannot_open_a_file () {
  const used = newPath()
  const text = write('This is not a database, and it is long enough to see that.')
  const ilpd = await start({ ledger: 'sqlite', dataFile: used })
  const refuses = async (file, expected, ...wrapper) => {
    const what = write(JSON.stringify({ address: 'test.node', ledger: 'sqlite', dataFile: file }))
    const { status, output, errors } = await run(...wrapper, binary, what)
    assert.deepStrictEqual([status, output, errors], [1, '', `ilpd: ${expected}\n`])
  }
  await refuses(used, `${used} is in use by another process`)
  await refuses(text, `${text} is not a database`)
  await refuses('/nowhere/ledger.db', '/nowhere/ledger.db: No such file or directory')
  if (process.getuid() !== 0) await refuses(undefined, 'no "dataFile", and neither XDG_DATA_HOME nor HOME says where to put it', 'env', '-i')
  await refuses(undefined, `cannot make ${text}/data: Not a directory`, 'env', `XDG_DATA_HOME=${text}/data`)
  const { status, errors } = await run(binary, '--check', used)
  assert.deepStrictEqual([status, errors], [1, `ilpd: ${used} is in use by another process\n`])
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function a_check_says_what_is_wrong () {
  const file = newPath()
  const { ilpd, alice } = await open(file)
  await pay(alice, 10)
  assert.strictEqual((await ilpd.stop()).status, 0)
  const bytes = fs.readFileSync(file)
  const at = bytes.indexOf('USD') // an asset has its check value
  assert(at > 0)
  bytes.write('EUR', at)
  fs.writeFileSync(file, bytes)
  const { status, output } = await run(binary, '--check', file)
  assert.strictEqual(status, 1)
  assert.match(output, /: [1-9]\d* differences; /)
  const missing = newPath()
  const none = await run(binary, '--check', missing)
  assert.deepStrictEqual([none.status, none.output], [1, ''])
  assert(!fs.existsSync(missing))
}

// As when the disk is full: its files may not grow.
const limit = (ilpd, size) => execFileSync('prlimit', ['--pid', String(ilpd.pid), `--fsize=${size}:`])

async function a_full_disk_is_waited_for () {
  const file = newPath()
  const { ilpd, alice } = await open(file)
  assert((await pay(alice, 1))[0].fulfilled)
  limit(ilpd, 4096)
  const waiting = pay(alice, 1)
  waiting.catch(() => {})
  await ilpd.program.until('it has trouble', () => ilpd.program.errors)
  assert.strictEqual((await ilpd.figures()).statistics.ledgerTrouble, 'the disk is full')
  await pause(200)
  assert.strictEqual((await pay(alice, 1))[0].fulfilled, false) // nothing new comes in
  limit(ilpd, 'unlimited')
  assert((await waiting)[0].fulfilled)
  await until('it is well again', async () => (await ilpd.figures()).statistics.ledgerTrouble === null)
  assert((await pay(alice, 10)).every(({ fulfilled }) => fulfilled))
  const { status, errors } = await ilpd.stop()
  assert.deepStrictEqual([status, errors], [0, 'ilpd: the ledger waits: the disk is full\nilpd: the ledger writes again\n'])
  await checkWhole(file)
}

// Alice has no answer, and the operator is told.
async function does_not_end_well_on_a_full_disk () {
  const file = newPath()
  const { ilpd, alice } = await open(file)
  limit(ilpd, 4096)
  const payment = new Payment({ destination: 'test.bob' })
  const sent = Promise.allSettled([payment.send(alice)])
  await ilpd.program.until('it has trouble', () => ilpd.program.errors)
  ilpd.program.signal('SIGTERM')
  await ilpd.when('it hears that', ({ statistics }) => statistics.ledgerTrouble)
  const { status, errors } = await ilpd.stop()
  await sent
  assert.deepStrictEqual([payment.fulfilled, status], [false, 1])
  assert.strictEqual(errors, 'ilpd: the ledger waits: the disk is full\nilpd: not all is written down: the disk is full\n')
  await checkWhole(file)
}

// A node that starts from it has no more than what was paid by then.
async function copies_its_books_while_packets_flow () {
  const file = newPath()
  const { ilpd, alice } = await open(file)
  await pay(alice, 100)
  ilpd.program.signal('SIGUSR2')
  const flowing = pay(alice, 500)
  await ilpd.program.until('the copy is there', () => ilpd.program.said.includes(`info books-copied: the books were copied to ${file}.backup\n`))
  assert((await flowing).every(({ fulfilled }) => fulfilled))
  assert.strictEqual((await ilpd.stop()).status, 0)
  await checkWhole(`${file}.backup`)
  const again = await start(config(`${file}.backup`))
  const { status, accounts } = await again.stop()
  assert.strictEqual(status, 0)
  assert(Number(accounts.alice.balance) >= 1000 && Number(accounts.alice.balance) <= 6000)
  assert.strictEqual(Number(accounts.bob.balance), -Number(accounts.alice.balance))
}

// Carol, who has nothing, goes; Bob, who is owed something, stays.
async function an_account_left_out_closes_if_it_is_empty () {
  const file = newPath()
  const carol = account('carol', { incomingToken: 'c' })
  const first = await open(file, { accounts: [...accounts, carol] })
  await pay(first.alice, 10)
  await first.ilpd.stop()
  const second = await start(config(file, { accounts: [accounts[0]] }))
  const { errors } = await second.stop()
  assert.strictEqual(errors, 'ilpd: 1 account of earlier runs is not in the configuration, and cannot close: there is money in it, or something unresolved\n')
  const third = await start(config(file))
  assert.strictEqual((await third.stop()).accounts.bob.balance, '-100')
  assert.match((await run(binary, '--check', file)).output, /; 4 accounts and 1 closed/)
}

// However soon after the last packet it comes.
async function a_good_end_leaves_nothing_in_doubt () {
  for (const durability of ['strict', 'relaxed', 'audit']) {
    const file = newPath()
    for (let times = 0; times < 3; times++) {
      const { ilpd, alice } = await open(file, { durability })
      await pay(alice, 20)
      const { status, accounts } = await ilpd.stop()
      assert.deepStrictEqual([status, accounts.bob.inDoubt, accounts.bob.unresolved, accounts.bob.ceiling], [0, '0', '0', '0'])
    }
  }
}

prove(
  a_good_end_leaves_nothing_in_doubt,
  copies_its_books_while_packets_flow,
  an_account_left_out_closes_if_it_is_empty,
  keeps_its_books_in_a_file,
  goes_on_where_it_was,
  loses_no_fulfill_when_it_is_killed,
  finds_a_place_by_itself,
  says_why_it_cannot_open_a_file,
  a_check_says_what_is_wrong,
  a_full_disk_is_waited_for,
  does_not_end_well_on_a_full_disk
)
