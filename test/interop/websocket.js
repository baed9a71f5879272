// SPDX-License-Identifier: Apache-2.0
// Holds our WebSocket against npm's ws.
//
//     node websocket.js PATH_TO_websocket_peer
//
// First random streams of frames, good and damaged, are read by both sides as
// server and as client: they must give the same events and end with the same
// code, or differ in a way that is listed below; and ws must be able to read
// what we answered. Then ws talks to our echo over sockets that cut the bytes
// anywhere, and each connection is closed by one of the two, with each code.
//
// The environment variable SEED repeats a run.
'use strict'

const net = require('net')
const { spawn, spawnSync } = require('child_process')
const { need } = require('./lib/need')
const { Random } = require('./lib/random')
const { Tally } = require('./lib/tally')
const { hex, unhex, bigEndian } = require('./lib/bytes')
const { WebSocket, WebSocketServer, Receiver } = need('ws')

const STREAMS = 6000 // of each role
const JUDGED_MAX = 1000 // what websocket_peer takes as a judge
const MESSAGE_MAX = 256 * 1024 // and what it takes as a peer
const CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999]
const DEADLINE = 20000 // of a connection, in milliseconds

const [CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG] = [0, 1, 2, 8, 9, 10]
const FINAL = 0x80

const path = process.argv[2]
if (!path) {
  console.error('usage: node websocket.js PATH_TO_websocket_peer')
  process.exit(2)
}
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() % 1e9
const random = new Random(seed)
const tally = new Tally()
console.log(`seed ${seed}`)

// ---- how we are known to differ: what `ours` ended with, and what then must
// be true of `theirs`; the example shows that it is still so.

const isPrefix = (ours, theirs) => ours.every((event, i) => event === theirs[i])

const differences = [
  {
    id: 'long-length',
    why: 'We refuse a length that has more bytes than it needs, as RFC 6455 (5.2) demands; ws reads on.',
    when: (ours, theirs) => ours.end === 'broken 1002 length is longer than it need be' && isPrefix(ours.events, theirs.events),
    example: { client: true, bytes: unhex('827e000161') }
  },
  {
    id: 'length-of-64-bits',
    why: 'To us it breaks the protocol (5.2), to ws it is too big.',
    when: (ours, theirs) => ours.end === 'broken 1002 length has more than 63 bits' && theirs.end === 'broken 1009' && isPrefix(ours.events, theirs.events),
    example: { client: true, bytes: unhex('827fffffffffffffffff') }
  }
]
const seen = Object.fromEntries(differences.map(({ id }) => [id, 0]))

// ---- frames

function head (first, length, masked, width) {
  const bit = masked ? 0x80 : 0
  if (width === 0) return Buffer.from([first, bit | length])
  return Buffer.concat([Buffer.from([first, bit | (width === 2 ? 126 : 127)]), bigEndian(length, width)])
}

const shortest = (length) => length < 126 ? 0 : length < 65536 ? 2 : 8

function frame (first, payload, masked, width = shortest(payload.length)) {
  const start = head(first, payload.length, masked, width)
  if (!masked) return Buffer.concat([start, payload])
  const mask = random.bytes(4)
  return Buffer.concat([start, mask, payload.map((byte, i) => byte ^ mask[i % 4])])
}

const PIECES = ['a', 'é', '€', '😀', '\u0000', '\ud7ff', '\uffff', '\u{10ffff}']
const text = (length) => Buffer.from(Array.from({ length }, () => random.pick(PIECES)).join(''))
const someLength = () => random.oneIn(30) ? random.pick([JUDGED_MAX, JUDGED_MAX + 1, 900]) : random.pick([0, 1, 2, 3, 7, 8, 9, 125, 126, 127, random.below(40)])

function controlFrame (masked) {
  return frame(FINAL | random.pick([PING, PONG]), random.bytes(random.pick([0, 1, 125, random.below(20)])), masked)
}

