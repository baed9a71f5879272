// SPDX-License-Identifier: Apache-2.0
// One ilpd, two honest peers, and many who are not: whatever these do, alice
// goes on paying bob.
//
//     node crowd.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const net = require('net')
const { account } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { pause, until, within } = require('../interop/lib/wait')
const { start, prove } = require('./lib/claims')
const { Btp, Client, login, message, openSocket, shown } = require('./lib/client')
const { fileCount, residentKib, ticksWithin } = require('./lib/process')

const SILENT = 1000 // connections
const VISITS = 300
const FLOOD = 3000 // packets
const MEMORY_KIB = 64 * 1024 // that a crowd may cost
const DATA = Buffer.alloc(30000)

const accounts = [
  account('alice', { incomingToken: 'a' }),
  account('bob', { incomingToken: 'b', routes: ['test.bob'] }),
  account('mallory', { incomingToken: 'm', routes: ['test.mallory'] })
]

async function open (config, wrapper) {
  const ilpd = await start({ accounts, ...config }, wrapper)
  const alice = await Client.connect(ilpd.port, 'a')
  await Client.connect(ilpd.port, 'b')
  return { ilpd, alice, mallory: () => Client.connect(ilpd.port, 'm') }
}

async function paysBob (alice) {
  const payment = new Payment({ destination: 'test.bob' })
  await payment.send(alice)
  assert(payment.fulfilled, JSON.stringify(payment.reject))
}

// Alice and bob are the only ones left, and all is well.
async function endsWell ({ ilpd, alice }) {
  await paysBob(alice)
  await ilpd.when('the others are gone', ({ statistics }) => statistics.connections === 2)
  const { status, errors, statistics, accounts } = await ilpd.stop()
  assert.deepStrictEqual([status, errors, statistics.inFlight], [0, '', 0])
  for (const { heldDebits, heldCredits } of Object.values(accounts)) assert.deepStrictEqual([heldDebits, heldCredits], ['0', '0'])
}

// A bare connection that says this; `answered` is what it hears until it is
// closed.
function say (port, said) {
  const socket = net.connect(port, '127.0.0.1', () => socket.write(said, 'latin1'))
  let answer = ''
  socket.on('data', (data) => { answer += data.toString('latin1') }).on('error', () => {})
  socket.answered = new Promise((resolve) => socket.on('close', () => resolve(answer)))
  return socket
}

// ---- those who say nothing, or half

async function outlives_a_thousand_who_say_nothing () {
  const all = await open()
  const { ilpd, alice } = all
  const before = residentKib(ilpd.pid)
  const sockets = Array.from({ length: SILENT }, () => say(ilpd.port, ''))
  await ilpd.when('all are there', ({ statistics }) => statistics.connections === SILENT + 2)
  assert(residentKib(ilpd.pid) - before < MEMORY_KIB)
  await paysBob(alice)
  for (const socket of sockets) socket.destroy()
  await endsWell(all)
}

// What comes in parts is answered when it is whole; others do not wait for it.
async function waits_for_the_rest () {
  const all = await open()
  const request = 'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n'
  const socket = say(all.ilpd.port, '')
  let heard = ''
  socket.on('data', (data) => { heard += data.toString('latin1') })
  for (const part of [request.slice(0, 70), request.slice(70)]) {
    assert.strictEqual(heard, '')
    socket.write(part)
    await paysBob(all.alice)
  }
  await until('the WebSocket is open', () => heard.startsWith('HTTP/1.1 101') && heard.endsWith('\r\n\r\n'))
  const frames = [login('m'), message(2, new Payment({ destination: 'test.bob' }).packet)].map(masked)
  for (const frame of frames) {
    heard = ''
    for (const part of [frame.subarray(0, 1), frame.subarray(1, 20), frame.subarray(20, -1)]) {
      socket.write(part)
      await paysBob(all.alice)
      assert.strictEqual(heard, '')
    }
    socket.write(frame.subarray(-1))
    await until('it is answered', () => heard.length)
  }
  socket.write(frames[1].subarray(0, 50))
  socket.end()
  await endsWell(all)
}

