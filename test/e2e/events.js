// SPDX-License-Identifier: Apache-2.0
// What happens in ilpd, as those hear it who listen: by the admin API, by "ilp
// watch" and by "ilp top"; and that the node goes on when they do not.
//
//     node events.js PATH_TO_ilpd PATH_TO_ilp [CLAIM...]
'use strict'

const assert = require('assert')
const http = require('http')
const net = require('net')
const path = require('path')
const { account, folder } = require('../interop/lib/ilpd')
const { need } = require('../interop/lib/need')
const { Payment } = require('../interop/lib/payment')
const { Program } = require('../interop/lib/program')
const { until } = require('../interop/lib/wait')
const { ask } = require('./lib/ask')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const Ajv = need('ajv/dist/2020')
const addFormats = need('ajv-formats')

const ilp = process.argv[3]
const PLAIN = { PATH: process.env.PATH, HOME: folder, TERM: 'xterm' }
const FLOOD = 6000 // packets: more than buffers hold of what is told of them
const AT_ONCE = 50

let sockets = 0

const accounts = [
  account('alice', { incomingToken: 'TOKEN-a', routes: ['test.alice'] }),
  account('bob', { incomingToken: 'TOKEN-b', routes: ['test.bob'] })
]

async function open (config) {
  const socketPath = path.join(folder, `events-${++sockets}.sock`)
  const ilpd = await start({ accounts, admin: { socket: socketPath }, ...config })
  return { ilpd, socketPath }
}

async function endsWell ({ ilpd }) {
  const { status, errors } = await ilpd.stop()
  assert.deepStrictEqual([status, errors], [0, ''])
}

const connect = ({ ilpd }, token) => Client.connect(ilpd.port, token)

async function pay (from, destination, options) {
  const payment = new Payment({ destination, ...options })
  await payment.send(from)
  return payment
}

// So many payments, some of them at a time.
async function payMany (from, destination, count) {
  let left = count
  const payer = async () => { while (left-- > 0) assert((await pay(from, destination)).fulfilled) }
  await Promise.all(Array.from({ length: AT_ONCE }, payer))
}

// The messages in the text of a stream: { id, event, data }.
const messages = (text) => text.split('\n\n').slice(0, -1).map((block) => {
  const fields = Object.fromEntries(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]))
  return fields.data && { id: fields.id, event: fields.event, data: JSON.parse(fields.data) }
}).filter(Boolean)

// Somebody who listens.
class Listener {
  static begin (at, query = '', headers = {}) {
    const listener = new Listener()
    listener.text = ''
    return new Promise((resolve, reject) => {
      listener.request = http.get({ ...at, path: `/v1/events${query}`, headers, agent: false }, (response) => {
        assert.deepStrictEqual([response.statusCode, response.headers['content-type']], [200, 'text/event-stream'])
        response.setEncoding('utf8').on('data', (chunk) => { listener.text += chunk }).on('end', () => { listener.over = true }).on('error', () => {})
        resolve(listener)
      }).on('error', reject)
    })
  }

  get heard () {
    return messages(this.text)
  }

  until (event, data = {}) {
    const matches = (m) => m.event === event && Object.entries(data).every(([key, value]) => m.data[key] === value)
    return until(`${event} ${JSON.stringify(data)}`, () => this.heard.find(matches))
  }

  end () {
    this.request.destroy()
  }
}

const ALL = '?kinds=packets,balances,links,routes,alerts,accounts'

