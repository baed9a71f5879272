// SPDX-License-Identifier: Apache-2.0
// The parts of STREAM that need keys: sealed packets, fulfillments, receipts,
// and the tokens in the addresses that a receiver gives out. Their servers run
// here without a network and are paid by us.
'use strict'

const { createHmac } = require('crypto')
const { need } = require('./need')
const Ilp = need('ilp-packet')
const Ildcp = need('ilp-protocol-ildcp')
const { StreamServer } = need('@interledger/stream-receiver')
const { Server } = need('ilp-protocol-stream')
const crypto = need('ilp-protocol-stream/dist/src/crypto')
const { Packet } = need('ilp-protocol-stream/dist/src/packet')
const { createReceipt, decodeReceipt, verifyReceipt } = need('ilp-protocol-stream/dist/src/util/receipt')
const { formats, ourStreamView, theirStreamView, theirStreamPacket } = require('./formats')
const { hex, unhex } = require('./bytes')

const stream = formats.find((format) => format.name === 'stream')
const EXCHANGES = 40 // payments to each kind of server

// What a promise or function gives; undefined when it refuses.
async function attempt (action) {
  try {
    return await action()
  } catch {
    return undefined
  }
}

function flipBit (random, bytes) {
  const out = Buffer.from(bytes)
  out[random.below(out.length)] ^= 1 << random.below(8)
  return out
}

const decodeStream = async (peer, plain) => ourStreamView(JSON.parse(await peer.get(`decode stream ${plain}`)))

// ---- sealed packets

async function testSealed (peer, random, tally) {
  const secret = random.bytes(random.pick([32, 32, 32, 0, 1, 64, 65]))
  const key = await crypto.generatePskEncryptionKey(secret)
  const value = stream.random(random)
  const padTo = random.pick([undefined, 32767, 200])

  const theirs = await theirStreamPacket(value).serializeAndEncrypt(key, padTo)
  const opened = await peer.ask(`stream open ${hex(secret)} ${hex(theirs)}`)
  tally.equal(opened.text && await decodeStream(peer, opened.text), value, 'we do not open what they sealed')

  const plain = await peer.get(`encode stream ${JSON.stringify(padTo ? { ...value, padTo: padTo - 28 } : value)}`)
  const ours = unhex(await peer.get(`stream seal ${hex(secret)} ${hex(random.bytes(12))} ${plain}`))
  const read = await attempt(() => Packet.decryptAndDeserialize(key, ours))
  tally.equal(read && theirStreamView(read), value, 'they do not open what we sealed')
  if (padTo === 32767) tally.equal(ours.length, Math.max(padTo, unhex(plain).length + 28), 'padding')

  const broken = random.oneIn(2) ? flipBit(random, theirs) : theirs.subarray(0, random.below(theirs.length))
  const ourError = (await peer.ask(`stream open ${hex(secret)} ${hex(broken)}`)).error
  tally.equal(ourError, 'DECRYPT', `we open broken ${hex(broken)}`)
  tally.equal(await attempt(() => Packet.decryptAndDeserialize(key, broken)), undefined, `they open broken ${hex(broken)}`)
}

async function testFulfillment (peer, random, tally) {
  const secret = random.octets(64)
  const data = random.octets(32767)
  const theirs = await crypto.generateFulfillment(await crypto.generateFulfillmentKey(secret), data)
  const condition = hex(await crypto.hash(theirs))
  tally.equal(await peer.get(`stream fulfillment ${hex(secret)} ${hex(data)}`), hex(theirs), 'fulfillment')
  tally.equal(await peer.get(`condition of ${hex(theirs)}`), condition, 'condition')
  tally.equal(await peer.ask(`condition check ${condition} ${hex(theirs)}`), { text: '' }, 'condition and fulfillment')
  tally.equal(await peer.ask(`condition check ${condition} ${hex(flipBit(random, theirs))}`), { error: 'CONDITION' }, 'a wrong fulfillment')
}

// ---- receipts

const shownReceipt = (r) => `${hex(r.nonce)} ${r.streamId} ${r.totalReceived}`