function closeFrame (masked) {
  const code = random.oneIn(3) ? random.pick([0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535]) : random.pick(CODES)
  const payload = random.oneIn(5) ? Buffer.alloc(0) : Buffer.concat([bigEndian(code, 2), text(random.below(10))])
  return frame(FINAL | CLOSE, random.oneIn(20) ? payload.subarray(0, 1) : payload, masked)
}

// A message in any number of fragments, with control frames between them. A
// text may be cut inside a character.
function messageFrames (masked) {
  const isText = random.oneIn(2)
  const data = isText ? text(random.below(60)) : random.bytes(someLength())
  const frames = []
  let at = 0
  do {
    const end = random.oneIn(2) ? data.length : at + random.below(data.length - at + 1)
    const opcode = frames.length ? CONTINUATION : isText ? TEXT : BINARY
    const isLast = end === data.length && !random.oneIn(10)
    frames.push(frame(opcode | (isLast ? FINAL : 0), data.subarray(at, end), masked))
    at = end
    if (isLast) return frames
  } while (frames.length < 30)
  frames.push(frame(FINAL | CONTINUATION, data.subarray(at), masked))
  return frames.flatMap((one) => random.oneIn(4) ? [controlFrame(masked), one] : [one])
}

// What is wrong in a way that is worth a frame of its own.
function oddFrame (masked) {
  const payload = random.bytes(random.below(10))
  switch (random.below(7)) {
    case 0: // any first byte
      return frame(random.below(256), payload, masked)
    case 1: // the mask of the other role
      return frame(FINAL | BINARY, payload, !masked)
    case 2: // a length in more bytes than it needs
      return frame(FINAL | random.pick([BINARY, PING]), payload, masked, random.pick([2, 8]))
    case 3: // a length without end
      return head(FINAL | BINARY, random.u64(), masked, 8)
    case 4: // text that is none, whole or not
      return frame(random.pick([FINAL, 0]) | TEXT, random.oneIn(2) ? random.bytes(4) : unhex(random.pick(['eda080', 'c080', 'f4908080', 'e282', '80', 'f0808080'])), masked)
    case 5: // a continuation of what may not be
      return frame(random.pick([FINAL, 0]) | CONTINUATION, payload, masked)
    default:
      return frame(random.pick([FINAL, 0]) | random.pick([TEXT, BINARY]), random.bytes(random.pick([JUDGED_MAX + 1, 2000])), masked)
  }
}

function damage (bytes) {
  const at = random.below(bytes.length)
  switch (random.below(4)) {
    case 0:
      bytes[at] ^= 1 << random.below(8)
      return bytes
    case 1:
      bytes[at] = random.below(256)
      return bytes
    case 2:
      return bytes.subarray(0, at)
    default:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(3))])
  }
}

function randomStream (client) {
  const frames = []
  for (let i = 1 + random.below(8); i > 0; i--) {
    if (random.oneIn(12)) frames.push(oddFrame(!client))
    else if (random.oneIn(3)) frames.push(controlFrame(!client))
    else frames.push(...messageFrames(!client))
  }
  if (random.oneIn(3)) frames.push(closeFrame(!client))
  if (random.oneIn(8)) frames.push(controlFrame(!client))
  const bytes = Buffer.concat(frames)
  return { client, bytes: random.oneIn(3) && bytes.length ? damage(bytes) : bytes }
}

// ---- two opinions about a stream: the events, and how it ended, if it did

function pieces (bytes, most) {
  const out = []
  for (let at = 0; at < bytes.length;) {
    const end = at + 1 + random.below(most)
    out.push(bytes.subarray(at, end))
    at = end
  }
  return out
}

function statusOf (error) {
  const symbol = Object.getOwnPropertySymbols(error).find((one) => one.description === 'status-code')
  return error[symbol]
}