async function a_stream_tells_what_happens_as_its_document_says () {
  const node = await open()
  const { json: document } = await ask(node, '/v1/openapi.json')
  const ajv = new Ajv({ strict: false, allErrors: true })
  addFormats(ajv)
  ajv.addSchema({ $id: 'api', components: document.components })
  assert(document.paths['/v1/events'].get.parameters.some(({ name, in: where }) => name === 'Last-Event-ID' && where === 'header'))
  const told = document.paths['/v1/events'].get.responses[200].content['text/event-stream'].schema.oneOf
  const listener = await Listener.begin(node, ALL)
  const alice = await connect(node, 'TOKEN-a')
  const bob = await connect(node, 'TOKEN-b')
  await listener.until('link', { account: 'bob', state: 'up' })
  assert((await pay(alice, 'test.bob', { amount: '7' })).fulfilled)
  assert.deepStrictEqual((await pay(alice, 'test.nobody')).reject.code, 'F02')
  const fulfilled = await listener.until('packet', { outcome: 'fulfilled' })
  assert.deepStrictEqual([fulfilled.data.account, fulfilled.data.to, fulfilled.data.destination, fulfilled.data.amountIn, fulfilled.data.amountOut, fulfilled.data.code], ['alice', 'bob', 'test.bob', '7', '7', null])
  await listener.until('packet', { outcome: 'rejected', code: 'F02', destination: 'test.nobody', to: null })
  await listener.until('balance', { account: 'alice', balance: '7' })
  await listener.until('balance', { account: 'bob', balance: '-7' })
  assert.strictEqual((await ask(node, '/v1/routes/test.more', { method: 'PUT', body: { account: 'bob' } })).status, 200)
  await listener.until('route', { change: 'set', prefix: 'test.more', account: 'bob' })
  assert.strictEqual((await ask(node, '/v1/accounts/bob/stop', { method: 'POST' })).status, 200)
  await listener.until('account', { account: 'bob', change: 'stopped' })
  await Promise.all([alice.close(), bob.close()])
  await listener.until('link', { account: 'bob', state: 'down' })
  await endsWell(node)
  await listener.until('end', { reason: 'the node has ended' })
  await until('the stream ends', () => listener.over)
  for (const { event, data } of listener.heard) {
    const name = `${event[0].toUpperCase()}${event.slice(1)}Event`
    assert(told.some(({ $ref }) => $ref === `#/components/schemas/${name}`))
    const validate = ajv.getSchema(`api#/components/schemas/${name}`)
    assert(validate(data), JSON.stringify([data, validate.errors]))
  }
}

async function who_comes_back_hears_what_happened_meanwhile () {
  const node = await open()
  const first = await Listener.begin(node)
  const alice = await connect(node, 'TOKEN-a')
  const { id } = await first.until('link', { account: 'alice', state: 'up' })
  first.end()
  await alice.close()
  const second = await Listener.begin(node, '', { 'Last-Event-ID': id })
  await second.until('link', { account: 'alice', state: 'down' })
  assert(second.heard.every((message) => Number(message.id) > Number(id)))
  const third = await Listener.begin(node, '', { 'Last-Event-ID': '12345' })
  await third.until('missed')
  for (const listener of [second, third]) listener.end()
  await endsWell(node)
}

async function who_stops_reading_misses_some_and_the_node_goes_on () {
  const node = await open()
  const alice = await connect(node, 'TOKEN-a')
  const bob = await connect(node, 'TOKEN-b')
  const quick = await Listener.begin(node, '?kinds=balances')
  const slow = net.connect(node.socketPath)
  let text = ''
  slow.setEncoding('utf8').write('GET /v1/events?kinds=packets HTTP/1.1\r\nHost: x\r\n\r\n')
  await new Promise((resolve) => slow.once('data', (chunk) => { text += chunk; resolve() }))
  slow.pause()
  await payMany(alice, 'test.bob', FLOOD)
  await quick.until('balance', { account: 'alice', balance: String(FLOOD * 1000) })
  assert.strictEqual((await ask(node, '/v1/health')).status, 200)
  slow.on('data', (chunk) => { text += chunk }).resume()
  const heard = () => messages(text.slice(text.indexOf('\r\n\r\n') + 4))
  const count = (event, of) => heard().filter((m) => m.event === event).reduce((sum, m) => sum + of(m), 0)
  const missed = () => count('missed', ({ data }) => data.count)
  const packets = () => count('packet', () => 1)
  await until('it is told what it missed', () => missed() > 0 && packets() + missed() >= FLOOD)
  assert(packets() < FLOOD)
  assert((await pay(alice, 'test.bob', { amount: '77' })).fulfilled)
  await until('it hears again', () => heard().some(({ data }) => data.amountIn === '77'))
  slow.destroy()
  quick.end()
  await Promise.all([alice.close(), bob.close()])
  await endsWell(node)
}

async function a_stream_ends_with_its_token () {
  const node = await open({ admin: { socket: path.join(folder, 'token.sock'), tcpHost: '127.0.0.1', tcpPort: 0 } })
  const port = Number(/is managed on 127\.0\.0\.1:(\d+) by/.exec(node.ilpd.program.output)[1])
  const local = { socketPath: path.join(folder, 'token.sock') }
  const { json: { token } } = await ask(local, '/v1/tokens', { method: 'POST', body: { name: 'watch', scope: 'read' } })
  const listener = await Listener.begin({ port }, '', { authorization: `Bearer ${token}` })
  assert.strictEqual((await ask({ port }, '/v1/events')).status, 401)
  assert.strictEqual((await ask(local, '/v1/tokens/watch', { method: 'DELETE' })).status, 204)
  await listener.until('end', { reason: 'the token is not good any more' })
  await until('the stream ends', () => listener.over)
  await endsWell(node)
}