async function testReceipt (peer, random, tally) {
  const secret = random.bytes(32)
  const receipt = { nonce: random.bytes(16), streamId: random.u8(), totalReceived: String(random.u64()) }
  const theirs = createReceipt({ ...receipt, secret })
  const json = JSON.stringify({ ...receipt, nonce: hex(receipt.nonce) })
  tally.equal(await peer.get(`encode receipt ${hex(secret)} ${json}`), hex(theirs), 'receipt')
  tally.equal(await peer.get(`verify receipt ${hex(secret)} ${hex(theirs)}`), shownReceipt(receipt), 'a receipt of theirs')
  tally.equal(await peer.get(`decode receipt ${hex(theirs)}`), shownReceipt(decodeReceipt(theirs)), 'a receipt, unverified')

  const broken = random.pick([flipBit(random, theirs), theirs.subarray(0, random.below(58)), Buffer.concat([theirs, random.bytes(1)])])
  const ours = await peer.ask(`verify receipt ${hex(secret)} ${hex(broken)}`)
  tally.check(ours.error, `we verify the broken receipt ${hex(broken)}`)
  tally.equal(await attempt(() => verifyReceipt(broken, secret)), undefined, 'they verify a broken receipt')
  const other = await peer.ask(`verify receipt ${hex(random.bytes(32))} ${hex(theirs)}`)
  tally.equal(other.error, 'SIGNATURE', 'a receipt under another secret')
}

// ---- tokens, and payments to those who gave them out

function randomDetails (random, withAsset) {
  const details = {}
  if (random.oneIn(2)) details.tag = random.ascii(100)
  if (!details.tag) delete details.tag // an empty tag is no tag
  if (random.oneIn(2)) Object.assign(details, { receiptNonce: hex(random.bytes(16)), receiptSecret: hex(random.bytes(32)) })
  if (withAsset && random.oneIn(2)) Object.assign(details, { assetCode: random.text(20), assetScale: random.u8() })
  return details
}

