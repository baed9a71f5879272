// SPDX-License-Identifier: Apache-2.0
// The admin API of ilpd asked for whatever its own document allows, and for much
// that it does not: all answers are as the document says, nothing that it does
// not allow is done, packets flow, and all is there after a restart.
//
//     node document.js PATH_TO_ilpd [SEED]
'use strict'

const assert = require('assert')
const http = require('http')
const path = require('path')
const { account, folder } = require('../interop/lib/ilpd')
const { Payment } = require('../interop/lib/payment')
const { need } = require('../interop/lib/need')
const { Random } = require('../interop/lib/random')
const { ask } = require('./lib/ask')
const { start, prove } = require('./lib/claims')
const { Document } = require('./lib/document')
const { keepPaying } = require('./lib/paying')
const { Wish } = require('./lib/wish')

const Ilp = need('ilp-packet')

const REQUESTS = 3000
const MORE = 1000 // of one kind at most, that has not gone well yet
const RARE = ['resolveAccount', 'confirmPrice'] // which a crash, and a jump, come before
const AT_ONCE = 8
const ALERT_EVERY = 50
const SEED = Number(process.argv.slice(3).find((word) => /^\d+$/.test(word)) || 20261128)
const NAMES = ['alice', 'bob', 'carol', 'dave', 'erin', 'test.erin', 'test', 'default', 'prometheus', '1', '2', 'nobody']
// What is likely to be there, or to fit, by the name of the part of the path.
const LIKELY = { id: ['carol', 'dave', '1', '2'], prefix: ['test.x', 'g'], name: ['carol', 'prometheus'] }

const accounts = [
  account('alice', { incomingToken: 'TOKEN-a', routes: ['test.alice'] }),
  account('bob', { incomingToken: 'TOKEN-b', routes: ['test.bob'] })
]

// One request, of the seed and its number; of any operation, or of this one.
class Request {
  constructor (document, number, operation) {
    this.document = document
    this.random = new Random(SEED + number * 7919)
    this.wish = new Wish(this.random, NAMES, (schema) => document.resolve(schema))
    this.one = operation ? document.operations.find((one) => one.operation === operation) : this.random.pick(document.operations)
    this.target = this.one.target.replace(/{(\w+)}/g, (_, name) => this.part(name))
    // A part may lead elsewhere, as ".." does, or nowhere.
    this.plain = this.target.split('/').length === this.one.target.split('/').length && !/\/\.{0,2}(\/|$)/.test(this.target)
    this.body = this.makeBody()
  }

  part (name) {
    const { random } = this
    if (LIKELY[name] && random.oneIn(2)) return random.pick(LIKELY[name])
    const part = random.oneIn(4) ? random.text(80) : random.pick(NAMES)
    if (random.oneIn(30)) return random.pick(['', '%', '%zz', '%00', '..', '.', 'a/b', '%2f', 'x'.repeat(3000)])
    return encodeURIComponent(part)
  }

  query (operation) {
    const { random } = this
    const asked = operation.parameters.filter((one) => one.in === 'query' && random.oneIn(2))
    const pairs = asked.map(({ name, schema }) => `${name}=${encodeURIComponent(random.oneIn(4) ? random.text(20) : this.wish.value(schema))}`)
    if (random.oneIn(20)) pairs.push(random.pick(['&&', '=', '%', 'limit', 'limits=1', 'limit=1&limit=2', 'cursor=-1']))
    return pairs.length ? `?${pairs.join('&')}` : ''
  }

  // The body's text, and whether the document allows it; undefined: none.
  makeBody () {
    const { random, wish, document, one } = this
    const schema = document.body(one)
    if (!schema) return random.oneIn(10) ? { text: random.pick(['{}', 'null', 'x', '[1]']) } : undefined
    if (random.oneIn(60)) return { text: '', allowed: !one.operation.requestBody.required }
    if (random.oneIn(20)) return { text: random.pick(['{', '{"a":1}}', '\u0000', '['.repeat(2000)]), allowed: false }
    let thing = wish.value(schema)
    if (random.oneIn(3)) thing = wish.spoiled(thing)
    return { text: JSON.stringify(thing), allowed: document.allows(one, thing) }
  }