const command = ({ socketPath }, ...words) => new Program([ilp, ...words, '--socket', socketPath], PLAIN)

async function watch_shows_a_line_for_each_event_until_the_node_ends () {
  const node = await open()
  const people = command(node, 'watch', '--kinds', 'packets,links,balances,accounts', '--account', 'alice')
  const programs = command(node, '--json', 'watch')
  // It listens when it has heard something.
  const stopped = async () => {
    for (const change of ['stop', 'start']) await ask(node, `/v1/accounts/alice/${change}`, { method: 'POST' })
    return /alice/.test(people.output) && /alice/.test(programs.output)
  }
  await until('both listen', stopped)
  const alice = await connect(node, 'TOKEN-a')
  const bob = await connect(node, 'TOKEN-b')
  assert((await pay(alice, 'test.bob', { amount: '1500' })).fulfilled)
  await people.until('a packet', () => /^\d\d:\d\d:\d\d\.\d{3}Z {2}packet {3}alice {2}to bob 1500 for test\.bob: fulfilled in \d+ us$/m.test(people.output))
  await people.until('a balance', () => /^\S+ {2}balance {2}alice {2}\S+ [A-Z]+$/m.test(people.output))
  assert.match(people.output, /^\S+ {2}link {5}alice {2}up$/m)
  assert(!/bob {2}up/.test(people.output))
  await programs.until('a link', () => /"account":"bob","state":"up"/.test(programs.output))
  await Promise.all([alice.close(), bob.close()])
  await endsWell(node)
  assert.deepStrictEqual([await people.wait(), people.errors], [1, 'ilp: that was the last event: the node has ended\n'])
  assert.strictEqual(await programs.wait(), 1)
  const lines = programs.output.trim().split('\n').map((line) => JSON.parse(line))
  assert.deepStrictEqual(lines[lines.length - 1].event, 'end')
}

async function watch_says_that_the_node_is_gone () {
  const node = await open()
  const watch = command(node, 'watch')
  await until('it listens', async () => {
    for (const change of ['stop', 'start']) await ask(node, `/v1/accounts/alice/${change}`, { method: 'POST' })
    return watch.output
  })
  node.ilpd.program.signal('SIGKILL')
  assert.deepStrictEqual([await watch.wait(), watch.errors], [1, 'ilp: the node is gone, and has not said why\n'])
  const nobody = command(node, 'watch')
  assert.strictEqual(await nobody.wait(), 1)
  assert.match(nobody.errors, /^ilp: no node answers at /)
}

async function top_shows_what_accounts_do () {
  const node = await open()
  const alice = await connect(node, 'TOKEN-a')
  const bob = await connect(node, 'TOKEN-b')
  let ended = false
  const paying = (async () => { while (!ended) await pay(alice, 'test.bob') })()
  const people = command(node, 'top', '--once')
  const programs = command(node, '--json', 'top', '--once', '--sort', 'balance')
  assert.deepStrictEqual([await people.wait(), people.errors], [0, ''])
  assert.deepStrictEqual([await programs.wait(), programs.errors], [0, ''])
  ended = true
  await paying
  assert.match(people.output, /^2 of 2 accounts are connected, \d+ packets in flight\n(\d+\.\d) packets\/s: \d+\.\d fulfilled\/s, 0\.0 rejected\/s\nACCOUNT +LINK +PACKETS\/S /)
  assert.match(people.output, /^alice +up +[1-9]\d*\.\d +[1-9]\d*\.\d +0\.0 +\d\S* +[A-Z]+ +\S*[1-9]\S* +0$/m)
  assert.match(people.output, /^bob +up +[1-9]\d*\.\d +[1-9]\d*\.\d +0\.0 +-\S+ +[A-Z]+ +0 +\S*[1-9]\S*$/m)
  const frame = JSON.parse(programs.output)
  assert(frame.packetsPerSecond > 0 && frame.fulfilledPerSecond > 0)
  assert.deepStrictEqual(frame.accounts.map(({ account, connected, rejectedPerSecond }) => [account, connected, rejectedPerSecond]), [['alice', true, 0], ['bob', true, 0]])
  const nowhere = command(node, 'top')
  assert.strictEqual(await nowhere.wait(), 2)
  await Promise.all([alice.close(), bob.close()])
  await endsWell(node)
}

prove(
  a_stream_tells_what_happens_as_its_document_says,
  who_comes_back_hears_what_happened_meanwhile,
  who_stops_reading_misses_some_and_the_node_goes_on,
  a_stream_ends_with_its_token,
  watch_shows_a_line_for_each_event_until_the_node_ends,
  watch_says_that_the_node_is_gone,
  top_shows_what_accounts_do
)