async function theirOpinion ({ client, bytes }) {
  const receiver = new Receiver({ isServer: !client, maxPayload: JUDGED_MAX })
  const opinion = { events: [], end: '' }
  const event = (name, data) => opinion.events.push(`${name} ${hex(data)}`)
  receiver.on('message', (data, isBinary) => event(isBinary ? 'binary' : 'text', data))
  receiver.on('ping', (data) => event('ping', data))
  receiver.on('pong', (data) => event('pong', data))
  receiver.on('conclude', (code, reason) => { opinion.end = `closed ${code} ${hex(reason)}` })
  receiver.on('error', (error) => { opinion.end = `broken ${statusOf(error)}` })
  // A copy, since it unmasks where the bytes lie.
  for (const piece of pieces(Buffer.from(bytes), 1 << random.below(12))) {
    if (opinion.end) break
    receiver.write(piece)
  }
  await new Promise(setImmediate)
  return opinion
}

function ourOpinions (streams) {
  const input = Buffer.concat(streams.flatMap(({ client, bytes }) => [bigEndian(bytes.length, 4), Buffer.from([client ? 1 : 0]), bytes]))
  const run = spawnSync(path, ['judge', String(seed)], { input, maxBuffer: 1 << 30, stdio: ['pipe', 'pipe', 'inherit'] })
  if (run.status !== 0) throw new Error(`websocket_peer ended with ${run.signal || run.status}`)
  const opinions = []
  for (let at = 0; at < run.stdout.length;) {
    const end = at + 4 + run.stdout.readUInt32BE(at)
    opinions.push(parseOpinion(run.stdout.toString('latin1', at + 4, end)))
    at = end
  }
  return opinions
}

function parseOpinion (answer) {
  const events = answer.split('\n')
  const sent = unhex(events.pop().slice('sent '.length))
  const end = /^(closed|broken)/.test(events[events.length - 1]) ? events.pop() : ''
  return { events, end, sent }
}

// They have no reason of their own to tell.
const withoutReason = (end) => end.replace(/^(broken \d+).*/, '$1')

function agree (ours, theirs) {
  return withoutReason(ours.end) === theirs.end && JSON.stringify(ours.events) === JSON.stringify(theirs.events)
}

const shown = (value) => JSON.stringify(value).slice(0, 2000)

function compare (stream, ours, theirs) {
  const known = differences.find(({ when }) => when(ours, theirs))
  if (known) seen[known.id]++
  tally.check(agree(ours, theirs) || known, `as ${stream.client ? 'client' : 'server'}: ${hex(stream.bytes).slice(0, 4000)}\n  we   ${shown([ours.events, ours.end])}\n  they ${shown([theirs.events, theirs.end])}`)
  return known
}

// What we sent is good: it answers the first ping; the last of all, once the
// first answer was written and if we may still write; and it ends as it must.
async function checkSent (stream, ours) {
  const read = await theirOpinion({ client: !stream.client, bytes: ours.sent })
  const code = ours.end.split(' ')[1]
  const pongs = ours.events.filter((event) => event.startsWith('ping ')).map((ping) => ping.replace('ping', 'pong'))
  const answers = code ? pongs.slice(0, 1) : [...pongs.slice(0, 1), ...pongs.slice(1).slice(-1)]
  const what = `what we sent, ${hex(ours.sent)}, after ${shown(ours.events)} ${ours.end}`
  tally.check(code ? read.end.startsWith(`closed ${code} `) : read.end === '', what)
  tally.equal(read.events, answers, what)
}

async function judgeStreams () {
  const streams = [false, true].flatMap((client) => Array.from({ length: STREAMS }, () => randomStream(client)))
  const opinions = ourOpinions(streams)
  const ends = {}
  tally.equal(opinions.length, streams.length, 'the number of answers')
  for (const [i, stream] of streams.entries()) {
    compare(stream, opinions[i], await theirOpinion(stream))
    await checkSent(stream, opinions[i])
    const end = opinions[i].end.replace(/^(closed \d+).*/, '$1') || 'goes on'
    ends[end] = (ends[end] || 0) + 1
  }
  for (const [end, count] of Object.entries(ends).sort()) console.log(end.padEnd(60) + String(count).padStart(6))
}

