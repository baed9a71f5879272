// SPDX-License-Identifier: Apache-2.0
// codec.js - the work of codec.c, done by the npm implementations on the same
// values: `case library nanoseconds` a line. The first line is a packet, for
// codec.c to compare with its own.
'use strict'

const path = require('path')
const interop = path.join(__dirname, '../test/interop/node_modules')
const load = (name) => require(path.join(interop, name))
const IlpPacket = load('ilp-packet')
const { Reader, Writer } = load('oer-utils')
const { Packet } = load('ilp-protocol-stream/dist/src/packet')
const frames = load('ilp-protocol-stream/dist/src/packet')
const streamCrypto = load('ilp-protocol-stream/dist/src/crypto')

const SAMPLES = 64
const DATA_LEN = 200
const FIRST_EXPIRY_MS = 1800000000123

function prepare (i) {
  return {
    amount: String(i * 1000003),
    executionCondition: Buffer.alloc(32, i),
    expiresAt: new Date(FIRST_EXPIRY_MS + i * 86399999),
    destination: `g.us.bank${i}.alice.NjXD0uJPBuGz56SBmI3uX6h-`,
    data: Buffer.from(Array.from({ length: DATA_LEN }, (_, j) => (i + j) & 255))
  }
}

const samples = Array.from({ length: SAMPLES }, (_, i) => prepare(i))
const packets = samples.map((sample) => IlpPacket.serializeIlpPrepare(sample))

// The fastest of many passes, as in measure.c; the first ones warm the compiler.
async function measure (run) {
  const passes = []
  let count = SAMPLES
  for (;;) {
    const start = process.hrtime.bigint()
    await run(count)
    const ns = Number(process.hrtime.bigint() - start)
    if (ns < 1e7) count *= 2
    else if (passes.push(ns / count) === 60) return Math.min(...passes)
  }
}

let sink = 0
const each = (f) => (count) => {
  for (let i = 0; i < count; i++) sink += f(i % SAMPLES) ? 1 : 0
}

const key = Buffer.alloc(32, 7)
const fulfillmentKey = Buffer.alloc(32, 8)
const streamPacket = new Packet(7, 12, 1000, [
  new frames.StreamMoneyFrame(1, 1),
  new frames.StreamMaxMoneyFrame(1, 1000000, 5000),
  new frames.StreamDataFrame(1, 0, Buffer.alloc(100, 1))
])

// Three frames in; data, fulfillment and condition out.
async function sealAll (count) {
  for (let i = 0; i < count; i++) {
    const data = await streamPacket.serializeAndEncrypt(key)
    const fulfillment = await streamCrypto.generateFulfillment(fulfillmentKey, data)
    sink += (await streamCrypto.hash(fulfillment))[0]
  }
}

// Data in; three frames and the fulfillment out.
async function openAll (count) {
  const data = await streamPacket.serializeAndEncrypt(key)
  for (let i = 0; i < count; i++) {
    const packet = await Packet.decryptAndDeserialize(key, data)
    sink += packet.frames.length
    sink += (await streamCrypto.generateFulfillment(fulfillmentKey, data))[0]
  }
}

function oerWrite (i) {
  const writer = new Writer()
  writer.writeUInt64(samples[i].amount)
  writer.writeVarOctetString(samples[i].data)
  return writer.getBuffer()
}
const written = samples.map((_, i) => oerWrite(i))

function oerRead (i) {
  const reader = Reader.from(written[i])
  return reader.readUInt64() + reader.readVarOctetString().length
}

async function main () {
  console.log('packet', packets[7].toString('hex'))
  const row = async (name, library, run) =>
    console.log(name, library, (await measure(run)).toFixed(1))
  await row('prepare-decode', 'ilp-packet', each((i) => IlpPacket.deserializeIlpPrepare(packets[i])))
  await row('prepare-encode', 'ilp-packet', each((i) => IlpPacket.serializeIlpPrepare(samples[i])))
  await row('oer-read', 'oer-utils', each(oerRead))
  await row('oer-write', 'oer-utils', each(oerWrite))
  await row('stream-seal', 'ilp-protocol-stream', sealAll)
  await row('stream-open', 'ilp-protocol-stream', openAll)
}

main()
