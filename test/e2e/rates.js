// SPDX-License-Identifier: Apache-2.0
// Prices from outside: ilpd goes by those that are right and young, whatever
// else it is told, and by no others.
//
//     node rates.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const fs = require('fs')
const http = require('http')
const https = require('https')
const path = require('path')
const { account, folder, write } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { pause, until } = require('../interop/lib/wait')
const { ask } = require('./lib/ask')
const { makeCertificate } = require('./lib/certificates')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const SECRET = 'hunter2'
const OLD = 'no rate available: a price is too old.'
const NONE = 'no rate available.'

const accounts = [
  account('alice', { incomingToken: 'a', assetCode: 'USD', assetScale: 6, routes: ['test.alice'] }),
  account('bob', { incomingToken: 'b', assetCode: 'EUR', assetScale: 9, routes: ['test.bob'] })
]

// ---- services ----

// A service that answers as it is told to, which may change at any time.
async function serve (answer, tls) {
  const service = { answer, asked: [] }
  const hear = (request, response) => {
    service.asked.push(request)
    service.answer(response, request)
  }
  const server = tls ? https.createServer(tls, hear) : http.createServer(hear)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  service.url = `${tls ? 'https' : 'http'}://127.0.0.1:${server.address().port}/rates?key=${SECRET}`
  return service
}

// One USD buys so many EUR.
const rafiki = (euros) => JSON.stringify({ base: 'USD', rates: { EUR: euros } })

const says = (euros) => (response) => response.end(rafiki(euros))
const fails = (status) => (response) => { response.statusCode = status; response.end('no') }
const isSilent = () => {}

const source = (service, more) => ({
  kind: 'rafiki', url: service.url, refresh: 100, timeout: 400, maxAge: 60000, ...more
})

// ---- the node ----

async function open (rateSources, more) {
  const ilpd = await start({ accounts, rates: undefined, rateMeasure: 'USD', rateSources, ...more })
  const alice = await Client.connect(ilpd.port, 'a')
  const bob = await Client.connect(ilpd.port, 'b')
  return { ilpd, alice, bob }
}

async function pay (from, destination, amount = 1000000n) {
  const payment = new Payment({ destination, amount })
  await payment.send(from)
  return payment
}

const refusal = (message, source, destination) => ({
  code: 'T00', triggeredBy: 'test.node', message: `${message} source=${source} destination=${destination}`, data: ''
})

// What has come to bob of a million units from alice, or the Reject's message.
async function outcome (alice) {
  const payment = await pay(alice, 'test.bob')
  return payment.fulfilled ? payment.came[0].amount : payment.reject.message
}

const becomes = (alice, expected) => until(`it is ${expected}`, async () => await outcome(alice) === expected)

const hears = (ilpd, text) => ilpd.program.until(`it says: ${text}`, () => ilpd.program.errors.includes(`ilpd: rates: ${text}`))

// It ends well, and has not told what is nobody's business.
async function close (ilpd) {
  const { status, errors } = await ilpd.stop()
  assert.strictEqual(status, 0)
  assert(!errors.includes(SECRET), errors)
  return errors
}

// ---- claims ----

async function exchanges_exactly_what_a_service_says () {
  const service = await serve(says('0.9876543210123'))
  const { ilpd, alice, bob } = await open([source(service, { headerName: 'x-api-key', headerValue: SECRET })])
  await becomes(alice, '987654321')
  for (const amount of [1n, 999n, 123456789n, 9007199254740993n]) {
    const there = await pay(alice, 'test.bob', amount)
    assert.strictEqual(there.came[0].amount, String(amount * 1000n * 9876543210123n / 10000000000000n))
    const back = await pay(bob, 'test.alice', amount * 1000n)
    assert.strictEqual(back.came[0].amount, String(amount * 1000n * 10000000000000n / 9876543210123n / 1000n))
  }
  assert.strictEqual(service.asked[0].headers['x-api-key'], SECRET)
  assert.strictEqual(service.asked[0].url, `/rates?key=${SECRET}`)
  assert.strictEqual(await close(ilpd), '')
}

async function the_spread_is_kept_back_as_ever () {
  const service = await serve(says(0.8))
  const { ilpd, alice } = await open([source(service)], { spread: '0.002' })
  await becomes(alice, String(1000000n * 1000n * 8n * 998n / 10000n))
  await close(ilpd)
}

