// SPDX-License-Identifier: Apache-2.0
// ilpd over TLS: its certificates and those of its peers, and what happens
// when they change.
//
//     node tls.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const fs = require('fs')
const net = require('net')
const tls = require('tls')
const { account, write, LOCAL } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { until, within } = require('../interop/lib/wait')
const { makeCertificate } = require('./lib/certificates')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const authority = makeCertificate({ name: 'authority' })
const stranger = makeCertificate({ name: 'stranger' })

const accounts = [
  account('alice', { incomingToken: 'a' }),
  account('bob', { incomingToken: 'b', routes: ['test.bob'] })
]

// A listener with TLS whose files are its own, so that they can change.
function secure (made, more) {
  return { ...LOCAL, certificate: write(made.pem), key: write(made.keyPem), ...more }
}

function change ({ certificate, key }, made) {
  fs.writeFileSync(certificate, made.pem)
  fs.writeFileSync(key, made.keyPem)
}

const trusting = (options) => ({ scheme: 'wss', ca: authority.pem, ...options })
const serialOf = (client) => client.socket._socket.getPeerCertificate().serialNumber

// The certificate that one is shown who comes now.
function shownNow (port) {
  return new Promise((resolve, reject) => {
    const socket = tls.connect(port, '127.0.0.1', { ca: authority.pem }, () => {
      resolve(socket.getPeerCertificate().serialNumber)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

async function paysBob (alice) {
  const payment = new Payment({ destination: 'test.bob', data: Buffer.alloc(32000) })
  await payment.send(alice)
  assert(payment.fulfilled, JSON.stringify(payment.reject))
}

async function takes_new_certificates_and_keeps_its_connections () {
  const [first, second] = [makeCertificate({ authority }), makeCertificate({ authority })]
  const listener = secure(first)
  const ilpd = await start({ listen: [listener, LOCAL], accounts })
  const alice = await Client.connect(ilpd.port, 'a', trusting())
  await Client.connect(ilpd.ports[1], 'b')
  assert.strictEqual(serialOf(alice), first.serial)
  await paysBob(alice)
  change(listener, second)
  assert.strictEqual(await shownNow(ilpd.port), first.serial)
  ilpd.program.signal('SIGHUP')
  await until('the new certificate is shown', async () => await shownNow(ilpd.port) === second.serial)
  await paysBob(alice)
  assert.strictEqual(serialOf(alice), first.serial)
  const bob = await Client.connect(ilpd.port, 'b', trusting())
  assert.strictEqual(serialOf(bob), second.serial)
  await paysBob(alice)
  const { status, errors } = await ilpd.stop()
  assert.deepStrictEqual([status, errors], [0, ''])
}

// And says why.
async function keeps_its_certificates_when_the_new_ones_are_no_good () {
  const [first, second] = [makeCertificate({ authority }), makeCertificate({ authority })]
  const listener = secure(first)
  const ilpd = await start({ listen: [listener], accounts })
  const changes = [
    () => fs.writeFileSync(listener.certificate, 'no certificate'),
    () => change(listener, { ...second, keyPem: first.keyPem }),
    () => fs.rmSync(listener.key)
  ]
  for (const spoil of changes) {
    const said = ilpd.program.errors.length
    spoil()
    ilpd.program.signal('SIGHUP')
    await until('it complains', () => /^ilpd: .+\n$/.test(ilpd.program.errors.slice(said)))
    assert.strictEqual(await shownNow(ilpd.port), first.serial)
  }
  assert.match(ilpd.program.errors, new RegExp(`^ilpd: the configuration stays as it was: ${listener.key}: No such file or directory$`, 'm'))
  change(listener, second)
  ilpd.program.signal('SIGHUP')
  await until('it is content', async () => await shownNow(ilpd.port) === second.serial)
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function lets_in_only_who_shows_a_certificate () {
  const client = makeCertificate({ name: 'alice', authority })
  const listener = secure(makeCertificate({ authority }), { clientCertificates: authority.certificate, requireClientCertificate: true })
  const ilpd = await start({ listen: [listener], accounts })
  const entering = (made) => Client.connect(ilpd.port, 'a', trusting(made && { cert: made.pem, key: made.keyPem }))
  await assert.rejects(entering(undefined))
  await assert.rejects(entering(stranger))
  await (await entering(client)).close()
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function takes_a_certificate_that_it_does_not_require () {
  const client = makeCertificate({ name: 'alice', authority })
  const listener = secure(makeCertificate({ authority }), { clientCertificates: authority.certificate })
  const ilpd = await start({ listen: [listener], accounts })
  const entering = (made) => Client.connect(ilpd.port, 'a', trusting(made && { cert: made.pem, key: made.keyPem }))
  await assert.rejects(entering(stranger))
  await (await entering(undefined)).close()
  await (await entering(client)).close()
  assert.strictEqual((await ilpd.stop()).status, 0)
}

async function takes_new_authorities_of_its_peers () {
  const other = makeCertificate({ name: 'other authority' })
  const [before, after] = [makeCertificate({ authority }), makeCertificate({ authority: other })]
  const listener = secure(makeCertificate({ authority }), { clientCertificates: write(authority.pem), requireClientCertificate: true })
  const ilpd = await start({ listen: [listener], accounts })
  const entering = (made) => Client.connect(ilpd.port, 'a', trusting({ cert: made.pem, key: made.keyPem }))
  const old = await entering(before)
  await assert.rejects(entering(after))
  fs.writeFileSync(listener.clientCertificates, other.pem)
  ilpd.program.signal('SIGHUP')
  await until('it lets in whom it did not know', () => entering(after).then((client) => client.close(), () => false))
  await assert.rejects(entering(before))
  assert.deepStrictEqual(await old.closed, [1000, 'replaced by a newer connection'])
  assert.strictEqual((await ilpd.stop()).status, 0)
}

// ---- connecting to others

// Two of them, of which the first connects to the second by this URL.
async function startTwo (made, server, more, wrapper) {
  const second = await start({ address: 'test.second', listen: [secure(made), LOCAL], accounts })
  const first = await start({
    address: 'test.first',
    accounts: [
      account('carol', { incomingToken: 'c' }),
      account('second', { server: server(second.port), routes: ['test'], ...more })
    ]
  }, wrapper)
  return { first, second }
}

async function connects_over_tls () {
  const { first, second } = await startTwo(makeCertificate({ authority }), (port) => `btp+wss://:a@127.0.0.1:${port}`, { tlsCa: authority.certificate })
  await first.connected('second')
  await Client.connect(second.ports[1], 'b')
  await paysBob(await Client.connect(first.port, 'c'))
  assert.strictEqual((await first.stop()).status, 0)
  assert.strictEqual((await second.stop()).status, 0)
}

async function trusts_whom_the_system_trusts () {
  const system = ['env', `SSL_CERT_FILE=${authority.certificate}`, 'SSL_CERT_DIR=/nowhere']
  const { first, second } = await startTwo(makeCertificate({ authority }), (port) => `btp+wss://:a@127.0.0.1:${port}`, {}, system)
  await first.connected('second')
  assert.strictEqual((await first.stop()).status, 0)
  assert.strictEqual((await second.stop()).status, 0)
}

// One who cannot prove to be the server does not hear the token.
async function connects_to_nobody_who_is_not_who_it_wants () {
  const impostors = [
    stranger,
    makeCertificate({ authority, name: 'localhost', alternative: 'DNS:localhost' }),
    makeCertificate({ authority, alternative: 'IP:127.0.0.2' })
  ]
  for (const made of impostors) {
    let heard = ''
    let attempts = 0
    const server = tls.createServer({ cert: made.pem, key: made.keyPem }, (socket) => socket.on('data', (data) => { heard += data }).on('error', () => {}))
    server.on('tlsClientError', () => { attempts++ })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const ilpd = await start({
      accounts: [account('away', { server: `btp+wss://:secret@127.0.0.1:${server.address().port}`, tlsCa: authority.certificate })]
    })
    await until('it has tried twice', () => attempts >= 2)
    assert.strictEqual(heard, '')
    const { status, accounts } = await ilpd.stop()
    assert.deepStrictEqual([status, accounts.away.connected], [0, false])
    server.close()
  }
}

// ---- those who speak something else

async function is_not_disturbed_by_what_is_no_tls () {
  const ilpd = await start({ listen: [secure(makeCertificate({ authority })), LOCAL], accounts })
  const alice = await Client.connect(ilpd.port, 'a', trusting())
  await Client.connect(ilpd.ports[1], 'b')
  for (const said of ['GET / HTTP/1.1\r\nHost: x\r\n\r\n', '\0'.repeat(1000), '\x16\x03\x01\x40\x00' + 'x'.repeat(20000)]) {
    const socket = net.connect(ilpd.port, '127.0.0.1', () => socket.write(said, 'latin1'))
    socket.on('error', () => {}).resume()
    await within('it is sent away', new Promise((resolve) => socket.on('close', resolve)))
  }
  await paysBob(alice)
  const { status, errors } = await ilpd.stop()
  assert.deepStrictEqual([status, errors], [0, ''])
}

prove(
  takes_new_certificates_and_keeps_its_connections,
  keeps_its_certificates_when_the_new_ones_are_no_good,
  lets_in_only_who_shows_a_certificate,
  takes_a_certificate_that_it_does_not_require,
  takes_new_authorities_of_its_peers,
  connects_over_tls,
  trusts_whom_the_system_trusts,
  connects_to_nobody_who_is_not_who_it_wants,
  is_not_disturbed_by_what_is_no_tls
)