  // Fields of the head that the document has, a few of them used again.
  fields ({ parameters }) {
    const wanted = parameters.filter((one) => one.in === 'header' && !this.random.oneIn(8))
    return Object.fromEntries(wanted.map(({ name }) => [name, this.random.oneIn(3) ? this.random.pick(NAMES) : `key-${this.random.below(1e9)}`]))
  }

  // What came of it: "addAccount 201".
  async send (at) {
    const { one, body, document } = this
    const target = this.target + this.query(one.operation)
    const answer = await ask(at, target, { method: one.method.toUpperCase(), body: body?.text, headers: this.fields(one.operation) })
    const what = `${one.method} ${target} ${body?.text?.slice(0, 2000)}: ${answer.status} ${answer.body}`
    assert(answer.status < 500 || (answer.status === 503 && one.target === '/v1/ready'), what)
    if (this.plain) document.judge(one, answer, what)
    if (answer.status < 300) assert(body?.allowed !== false, what)
    return `${one.operation.operationId} ${answer.status}`
  }
}

// What a peer says that makes an alert.
const OWED_TOO_MUCH = Ilp.serializeIlpReject({ code: 'T04', triggeredBy: 'test.bob', message: 'exceeded maximum balance.', data: Buffer.alloc(0) })

const open = (dataFile) => start({ ledger: 'sqlite', durability: 'relaxed', dataFile, accounts })

async function everything_is_done_again (at) {
  assert((await ask(at, '/v1/start', { method: 'POST' })).status < 300)
  for (const id of ['alice', 'bob']) assert.strictEqual((await ask(at, `/v1/accounts/${id}/start`, { method: 'POST' })).status, 200)
}

const all = async (at, target) => {
  const items = []
  for (let cursor = ''; cursor !== null;) {
    const { status, body, json } = await ask(at, `${target}${cursor && `?cursor=${cursor}`}`)
    assert.strictEqual(status, 200, body)
    items.push(...json.items)
    cursor = json.next ?? null
  }
  return items.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}

async function whatever_is_asked_the_document_holds () {
  const dataFile = path.join(folder, 'document.db')
  const agent = new http.Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const at = { socketPath: `${dataFile}.sock`, agent }
  let ilpd = await open(dataFile)
  const document = await Document.of(at)
  // One has no end: events.js listens to it.
  document.operations = document.operations.filter(({ target }) => target !== '/v1/events')
  const peers = await keepPaying(ilpd.port, () => true)
  const counts = {}
  const send = async (request) => {
    const kind = await request.send(at)
    counts[kind] = (counts[kind] || 0) + 1
  }
  let next = 0
  const work = async () => {
    for (let number; (number = next++) < REQUESTS;) {
      if (number % ALERT_EVERY === 0) await new Payment({ destination: 'test.bob', answer: () => OWED_TOO_MUCH }).send(peers.alice)
      await send(new Request(document, number))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  console.log(`seed ${SEED}: ${JSON.stringify(counts)}`)
  for (const { operation } of document.operations.filter(({ operation }) => !RARE.includes(operation.operationId))) {
    const wentWell = () => Object.keys(counts).some((kind) => kind.startsWith(`${operation.operationId} 2`))
    for (let more = 0; more < MORE && !wentWell(); more++) await send(new Request(document, next++, operation))
    assert(wentWell(), `${operation.operationId} never went well`)
  }
  await everything_is_done_again(at)
  await peers.goOn(20)
  await peers.end()
  const before = [await all(at, '/v1/routes'), (await all(at, '/v1/accounts')).map(({ id }) => id), await all(at, '/v1/tokens')]
  assert.deepStrictEqual(await ilpd.stop().then(({ status, errors }) => [status, errors]), [0, ''])
  ilpd = await open(dataFile)
  assert.deepStrictEqual([await all(at, '/v1/routes'), (await all(at, '/v1/accounts')).map(({ id }) => id), await all(at, '/v1/tokens')], before)
  const again = await keepPaying(ilpd.port)
  await again.goOn(20)
  await again.end()
  agent.destroy()
  assert.deepStrictEqual(await ilpd.stop().then(({ status, errors }) => [status, errors]), [0, ''])
}

prove(whatever_is_asked_the_document_holds)