async function refuses_while_there_is_no_price () {
  const service = await serve(isSilent)
  const { ilpd, alice } = await open([source(service)])
  await hears(ilpd, 'rafiki: no answer within 400 ms')
  assert.deepStrictEqual((await pay(alice, 'test.bob')).reject, refusal(NONE, 'USD', 'EUR'))
  assert((await pay(alice, 'test.alice')).fulfilled)
  service.answer = says(0.5)
  await becomes(alice, '500000000')
  await hears(ilpd, 'rafiki: all is well again')
  await close(ilpd)
}

async function refuses_when_prices_are_too_old () {
  const service = await serve(says(0.5))
  const { ilpd, alice, bob } = await open([source(service, { maxAge: 500 })])
  await becomes(alice, '500000000')
  service.answer = fails(503)
  await hears(ilpd, 'rafiki: HTTP status 503')
  await becomes(alice, refusal(OLD, 'USD', 'EUR').message)
  assert.deepStrictEqual((await pay(alice, 'test.bob')).reject, refusal(OLD, 'USD', 'EUR'))
  assert.deepStrictEqual((await pay(bob, 'test.alice')).reject, refusal(OLD, 'EUR', 'USD'))
  assert((await pay(bob, 'test.bob')).fulfilled)
  await hears(ilpd, 'EUR: the price by rafiki is ')
  service.answer = says(0.51)
  await becomes(alice, '510000000')
  await close(ilpd)
}

// Each of them would have another price, or none.
const wrongs = {
  cut: [(response) => { response.writeHead(200, { 'content-length': 1000 }); response.write(rafiki(7)); setTimeout(() => response.destroy(), 20) }, 'Transferred a partial file'],
  hangup: [(response) => response.destroy(), 'Server returned nothing (no headers, no data)'],
  huge: [(response) => { for (let i = 0; i < 64; i++) response.write(' '.repeat(65536)); response.end(rafiki(7)) }, 'more than 1000 bytes'],
  told: [(response) => { response.writeHead(200, { 'content-length': 1e15 }); response.write(' '.repeat(1001)) }, 'more than 1000 bytes'],
  slow: [(response) => setTimeout(() => response.end(rafiki(7)), 700), 'no answer within 400 ms'],
  drops: [(response) => { response.write(' '); setInterval(() => response.write(' '), 50).unref() }, 'no answer within 400 ms'],
  moved: [(response, request) => { response.writeHead(302, { location: request.url + '&again' }); response.end(rafiki(7)) }, 'HTTP status 302'],
  other: [(response) => response.end('<html>'), 'line 1, column 1: '],
  zero: [(response) => response.end(rafiki(0)), 'rates.EUR: '],
  minus: [(response) => response.end(rafiki(-1)), 'rates.EUR: is negative'],
  empty: [(response) => response.end(), 'line 1, column 1: ']
}

async function what_is_wrong_counts_for_nothing () {
  const sources = []
  for (const [name, [answer]] of Object.entries(wrongs)) {
    sources.push(source(await serve(answer), { name, maxBytes: 1000 }))
  }
  sources.push(source({ url: 'http://127.0.0.1:1/' }, { name: 'nobody' }))
  sources.push(source(await serve(says(0.5)), { name: 'right' }))
  const { ilpd, alice } = await open(sources)
  for (const [name, [, problem]] of Object.entries(wrongs)) await hears(ilpd, `${name}: ${problem}`)
  await hears(ilpd, "nobody: Couldn't connect to server")
  await becomes(alice, '500000000')
  await pause(300)
  assert.strictEqual(await outcome(alice), '500000000')
  assert(!(await close(ilpd)).includes('right: the server\'s certificate'))
}

async function believes_no_server_that_the_system_does_not_trust () {
  const { pem, keyPem } = makeCertificate()
  const service = await serve(says(0.5), { cert: pem, key: keyPem })
  const { ilpd, alice } = await open([source(service, { headerName: 'x-api-key', headerValue: SECRET })])
  await hears(ilpd, "rafiki: the server's certificate is refused: self-signed certificate")
  assert.strictEqual(await outcome(alice), refusal(NONE, 'USD', 'EUR').message)
  assert.strictEqual(service.asked.length, 0)
  await close(ilpd)
}