const shownDetails = (details) => ({ tag: '', ...details })
const tokenOf = (address) => address.slice(address.lastIndexOf('.') + 1)
const base64url = (bytes) => bytes.toString('base64').replace(/=+$/, '').replace(/\+/g, '-').replace(/\//g, '_')

// { token, secret } by us, for such details.
async function issue (peer, random, family, serverSecret, details) {
  const server = `${family} ${hex(serverSecret)}`
  const token = await peer.get(`token issue ${server} ${hex(random.bytes(30))} ${JSON.stringify(details)}`)
  return { token, secret: await peer.get(`token secret ${server} ${token}`) }
}

// What we find in a token.
async function open (peer, tally, family, serverSecret, token, secret, details) {
  const server = `${family} ${hex(serverSecret)}`
  const opened = await peer.ask(`token open ${server} ${token}`)
  tally.equal(opened.text && JSON.parse(opened.text), shownDetails(details), `the details in a ${family} token`)
  tally.equal((await peer.ask(`token secret ${server} ${token}`)).text, secret, `the secret of a ${family} token`)
}

// A Prepare made by us alone, and what fulfills it.
async function payment (peer, random, secret, destination, amount, frames) {
  const sequence = String(1 + random.below(1000))
  const plain = await peer.get(`encode stream ${JSON.stringify({ type: 'prepare', sequence, amount: '1', frames })}`)
  const data = await peer.get(`stream seal ${secret} ${hex(random.bytes(12))} ${plain}`)
  const fulfillment = await peer.get(`stream fulfillment ${secret} ${data}`)
  const condition = await peer.get(`condition of ${fulfillment}`)
  const prepare = { amount, expiresAt: Date.now() + 30000, condition, destination, data }
  return { sequence, fulfillment, condition, packet: unhex(await peer.get(`encode prepare ${JSON.stringify(prepare)}`)) }
}

// Their answer must be the Fulfill of our Prepare, with a STREAM packet that
// we can open, and with a receipt if one was asked for.
async function checkAnswer (peer, tally, sent, secret, details, amount, answer) {
  const fulfill = await peer.ask(`decode fulfill ${hex(answer)}`)
  if (fulfill.error) return tally.fail(`they reject our payment: ${JSON.stringify(await peer.ask(`decode packet ${hex(answer)}`))}`)
  const { fulfillment, data } = JSON.parse(fulfill.text)
  tally.equal(fulfillment, sent.fulfillment, 'their fulfillment')
  tally.equal(await peer.ask(`condition check ${sent.condition} ${fulfillment}`), { text: '' }, 'it fulfills our condition')
  const reply = await decodeStream(peer, await peer.get(`stream open ${secret} ${data}`))
  tally.equal([reply.type, reply.sequence, reply.amount], ['fulfill', sent.sequence, amount], 'the STREAM packet in their answer')
  const receipts = reply.frames.filter((frame) => frame.type === 'StreamReceipt')
  tally.equal(receipts.length, details.receiptNonce ? 1 : 0, 'receipts in their answer')
  for (const { receipt } of receipts) {
    const verified = await peer.ask(`verify receipt ${details.receiptSecret} ${receipt}`)
    tally.equal(verified.text, `${details.receiptNonce} 1 ${amount}`, 'their receipt')
  }
}

const MONEY = [{ type: 'StreamMoney', streamId: '1', shares: '1' }]

// ilp-protocol-stream. The plugin answers only who and what the server is.
async function startServer (serverSecret) {
  const plugin = {
    connect: async () => {},
    disconnect: async () => {},
    isConnected: () => true,
    registerDataHandler: () => {},
    deregisterDataHandler: () => {},
    sendData: async (data) => Ilp.deserializeIlpPrepare(data).destination === 'peer.config'
      ? Ildcp.serializeIldcpResponse({ clientAddress: 'test.server', assetCode: 'XYZ', assetScale: 9 })
      : Ilp.serializeIlpReject({ code: 'F02', triggeredBy: 'test.peer', message: '', data: Buffer.alloc(0) })
  }
  const server = new Server({ plugin, serverSecret })
  server.on('connection', (connection) => {
    server.last = connection
    connection.on('error', () => {})
    connection.on('stream', (received) => received.setReceiveMax('18446744073709551615'))
  })
  await server.listen()
  return server
}

function serverOptions (details) {
  return {
    connectionTag: details.tag,
    receiptNonce: details.receiptNonce && unhex(details.receiptNonce),
    receiptSecret: details.receiptSecret && unhex(details.receiptSecret)
  }
}

async function payServer (peer, random, tally, server, token, secret, details) {
  const amount = String(1 + random.below(1e9))
  const sent = await payment(peer, random, secret, `test.server.${token}`, amount, MONEY)
  server.last = undefined
  const answer = await server.handleData(sent.packet)
  await checkAnswer(peer, tally, sent, secret, details, amount, answer)
  tally.equal(server.last && server.last.connectionTag, details.tag, 'the tag that they found in the token')
  if (server.last) await server.last.destroy()
}

async function testServerTokens (peer, random, tally) {
  const serverSecret = random.bytes(32)
  const server = await startServer(serverSecret)
  const details = randomDetails(random, false)

  const theirs = server.generateAddressAndSecret(serverOptions(details))
  const token = tokenOf(theirs.destinationAccount)
  await open(peer, tally, 'server', serverSecret, token, hex(theirs.sharedSecret), details)
  await payServer(peer, random, tally, server, token, hex(theirs.sharedSecret), details)

  const ours = await issue(peer, random, 'server', serverSecret, details)
  await payServer(peer, random, tally, server, ours.token, ours.secret, details)

  const broken = base64url(flipBit(random, Buffer.from(token, 'base64')))
  const stray = await payment(peer, random, hex(theirs.sharedSecret), `test.server.${broken}`, '1', MONEY)
  tally.equal((await peer.ask(`token open server ${hex(serverSecret)} ${broken}`)).error, 'DECRYPT', 'we open a broken server token')
  tally.equal((await server.handleData(stray.packet))[0], 14, 'they take a broken server token')
  await server.pool.close()
}

// @interledger/stream-receiver
function receiverOptions (details) {
  return {
    paymentTag: details.tag,
    receiptSetup: details.receiptNonce && { nonce: unhex(details.receiptNonce), secret: unhex(details.receiptSecret) },
    asset: details.assetScale === undefined ? undefined : { code: details.assetCode, scale: details.assetScale }
  }
}

async function payReceiver (peer, random, tally, server, token, secret, details) {
  const amount = String(1n + (random.u64() >> 1n))
  const sent = await payment(peer, random, secret, `g.receiver.${token}`, amount, MONEY)
  const reply = server.createReply(Ilp.deserializeIlpPrepare(sent.packet))
  if (!reply.accept) return tally.fail(`they do not want our payment: ${JSON.stringify(reply)}`)
  tally.equal(reply.paymentTag, details.tag, 'the tag that they found in the token')
  reply.setTotalReceived(amount)
  await checkAnswer(peer, tally, sent, secret, details, amount, Ilp.serializeIlpFulfill(reply.accept()))
}

// The first packet of a connection costs nothing and asks for the asset.
async function askReceiver (peer, random, tally, server, token, secret, details) {
  const frames = [{ type: 'ConnectionNewAddress', address: 'g.sender' }]
  const sent = await payment(peer, random, secret, `g.receiver.${token}`, '1', frames)
  const reply = server.createReply(Ilp.deserializeIlpPrepare(sent.packet))
  const { data } = reply.accept ? reply.accept() : reply
  const stated = (await decodeStream(peer, await peer.get(`stream open ${secret} ${hex(data)}`))).frames
  const expected = details.assetScale === undefined ? [] : [{ type: 'ConnectionAssetDetails', assetCode: details.assetCode, assetScale: details.assetScale }]
  tally.equal(stated, expected, 'the asset that they state')
}

async function testReceiverTokens (peer, random, tally) {
  const serverSecret = random.bytes(32)
  const server = new StreamServer({ serverSecret, serverAddress: 'g.receiver' })
  const details = randomDetails(random, true)

  const theirs = server.generateCredentials(receiverOptions(details))
  const token = tokenOf(theirs.ilpAddress)
  await open(peer, tally, 'receiver', serverSecret, token, hex(theirs.sharedSecret), details)
  await payReceiver(peer, random, tally, server, token, hex(theirs.sharedSecret), details)

  const ours = await issue(peer, random, 'receiver', serverSecret, details)
  await payReceiver(peer, random, tally, server, ours.token, ours.secret, details)
  await askReceiver(peer, random, tally, server, ours.token, ours.secret, details)
  tally.equal(server.decodePaymentTag(`g.receiver.${ours.token}`), details.tag, 'the tag in a token of ours')

  const broken = base64url(flipBit(random, Buffer.from(token, 'base64')))
  const stray = await payment(peer, random, hex(theirs.sharedSecret), `g.receiver.${broken}`, '1', MONEY)
  tally.equal((await peer.ask(`token open receiver ${hex(serverSecret)} ${broken}`)).error, 'DECRYPT', 'we open a broken receiver token')
  tally.equal(server.createReply(Ilp.deserializeIlpPrepare(stray.packet)).code, 'F06', 'they take a broken receiver token')
}

// The oldest family has no package any more; its vectors are in vectors.js.
// It is this short.
async function testTextTokens (peer, random, tally) {
  const serverSecret = random.bytes(32)
  const key = createHmac('sha256', serverSecret).update('ilp_stream_shared_secret').digest()
  const { token, secret } = await issue(peer, random, 'text', serverSecret, {})
  tally.check(/^[A-Za-z0-9_-]{24}$/.test(token), `the text token ${token}`)
  tally.equal(secret, createHmac('sha256', key).update(token, 'ascii').digest('hex'), 'the secret of a text token')
}

async function testStream (peer, random, tally, count) {
  const started = Date.now()
  const before = tally.passed
  for (let i = 0; i < count; i++) {
    await testSealed(peer, random, tally)
    await testFulfillment(peer, random, tally)
    await testReceipt(peer, random, tally)
  }
  for (let i = 0; i < Math.min(count, EXCHANGES); i++) {
    await testServerTokens(peer, random, tally)
    await testReceiverTokens(peer, random, tally)
    await testTextTokens(peer, random, tally)
  }
  console.log(`STREAM with keys: ${tally.passed - before} checks, ${Date.now() - started} ms`)
}

module.exports = { testStream }