// A binary frame of a client, with a mask that does nothing.
function masked (payload) {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 255]
  return Buffer.concat([Buffer.from([0x82, 0x80 | length[0], ...length.slice(1), 0, 0, 0, 0]), payload])
}

// ---- those who do not read

const settle = (payments, sender) => Promise.all(payments.map((payment) => payment.send(sender)))

// What she may be sent is bounded, and the rest is refused; what was sent is
// answered when its time is over.
async function is_not_held_up_by_one_who_does_not_read () {
  const all = await open()
  const { ilpd, alice } = all
  const mallory = await all.mallory()
  const before = residentKib(ilpd.pid)
  mallory.socket.pause()
  const payments = Array.from({ length: FLOOD }, () => new Payment({ destination: 'test.mallory', data: DATA, lifetime: 6000 }))
  const sent = settle(payments, alice)
  await ilpd.when('it has read them all', ({ statistics }) => statistics.prepares === FLOOD)
  await paysBob(alice)
  assert(residentKib(ilpd.pid) - before < MEMORY_KIB, `${before} and then ${residentKib(ilpd.pid)} KiB`)
  await sent
  const codes = payments.map(({ reject }) => `${reject.code} ${reject.message}`)
  assert.deepStrictEqual([...new Set(codes)].sort(), ['R00 packet expired.', 'T03 next hop reads too slowly.'])
  mallory.terminate()
  await endsWell(all)
}

// She sends, and does not read the answers: so she is not read from either.
async function does_not_read_from_one_who_does_not_read () {
  const all = await open()
  const { ilpd, alice } = all
  const mallory = await all.mallory()
  const before = residentKib(ilpd.pid)
  mallory.socket.pause()
  const packet = message(1, new Payment({ destination: `test.bob.${'x'.repeat(900)}`, amount: 0, lifetime: 1 }).packet)
  for (let i = 0; i < 20 * FLOOD; i++) mallory.socket.send(packet)
  await paysBob(alice)
  await within('nothing more is read', quiet(() => ilpd.figures()))
  await paysBob(alice)
  assert(mallory.socket.bufferedAmount > 0)
  assert(residentKib(ilpd.pid) - before < MEMORY_KIB, `${before} and then ${residentKib(ilpd.pid)} KiB`)
  mallory.terminate()
  await endsWell(all)
}

// Until nothing happens for a while.
async function quiet (figures) {
  for (let last = -1; ; await pause(300)) {
    const { statistics } = await figures()
    if (statistics.prepares === last) return
    last = statistics.prepares
  }
}

// ---- those who come and go

async function outlives_those_who_come_and_go () {
  const all = await open()
  const { ilpd, alice } = all
  const visits = [
    () => say(ilpd.port, '').destroy(),
    () => say(ilpd.port, 'GET / HTTP').end(),
    async () => (await openSocket(`ws://127.0.0.1:${ilpd.port}`)).terminate(),
    async () => (await openSocket(`ws://127.0.0.1:${ilpd.port}`)).close(),
    async () => (await all.mallory()).terminate(),
    async () => (await all.mallory()).close(),
    async () => {
      const mallory = await all.mallory()
      for (let i = 2; i < 20; i++) mallory.socket.send(message(i, new Payment({ destination: 'test.bob', lifetime: 4000 }).packet))
      mallory.socket.send('', () => mallory.terminate())
    }
  ]
  const before = residentKib(ilpd.pid)
  for (let i = 0; i < VISITS; i++) await visits[i % visits.length]()
  await paysBob(alice)
  assert(residentKib(ilpd.pid) - before < MEMORY_KIB)
  await ilpd.when('nothing is in flight', ({ statistics }) => statistics.inFlight === 0)
  await endsWell(all)
}

async function serves_the_newest_connection_of_an_account () {
  const all = await open()
  const first = await all.mallory()
  const second = await all.mallory()
  assert.deepStrictEqual(await first.closed, [1000, 'replaced by a newer connection'])
  const payment = new Payment({ destination: 'test.mallory' })
  await payment.send(all.alice)
  assert(payment.fulfilled)
  await paysBob(second)
  await second.close()
  await endsWell(all)
}