// A certificate that is good on this machine, and one for a name elsewhere.
async function believes_a_server_that_its_own_authority_vouches_for () {
  const authority = makeCertificate()
  const stranger = makeCertificate()
  const serveAs = ({ pem, keyPem }, euros) => serve(says(euros), { cert: pem, key: keyPem })
  const here = await serveAs(makeCertificate({ authority }), 0.5)
  const elsewhere = await serveAs(makeCertificate({ authority, alternative: 'IP:127.0.0.2' }), 7)
  const { ilpd, alice } = await open([
    source(elsewhere, { name: 'elsewhere', tlsCa: authority.certificate }),
    source(here, { name: 'system' }),
    source(here, { name: 'stranger', tlsCa: stranger.certificate }),
    source(here, { name: 'right', tlsCa: authority.certificate, headerName: 'x-from', headerValue: 'right' })
  ])
  await becomes(alice, '500000000')
  await hears(ilpd, "elsewhere: the server's certificate is refused: it is for another name")
  for (const name of ['system', 'stranger']) {
    await hears(ilpd, `${name}: the server's certificate is refused: unable to get local issuer certificate`)
  }
  here.answer = says(0.51)
  await becomes(alice, '510000000')
  assert(here.asked.every(({ headers }) => headers['x-from'] === 'right'))
  assert.strictEqual(elsewhere.asked.length, 0)
  assert(!(await close(ilpd)).includes('right: the server\'s certificate'))
}

async function an_authority_may_be_replaced_while_it_runs () {
  const authority = makeCertificate()
  const { pem, keyPem } = makeCertificate({ authority })
  const service = await serve(says(0.5), { cert: pem, key: keyPem })
  const file = write(makeCertificate().pem)
  const { ilpd, alice } = await open([source(service, { tlsCa: file })])
  await hears(ilpd, "rafiki: the server's certificate is refused: unable to get local issuer certificate")
  put(file, authority.pem)
  await becomes(alice, '500000000')
  await hears(ilpd, 'rafiki: all is well again')
  await close(ilpd)
}

async function a_jump_counts_when_it_has_come_again_and_again () {
  const service = await serve(says(0.5))
  const { ilpd, alice } = await open([source(service, { maxAge: 800 })], { rateJump: 20000, rateRepeats: 3 })
  await becomes(alice, '500000000')
  service.answer = says(0.505)
  await becomes(alice, '505000000')
  service.answer = says(50)
  await hears(ilpd, 'EUR: rafiki says 0.02 USD, which is ')
  assert.strictEqual(await outcome(alice), '505000000')
  await becomes(alice, '50000000000')
  await hears(ilpd, 'EUR: 0.02 USD by rafiki is the price now')
  await close(ilpd)
}

async function an_operator_may_believe_a_jump () {
  const service = await serve(says(0.5))
  const socket = path.join(folder, 'rates.sock')
  const { ilpd, alice } = await open([source(service)], { rateJump: 20000, admin: { socket } })
  const confirm = (asset) => ask({ socketPath: socket }, `/v1/rates/${asset}/confirm`, { method: 'POST' })
  await becomes(alice, '500000000')
  for (const asset of ['EUR', 'XYZ']) {
    const { status, json } = await confirm(asset)
    assert.deepStrictEqual([status, json.type], [409, '/problems/price-not-held-back'])
  }
  service.answer = says(50)
  await hears(ilpd, 'EUR: rafiki says 0.02 USD, which is ')
  assert.strictEqual(await outcome(alice), '500000000')
  const { status, json } = await confirm('EUR')
  assert.deepStrictEqual([status, json.assetCode], [200, 'EUR'])
  assert.match(json.price, /^EUR: 0\.02 USD by rafiki/)
  assert.strictEqual(await outcome(alice), '50000000000')
  await close(ilpd)
}