async function judgeExamples () {
  const opinions = ourOpinions(differences.map(({ example }) => example))
  for (const [i, { id, example, when }] of differences.entries()) {
    const theirs = await theirOpinion(example)
    tally.check(when(opinions[i], theirs) && !agree(opinions[i], theirs), `the example of ${id} no longer shows a difference`)
  }
}

// ---- talking to our echo

// Passes on what one side sends, in random pieces.
function pass (from, to) {
  const most = 1 << random.pick([3, 8, 12, 17])
  from.on('data', (chunk) => {
    for (const piece of chunk.length > 64 * most ? [chunk] : pieces(chunk, most)) to.write(piece)
  })
  from.on('end', () => to.end())
  for (const one of [from, to]) one.on('error', () => {}) // the ends tell
}

function join (socket, role) {
  const peer = spawn(path, [role, String(random.below(1e9))], { stdio: ['pipe', 'pipe', 'inherit'] })
  socket.setNoDelay(true)
  pass(socket, peer.stdin)
  pass(peer.stdout, socket)
  return new Promise((resolve) => peer.on('close', (status, signal) => resolve(signal || status)))
}

const listening = (server) => new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))

// A WebSocket of ws that is joined to our server.
async function connectToServer () {
  const server = net.createServer()
  await listening(server)
  const joined = new Promise((resolve) => server.once('connection', (socket) => {
    server.close()
    resolve({ exited: join(socket, 'server') })
  }))
  const ws = new WebSocket(`ws://127.0.0.1:${server.address().port}/echo`)
  return { ws, ...await joined }
}

// And to our client.
async function connectToClient () {
  const server = require('http').createServer()
  const sockets = new WebSocketServer({ server, perMessageDeflate: true })
  await listening(server)
  const joined = new Promise((resolve) => sockets.once('connection', resolve))
  const exited = join(net.connect(server.address().port, '127.0.0.1'), 'client')
  const ws = await Promise.race([joined, exited.then(() => { throw new Error('our client found no server') })])
  server.close()
  return { ws, exited }
}

const messageLength = () => random.oneIn(10) ? random.pick([65535, 65536, MESSAGE_MAX, random.below(MESSAGE_MAX)]) : random.pick([0, 1, 124, 125, 126, 127, 128, random.below(3000)])

// Random bytes are slow to make.
const noise = random.bytes(MESSAGE_MAX + 4096)
const someBytes = (length) => noise.subarray(random.below(4096)).subarray(0, length)

function ping (ws, expected) {
  const data = random.bytes(random.below(126))
  ws.ping(data)
  expected.pongs.push(hex(data))
}

// A message, fragmented or not, of which an echo is expected.
function sendMessage (ws, expected) {
  const isText = random.oneIn(3)
  const data = isText ? text(random.below(200)) : someBytes(messageLength())
  let at = 0
  while (random.oneIn(3)) {
    const end = at + random.below(data.length - at + 1)
    ws.send(data.subarray(at, end), { fin: false, binary: !isText })
    if (random.oneIn(3)) ping(ws, expected)
    at = end
  }
  ws.send(data.subarray(at), { fin: true, binary: !isText })
  expected.echoes.push(hex(data))
}

const PONGED = hex(Buffer.from('pong '))

function act (ws, expected) {
  const data = random.bytes(random.below(60))
  switch (random.below(6)) {
    case 0:
      ping(ws, expected)
      break
    case 1: // comes back as a message
      ws.pong(data)
      expected.ponged.push(PONGED + hex(data))
      break
    case 2: { // comes as a ping, and ws answers that by itself
      const name = Buffer.from(`number ${random.below(1e9)}`)
      ws.send(`/ping ${name}`)
      expected.pings.push(hex(name))
      expected.ponged.push(PONGED + hex(name))
      break
    }
    default:
      sendMessage(ws, expected)
  }
}

