// SPDX-License-Identifier: Apache-2.0
// Two ilpd that ask each other over HTTP: over TLS in the version that they
// agree on, with keys and their wrong ones, when one of them goes and comes
// back, and with answers that are posted.
//
//     node http.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const crypto = require('crypto')
const { account, write, LOCAL } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { freePorts } = require('../interop/lib/plugin')
const { makeCertificate } = require('./lib/certificates')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const authority = makeCertificate({ name: 'authority' })

const pair = () => crypto.generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
})

// Alice's node and Bob's, each of which asks the other, and the two themselves.
// The nodes named in `posted` want their answers posted.
async function twoNodes ({ scheme = 'http', east = {}, west = {}, listener = {}, posted = [] } = {}) {
  const [eastPort, westPort] = await freePorts(2)
  const node = (name, other, port, otherPort, end, more) => start({
    address: `test.${name}`,
    listen: [{ ...LOCAL, port, ...listener }, LOCAL],
    accounts: [
      account(end, { incomingToken: end, routes: [`test.${name}.${end}`] }),
      account(other, {
        incomingToken: `${other}-to-${name}`,
        server: `${scheme}://:${name}-to-${other}@127.0.0.1:${otherPort}/ilp`,
        routes: [`test.${other}`],
        ...(posted.includes(name) ? { httpCallbackUrl: `${scheme}://127.0.0.1:${port}/from/${other}` } : {}),
        ...more
      })
    ]
  })
  const nodes = {
    east: await node('east', 'west', eastPort, westPort, 'alice', east),
    west: await node('west', 'east', westPort, eastPort, 'bob', west)
  }
  nodes.alice = await Client.connect(nodes.east.ports[1], 'alice')
  nodes.bob = await Client.connect(nodes.west.ports[1], 'bob')
  return nodes
}

async function pay (from, destination, amount = '1000') {
  const payment = new Payment({ destination, amount, data: Buffer.alloc(1000) })
  await payment.send(from)
  return payment
}

async function stop ({ east, west, alice, bob }, owed) {
  await Promise.all([alice.close(), bob.close()])
  const ends = { east: await east.stop(), west: await west.stop() }
  assert.strictEqual(ends.east.accounts.west.balance, String(-owed))
  assert.strictEqual(ends.west.accounts.east.balance, String(owed))
  for (const { status, errors } of Object.values(ends)) assert.deepStrictEqual([status, errors], [0, ''])
}

async function payBothWays (nodes, count) {
  const there = await Promise.all(Array.from({ length: count }, () => pay(nodes.alice, 'test.west.bob')))
  const back = await Promise.all(Array.from({ length: count }, () => pay(nodes.bob, 'test.east.alice', '10')))
  for (const payment of [...there, ...back]) assert(payment.fulfilled, JSON.stringify(payment.reject))
}

async function pays_over_each_version_with_and_without_tls () {
  const made = makeCertificate({ authority })
  const secure = { scheme: 'https', listener: { certificate: write(made.pem), key: write(made.keyPem) } }
  for (const [way, lines] of [
    [{}, 1], [{ httpVersion: '1.1' }, 1], [{ httpVersion: '2' }, 0],
    [{ ...secure, tlsCa: authority.certificate }, 0], [{ ...secure, tlsCa: authority.certificate, httpVersion: '1.1' }, 1]
  ]) {
    const { scheme, listener, ...more } = way
    const nodes = await twoNodes({ scheme, listener, east: more, west: more })
    await payBothWays(nodes, 30)
    const seen = (await nodes.east.figures()).accounts.west
    // HTTP/1.1 has as many lines as packets at a time, HTTP/2 has one.
    assert(lines ? seen.lines > 1 : seen.lines === 1, JSON.stringify([way, seen]))
    await stop(nodes, 30 * 1000 - 30 * 10)
  }
}