// There are no more sockets than the system lets it have; those who are in
// stay, and those who wait come in when others go.
async function goes_on_without_free_sockets () {
  const all = await open({}, ['sh', '-c', 'ulimit -n 60 && exec "$0" "$@"'])
  const { ilpd, alice } = all
  const sockets = Array.from({ length: 100 }, () => say(ilpd.port, ''))
  await until('the strangers are there', () => fileCount(ilpd.pid) >= 30)
  await paysBob(alice)
  // Strangers have to make room for whoever logs in.
  const mallory = await within('the next one comes in', all.mallory())
  await paysBob(mallory)
  for (const socket of sockets) socket.destroy()
  await mallory.close()
  await endsWell(all)
}

// ---- those who are not wanted

async function refuses_browsers () {
  const all = await open()
  const { port } = all.ilpd
  await assert.rejects(Client.connect(port, 'm', { origin: 'https://page.example' }), { status: 403 })
  await (await all.mallory()).close()
  await endsWell(all)
}

async function answers_what_is_no_websocket () {
  const all = await open()
  const { port } = all.ilpd
  const cases = [
    ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 4\d\d .*\r\n\r\n$/s],
    ['POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc', /^HTTP\/1\.1 4\d\d .*\r\n\r\n$/s],
    ['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', /^HTTP\/1\.1 400 .*\r\n\r\n$/s],
    ['\r\n\0\xff\r\n\r\n', /^HTTP\/1\.1 400 .*\r\n\r\n$/s],
    [`GET / HTTP/1.1\r\nX: ${'x'.repeat(100000)}`, /^HTTP\/1\.1 431 .*\r\n\r\n$/s]
  ]
  for (const [said, answer] of cases) {
    assert.match(await within('it is sent away', say(port, said).answered), answer, JSON.stringify(said.slice(0, 60)))
  }
  await endsWell(all)
}

// What one who has no account is told, and with what code it is closed.
async function refusal (port, first) {
  const socket = await openSocket(`ws://127.0.0.1:${port}`)
  const heard = []
  socket.on('message', (packet) => heard.push(shown(packet)))
  const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])))
  socket.send(first)
  return [...heard, await within('it is refused', closed), ...heard]
}

async function refuses_strangers () {
  const all = await open()
  const { port } = all.ilpd
  const refused = (text, request = 1) => [[1008, text], [Btp.TYPE_ERROR, request, 'F00', 'NotAcceptedError', text]]
  assert.deepStrictEqual(await refusal(port, login('wrong')), refused('login not accepted'))
  assert.deepStrictEqual(await refusal(port, login('')), refused('login not accepted'))
  assert.deepStrictEqual(await refusal(port, message(7, new Payment({ destination: 'test.bob' }).packet)), refused('first packet is not a login', 7))
  assert.deepStrictEqual(await refusal(port, 'text'), [[1003, 'peer sends text']])
  assert.deepStrictEqual(await refusal(port, Buffer.from('x')), [[1008, 'first packet cannot be read']])
  assert.deepStrictEqual((await refusal(port, Buffer.alloc(100000)))[0][0], 1009)
  await endsWell(all)
}

// ---- and when nobody does anything

async function uses_no_time_when_idle () {
  const all = await open()
  const mallory = await all.mallory()
  say(all.ilpd.port, 'GET / HTTP/1.1\r\n').unref()
  await paysBob(all.alice)
  const ticks = await ticksWithin(all.ilpd.pid, 2000)
  assert(ticks < 5, `${ticks} ticks in two seconds`)
  mallory.terminate()
}

prove(
  outlives_a_thousand_who_say_nothing,
  waits_for_the_rest,
  is_not_held_up_by_one_who_does_not_read,
  does_not_read_from_one_who_does_not_read,
  outlives_those_who_come_and_go,
  serves_the_newest_connection_of_an_account,
  goes_on_without_free_sockets,
  refuses_browsers,
  answers_what_is_no_websocket,
  refuses_strangers,
  uses_no_time_when_idle
)