const closings = {
  // We echo the code, and not the reason.
  they: (ws, code) => {
    ws.close(code, 'thank you')
    return { code, reason: '' }
  },
  we: (ws, code) => {
    ws.send(`/close ${code} our reason`)
    return { code, reason: 'our reason' }
  },
  tooBig: (ws) => {
    ws.send(someBytes(MESSAGE_MAX + 1))
    return { code: 1009, reason: 'message is too big' }
  }
}

const nothing = () => ({ echoes: [], pings: [], pongs: [], ponged: [] })

function watch (ws) {
  const came = nothing()
  ws.on('message', (data) => (hex(data).startsWith(PONGED) ? came.ponged : came.echoes).push(hex(data)))
  ws.on('ping', (data) => came.pings.push(hex(data)))
  ws.on('pong', (data) => came.pongs.push(hex(data)))
  ws.on('error', (error) => tally.fail(`ws: ${error.message}`))
  const closed = new Promise((resolve) => ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })))
  return { came, closed }
}

const opened = (ws) => ws.readyState === WebSocket.OPEN || new Promise((resolve) => ws.once('open', resolve))

const messages = ({ echoes, ponged }) => echoes.length + ponged.length

// Waits until so many messages have come.
async function settled (came, expected) {
  while (messages(came) < messages(expected)) await new Promise(setImmediate)
}

function isSubsequence (list, of) {
  let at = 0
  return list.every((one) => (at = of.indexOf(one, at) + 1) > 0)
}

// Everything came, and in its order; but that of pongs that ws sends by itself
// is its own affair, and we may leave out pongs but not all of them.
function compareTalk (came, expected, what) {
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)
  tally.check(same(came.echoes, expected.echoes), `${what}: the echoes`)
  tally.check(same(came.ponged.sort(), expected.ponged.sort()), `${what}: our pongs`)
  tally.equal(came.pings, expected.pings, `${what}: the pings`)
  tally.check(isSubsequence(came.pongs, expected.pongs), `${what}: the pongs`)
  tally.equal(came.pongs.length > 0, expected.pongs.length > 0, `${what}: are there pongs`)
}

async function talk (connect, closing, code) {
  const { ws, exited } = await connect()
  const { came, closed } = watch(ws)
  const expected = nothing()
  const what = `${connect.name}, closed ${closing} with ${code}`
  const timer = setTimeout(() => {
    console.error(`FAILED ${what}: has not ended; ${messages(came)} of ${messages(expected)} messages`)
    process.exit(1)
  }, DEADLINE)
  await opened(ws)
  tally.equal(ws.extensions, '', `${what}: the extensions`)
  for (let i = random.below(30); i > 0; i--) {
    act(ws, expected)
    if (random.oneIn(5)) await settled(came, expected)
  }
  await settled(came, expected)
  const end = closings[closing](ws, code)
  tally.equal(await closed, end, `${what}: the end`)
  tally.equal(await exited, 0, `${what}: the status of websocket_peer`)
  compareTalk(came, expected, what)
  clearTimeout(timer)
}

async function main () {
  await judgeExamples()
  await judgeStreams()
  for (const connect of [connectToServer, connectToClient]) {
    for (const closing of ['they', 'we']) {
      for (const code of CODES) await talk(connect, closing, code)
    }
    await talk(connect, 'tooBig', 1009)
  }
  console.log('\nknown difference            times')
  for (const [id, times] of Object.entries(seen)) console.log(id.padEnd(24) + String(times).padStart(9))
  process.exit(tally.end())
}

main().catch((error) => {
  console.error(error)
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`)
  process.exit(1)
})