async function shows_a_server_who_it_is () {
  const [made, mine, stranger] = [makeCertificate({ authority }), makeCertificate({ name: 'east', authority }), makeCertificate({ name: 'stranger' })]
  const secure = {
    scheme: 'https',
    listener: { certificate: write(made.pem), key: write(made.keyPem), clientCertificates: authority.certificate, requireClientCertificate: true }
  }
  const shown = ({ certificate, key }) => ({ tlsCa: authority.certificate, tlsCertificate: certificate, tlsKey: key })
  const nodes = await twoNodes({ ...secure, east: shown(mine), west: shown(mine) })
  await payBothWays(nodes, 5)
  await stop(nodes, 5 * 1000 - 5 * 10)
  for (const bad of [{ tlsCa: authority.certificate }, shown(stranger)]) {
    const refused = await twoNodes({ ...secure, east: bad, west: bad })
    // In TLS 1.3 who shows nothing learns of the refusal behind its question,
    // of which it cannot know then whether it was heard.
    const payment = new Payment({ destination: 'test.west.bob', lifetime: 2500 })
    await payment.send(refused.alice)
    assert(['T01', 'R00'].includes(payment.reject.code), JSON.stringify(payment.reject))
    assert.strictEqual((await refused.west.figures()).accounts.east.balance, '0')
    await Promise.all([refused.alice.close(), refused.bob.close()])
    await Promise.all([refused.east.stop(), refused.west.stop()])
  }
}

async function knows_peers_by_their_keys () {
  const [a, b] = [pair(), pair()]
  const claims = (from, to) => ({ issuer: from, subject: from, audience: to })
  const nodes = await twoNodes({
    east: {
      incomingToken: undefined,
      incomingJwt: { publicKey: write(b.publicKey), ...claims('west', 'east') },
      outgoingJwt: { privateKey: write(a.privateKey), ...claims('east', 'west') }
    },
    west: {
      incomingToken: undefined,
      incomingJwt: { publicKey: write(a.publicKey), ...claims('east', 'west') },
      outgoingJwt: { privateKey: write(b.privateKey), ...claims('west', 'east') }
    }
  })
  await payBothWays(nodes, 20)
  await stop(nodes, 20 * 1000 - 20 * 10)
}

async function a_wrong_key_is_refused () {
  const [a, b] = [pair(), pair()]
  const claims = { issuer: 'east', subject: 'east', audience: 'west' }
  const nodes = await twoNodes({
    east: { outgoingJwt: { privateKey: write(a.privateKey), ...claims } },
    west: { incomingJwt: { publicKey: write(b.publicKey), ...claims } }
  })
  const payment = await pay(nodes.alice, 'test.west.bob')
  assert.strictEqual(payment.reject.code, 'F02')
  assert.strictEqual(payment.reject.message, 'failed to send packet: peer answered with status 401')
  await stop(nodes, 0)
}

async function a_key_that_is_none_is_told_of_at_the_start () {
  const complaint = async (more) => {
    const [port] = await freePorts(1)
    try {
      await start({ accounts: [account('bob', { server: `http://127.0.0.1:${port}`, ...more })] })
    } catch (error) {
      return error.message
    }
    throw new Error('it starts')
  }
  const { publicKey } = pair()
  assert.match(await complaint({ incomingJwt: { publicKey: '/no/such/file', subject: 'bob' } }), /ilpd: \/no\/such\/file: No such file or directory/)
  assert.match(await complaint({ incomingJwt: { publicKey: write('no key'), subject: 'bob' } }), /ilpd: the key of account "bob": /)
  assert.match(await complaint({ outgoingJwt: { privateKey: write(publicKey) } }), /ilpd: the key of account "bob": it is public, and signs nothing/)
}