async function no_source_has_anything_to_confirm () {
  const socket = path.join(folder, 'rates.sock')
  const ilpd = await start({ accounts, rates: { USD: '1', EUR: '2' }, admin: { socket } })
  const { status, json } = await ask({ socketPath: socket }, '/v1/rates/EUR/confirm', { method: 'POST' })
  assert.deepStrictEqual([status, json.type], [409, '/problems/rates-fixed'])
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function the_first_source_with_a_young_price_counts () {
  const first = await serve(says(0.5))
  const second = await serve(says(0.501))
  const { ilpd, alice } = await open([
    source(first, { name: 'first', maxAge: 500 }), source(second, { name: 'second' })
  ])
  await becomes(alice, '500000000')
  first.answer = fails(429)
  await becomes(alice, '501000000')
  first.answer = says(0.502)
  await becomes(alice, '502000000')
  await close(ilpd)
}

// As those who write such a file should: at once.
function put (file, content) {
  fs.writeFileSync(`${file}.new`, content)
  fs.renameSync(`${file}.new`, file)
}

async function a_file_counts_as_it_is_now () {
  const file = write(rafiki(0.5))
  const { ilpd, alice } = await open([{ kind: 'file', file, refresh: 100, maxAge: 600 }])
  await becomes(alice, '500000000')
  put(file, rafiki('0.49'))
  await becomes(alice, '490000000')
  await becomes(alice, refusal(OLD, 'USD', 'EUR').message)
  fs.unlinkSync(file)
  await hears(ilpd, 'file: No such file or directory')
  await until('it is read again', async () => {
    put(file, rafiki('0.495'))
    return await outcome(alice) === '495000000'
  })
  await close(ilpd)
}

async function goes_by_a_table_and_by_the_central_bank () {
  const today = new Date().toISOString().slice(0, 10)
  const service = await serve((response) => response.end(`<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time='${today}'><Cube currency='USD' rate='1.25'/></Cube></Cube></gesmes:Envelope>`))
  const bank = await open([source(service, { kind: 'ecb', maxAge: 432000000 })])
  await becomes(bank.alice, '800000000')
  await close(bank.ilpd)
  const table = await open([{ kind: 'table', prices: { USD: '1', EUR: '1.25' } }])
  await becomes(table.alice, '800000000')
  await close(table.ilpd)
}

// Whatever the service says of a coin for tests.
async function what_goes_one_to_one_is_exchanged_for_its_like_only () {
  const service = await serve((response) => response.end(JSON.stringify({ base: 'USD', rates: { EUR: 0.5, TST: 3 } })))
  const tests = [
    account('carol', { incomingToken: 'c', assetCode: 'TST', assetScale: 6, routes: ['test.carol'] }),
    account('dave', { incomingToken: 'd', assetCode: 'XTS', assetScale: 9, routes: ['test.dave'] })
  ]
  const { ilpd, alice } = await open(
    [source(service), { kind: 'one-to-one', assets: ['TST', 'XTS'] }], { accounts: [...accounts, ...tests] })
  await becomes(alice, '500000000')
  const carol = await Client.connect(ilpd.port, 'c')
  const dave = await Client.connect(ilpd.port, 'd')
  assert.strictEqual((await pay(carol, 'test.dave')).came[0].amount, '1000000000')
  assert.strictEqual((await pay(dave, 'test.carol')).came[0].amount, '1000')
  assert.deepStrictEqual((await pay(carol, 'test.alice')).reject, refusal(NONE, 'TST', 'USD'))
  assert.deepStrictEqual((await pay(alice, 'test.dave')).reject, refusal(NONE, 'USD', 'XTS'))
  assert.strictEqual(await close(ilpd), '')
}

async function ends_without_waiting_for_anybody () {
  const service = await serve(isSilent)
  const { ilpd } = await open([source(service, { timeout: 60000 })])
  await until('it has asked', () => service.asked.length)
  const started = Date.now()
  assert.strictEqual(await close(ilpd), '')
  assert(Date.now() - started < 2000)
}

prove(
  exchanges_exactly_what_a_service_says,
  the_spread_is_kept_back_as_ever,
  refuses_while_there_is_no_price,
  refuses_when_prices_are_too_old,
  what_is_wrong_counts_for_nothing,
  believes_no_server_that_the_system_does_not_trust,
  believes_a_server_that_its_own_authority_vouches_for,
  an_authority_may_be_replaced_while_it_runs,
  a_jump_counts_when_it_has_come_again_and_again,
  an_operator_may_believe_a_jump,
  no_source_has_anything_to_confirm,
  the_first_source_with_a_young_price_counts,
  a_file_counts_as_it_is_now,
  goes_by_a_table_and_by_the_central_bank,
  what_goes_one_to_one_is_exchanged_for_its_like_only,
  ends_without_waiting_for_anybody
)
