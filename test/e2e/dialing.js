// SPDX-License-Identifier: Apache-2.0
// ilpd connects to others, who come and go.
//
//     node dialing.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const net = require('net')
const { account, LOCAL } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { freePorts } = require('../interop/lib/plugin')
const { until } = require('../interop/lib/wait')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const never = () => new Promise(() => {})

// The one that is connected to; bob is behind it.
const startFar = (port) => start({
  address: 'test.far',
  listen: [{ ...LOCAL, port }],
  accounts: [account('near', { incomingToken: 'n', routes: ['test.near'] }), account('bob', { incomingToken: 'b', routes: ['test.far.bob'] })]
})

// The one that connects; alice is behind it.
const startNear = (port, host = '127.0.0.1') => start({
  address: 'test.near',
  accounts: [
    account('alice', { incomingToken: 'a', routes: ['test.near.alice'] }),
    account('far', { server: `btp+ws://:n@${host}:${port}`, routes: ['test.far'] })
  ]
})

async function pay (from, options) {
  const payment = new Payment({ destination: 'test.far.bob', ...options })
  await payment.send(from)
  return payment
}

async function pays (from, options) {
  const payment = await pay(from, options)
  assert(payment.fulfilled, JSON.stringify(payment.reject))
}

const noConnection = { code: 'T01', triggeredBy: 'test.near', message: 'no connection to account. account=far', data: '' }

async function endsWell (...nodes) {
  for (const node of nodes) {
    const { status, errors } = await node.stop()
    assert.deepStrictEqual([status, errors], [0, ''])
  }
}

async function connects_once_there_is_somebody () {
  const [port] = await freePorts(1)
  const near = await startNear(port)
  const alice = await Client.connect(near.port, 'a')
  assert.deepStrictEqual((await pay(alice)).reject, noConnection)
  const far = await startFar(port)
  await near.connected('far')
  await Client.connect(far.port, 'b')
  await pays(alice)
  await endsWell(near, far)
}

// The name has an address at which nobody listens, and one that is right, on
// systems that have IPv6.
async function tries_every_address_of_a_name () {
  const far = await startFar(0)
  const near = await startNear(far.port, 'localhost')
  await near.connected('far')
  await endsWell(near, far)
}

async function comes_back_to_one_that_was_killed () {
  const [port] = await freePorts(1)
  const near = await startNear(port)
  const alice = await Client.connect(near.port, 'a')
  for (let times = 0; times < 3; times++) {
    const far = await startFar(port)
    await near.connected('far')
    await Client.connect(far.port, 'b')
    await pays(alice)
    await pays(await Client.connect(far.port, 'b'), { destination: 'test.near.alice' })
    far.program.signal('SIGKILL')
    assert.strictEqual(await far.program.wait(), 'SIGKILL')
    await near.when('it misses the other', ({ accounts }) => !accounts.far.connected)
    assert.deepStrictEqual((await pay(alice)).reject, noConnection)
  }
  await endsWell(near)
}

// Whether it was fulfilled nobody can say before its time is over.
async function answers_for_one_that_was_killed_when_time_is_over () {
  const far = await startFar(0)
  const near = await startNear(far.port)
  const alice = await Client.connect(near.port, 'a')
  await near.connected('far')
  await Client.connect(far.port, 'b')
  const payment = new Payment({ destination: 'test.far.bob', lifetime: 5000, answer: never })
  const sent = payment.send(alice)
  await until('it has come', () => payment.came.length)
  far.program.signal('SIGKILL')
  const { accounts } = await near.when('it misses the other', ({ accounts }) => !accounts.far.connected)
  assert.deepStrictEqual([accounts.alice.heldDebits, accounts.far.heldCredits], ['1000', '1000'])
  await sent
  assert.deepStrictEqual(payment.reject, { code: 'R00', triggeredBy: 'test.near', message: 'packet expired.', data: '' })
  const end = await near.stop()
  assert.deepStrictEqual([end.accounts.alice.balance, end.accounts.alice.heldDebits, end.accounts.far.heldCredits], ['0', '0', '0'])
}

function talk (socket) {
  if (!socket.destroyed) socket.write('x'.repeat(10000), () => setImmediate(talk, socket))
}

// Servers that accept, and then do what no server should.
const oddServers = {
  'close at once': (socket) => socket.destroy(),
  'say nothing': () => {},
  'say something else': (socket) => socket.write('220 mail.example ESMTP\r\n\r\n'),
  'refuse': (socket) => socket.write('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n'),
  'never stop': talk
}

async function goes_on_whatever_servers_do () {
  const servers = await Promise.all(Object.values(oddServers).map((act) => new Promise((resolve) => {
    const server = net.createServer((socket) => { socket.on('error', () => {}).resume(); server.count++; act(socket) })
    server.count = 0
    server.listen(0, '127.0.0.1', () => resolve(server))
  })))
  const far = await startFar(0)
  const odd = servers.map((server, i) => account(`odd-${i}`, { server: `btp+ws://:t@127.0.0.1:${server.address().port}` }))
  const near = await start({
    address: 'test.near',
    accounts: [account('alice', { incomingToken: 'a' }), account('far', { server: `btp+ws://:n@127.0.0.1:${far.port}`, routes: ['test.far'] }), ...odd]
  })
  await near.connected('far')
  const alice = await Client.connect(near.port, 'a')
  await Client.connect(far.port, 'b')
  const silent = Object.keys(oddServers).indexOf('say nothing')
  await until('it comes to each again', () => servers.every(({ count }, i) => count >= (i === silent ? 1 : 3)))
  await pays(alice)
  const { accounts } = await near.figures()
  assert(odd.every(({ id }) => !accounts[id].connected))
  await endsWell(near, far)
  for (const server of servers) server.close()
}

prove(
  connects_once_there_is_somebody,
  tries_every_address_of_a_name,
  comes_back_to_one_that_was_killed,
  answers_for_one_that_was_killed_when_time_is_over,
  goes_on_whatever_servers_do
)