async function a_peer_that_was_away_is_asked_again () {
  const nodes = await twoNodes()
  await payBothWays(nodes, 5)
  const { west } = nodes
  await nodes.bob.close()
  await west.stop()
  const refused = await pay(nodes.alice, 'test.west.bob')
  assert.strictEqual(refused.reject.code, 'T01')
  const again = await start({ ...west.config })
  const bob = await Client.connect(again.ports[1], 'bob')
  for (const deadline = Date.now() + 10000; ;) {
    const payment = await pay(nodes.alice, 'test.west.bob')
    if (payment.fulfilled) break
    assert(Date.now() < deadline, JSON.stringify(payment.reject))
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await Promise.all([nodes.alice.close(), bob.close()])
  await again.stop()
  const { status, accounts } = await nodes.east.stop()
  assert.deepStrictEqual([status, accounts.west.balance], [0, String(-(5 * 1000 - 5 * 10 + 1000))])
}

async function answers_are_posted_to_whoever_wants_them () {
  const made = makeCertificate({ authority })
  const secure = { scheme: 'https', listener: { certificate: write(made.pem), key: write(made.keyPem) } }
  for (const { posted, scheme, listener, ...more } of [
    { posted: ['east', 'west'], httpVersion: '1.1' },
    { posted: ['east', 'west'], httpVersion: '2' },
    { posted: ['east', 'west'], ...secure, tlsCa: authority.certificate },
    { posted: ['east'], httpVersion: '1.1' },
    { posted: ['west'], httpVersion: '2' }
  ]) {
    const nodes = await twoNodes({ scheme, listener, posted, east: more, west: more })
    await payBothWays(nodes, 30)
    for (const node of [nodes.east, nodes.west]) {
      await node.when('nobody waits any more', ({ accounts }) => Object.values(accounts).every(({ callers }) => callers === 0))
    }
    await stop(nodes, 30 * 1000 - 30 * 10)
  }
}

// West does not post to a place that it does not know East by; and what it
// posts is not heard where nobody listens.
async function answers_go_to_the_server_of_the_account_only () {
  const [elsewhere] = await freePorts(1)
  const nodes = await twoNodes({ east: { httpCallbackUrl: `http://127.0.0.1:${elsewhere}/` } })
  const payment = await pay(nodes.alice, 'test.west.bob')
  assert.strictEqual(payment.reject.code, 'F02')
  assert.strictEqual(payment.reject.message, 'failed to send packet: peer answered with status 400')
  await stop(nodes, 0)
}

// West has posted nothing when it goes: its last answers reach East all the
// same, though it has no line to it yet.
async function a_node_that_ends_posts_its_last_answers () {
  const nodes = await twoNodes({ posted: ['east'] })
  let release
  const held = new Promise((resolve) => { release = resolve })
  const payment = new Payment({ destination: 'test.west.bob', amount: '1000', answer: async () => { await held; return payment.fulfill() } })
  const answered = payment.send(nodes.alice)
  await nodes.west.when('the packet is with Bob', ({ statistics, accounts }) => statistics.inFlight === 1 && accounts.east.callers === 1)
  assert.strictEqual((await nodes.west.figures()).accounts.east.lines, 0)
  const stopped = nodes.west.stop()
  release()
  await answered
  assert(payment.fulfilled, JSON.stringify(payment.reject))
  const { status, accounts, statistics } = await stopped
  assert.deepStrictEqual([status, accounts.east.balance, statistics.lost], [0, '1000', 0])
  await Promise.all([nodes.alice.close(), nodes.bob.closed])
  assert.strictEqual((await nodes.east.stop()).accounts.west.balance, '-1000')
}

prove(
  pays_over_each_version_with_and_without_tls,
  shows_a_server_who_it_is,
  knows_peers_by_their_keys,
  a_wrong_key_is_refused,
  a_key_that_is_none_is_told_of_at_the_start,
  a_peer_that_was_away_is_asked_again,
  answers_are_posted_to_whoever_wants_them,
  answers_go_to_the_server_of_the_account_only,
  a_node_that_ends_posts_its_last_answers
)
