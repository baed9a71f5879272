// SPDX-License-Identifier: Apache-2.0
// Puts our routing beside that of ilp-connector: each hears of the other's
// routes, of those that come and go, and again when the connection or a node
// was away.
//
//     node routing.js PATH_TO_routing_peer
'use strict'

const assert = require('assert')
const { EventEmitter } = require('events')
const { spawn } = require('child_process')
const { createInterface } = require('readline')
const { need } = require('./lib/need')
const { pause, until } = require('./lib/wait')

need('ilp-connector')
const part = (name) => require(`ilp-connector/dist/${name}`).default
const Accounts = part('services/accounts')
const Config = part('services/config')
const Broadcaster = part('services/route-broadcaster')
const ForwardingTable = part('services/forwarding-routing-table')
const LocalTable = part('services/routing-table')
const Controller = part('controllers/ccp')
const packets = require('ilp-packet')

const program = process.argv[2]
if (!program) {
  console.error('usage: node routing.js PATH_TO_routing_peer')
  process.exit(2)
}

// ---- our node: questions in lines, each with one line of answer

class Ours {
  constructor () {
    this.waiting = []
    this.child = spawn(program, ['test'], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.exited = new Promise((resolve) => this.child.on('close', resolve))
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()(line))
  }

  say (command, ...words) {
    return new Promise((resolve) => {
      this.waiting.push(resolve)
      this.child.stdin.write([Date.now(), command, ...words].join(' ') + '\n')
    })
  }

  async learned () {
    const text = await this.say('learned')
    return text.trim().split(' ').sort().join(' ')
  }

  async end () {
    this.child.stdin.end()
    assert.strictEqual(await this.exited, 0)
  }
}

// ---- ilp-connector: its own services, but for the accounts

class Link extends EventEmitter {
  constructor () {
    super()
    this.ours = null
  }

  isConnected () {
    return this.ours !== null
  }

  async sendData (data) {
    if (!this.ours) throw new Error('not connected')
    return Buffer.from(await this.ours.say('prepare', data.toString('hex')), 'hex')
  }
}

class Theirs {
  constructor () {
    this.link = new Link()
    const idle = Object.assign(new EventEmitter(), { isConnected: () => false })
    const infos = { c: { relation: 'peer' }, x: { relation: 'peer', sendRoutes: false, receiveRoutes: false } }
    this.config = {
      env: 'test',
      routes: [],
      defaultRoute: '',
      routingSecret: '',
      routeBroadcastEnabled: true,
      routeBroadcastInterval: 30000,
      routeExpiry: 45000
    }
    this.parts = new Map([
      [Config, this.config],
      [Accounts, {
        getAccountIds: () => Object.keys(infos),
        getInfo: (id) => infos[id],
        getPlugin: (id) => id === 'c' ? this.link : idle,
        getOwnAddress: () => 'test.js',
        exists: (id) => id in infos
      }]
    ])
    const deps = (Part) => {
      if (!this.parts.has(Part)) this.parts.set(Part, new Part(deps))
      return this.parts.get(Part)
    }
    this.broadcaster = deps(Broadcaster)
    this.controller = deps(Controller)
    this.local = deps(LocalTable)
    this.forwarding = deps(ForwardingTable)
    this.broadcaster.start()
  }

  // As its peer protocol controller has it.
  async take (data) {
    try {
      const parsedPacket = packets.deserializeIlpPrepare(data)
      return await this.controller.handle(data, 'c', { parsedPacket })
    } catch (error) {
      return packets.errorToReject('test.js', error)
    }
  }

  // Where its routes lead, and by which path.
  knows (prefix) {
    const route = this.local.get(prefix)
    return route && `${route.nextHop}:${route.path.join(':')}`
  }

  announce (...prefixes) {
    const before = this.config.routes.map((route) => route.targetPrefix)
    this.config.routes = prefixes.map((targetPrefix) => ({ targetPrefix, peerId: 'x' }))
    for (const prefix of [...before, ...prefixes]) this.broadcaster.updatePrefix(prefix)
    for (const peer of this.broadcaster.peers.values()) peer.getSender().scheduleRouteUpdate()
  }
}

// ---- both

async function connect (ours, theirs) {
  theirs.link.ours = ours
  await ours.say('up')
  theirs.link.emit('connect')
}

async function disconnect (ours, theirs) {
  theirs.link.ours = null
  await ours.say('down')
  theirs.link.emit('disconnect')
}

// What we have to send is sent, while anything is asked for.
async function carry (ours, theirs) {
  for (;;) {
    const line = await ours.say('next')
    if (line === 'nothing') return
    const [number, hex] = line.split(' ')
    if (!theirs.link.isConnected()) continue
    const reply = await theirs.take(Buffer.from(hex, 'hex'))
    await ours.say('answer', number, reply.toString('hex'))
  }
}

const eventually = (ours, theirs, what, look) => until(what, async () => {
  await carry(ours, theirs)
  return look()
})

async function main () {
  let ours = new Ours()
  const theirs = new Theirs()
  const weLearn = (expected) => eventually(ours, theirs, `to learn ${expected}`,
    async () => await ours.learned() === expected)
  const theyKnow = (prefix, expected) => eventually(ours, theirs, `them to know ${prefix}`,
    () => theirs.knows(prefix) === expected)

  await ours.say('set', 'test.near')
  theirs.announce('test.far')
  await connect(ours, theirs)
  await weLearn('test.far:test.js test.js:test.js')
  await theyKnow('test.near', 'c:test.c')
  await theyKnow('test.c', 'c:test.c')
  await eventually(ours, theirs, 'both conversations to be established',
    async () => await ours.say('state') === 'established established')

  // Both ways routes come and go.
  await ours.say('set', 'test.near.shop')
  await theyKnow('test.near.shop', 'c:test.c')
  await ours.say('unset', 'test.near')
  await theyKnow('test.near', undefined)
  theirs.announce('test.far', 'test.farther')
  await weLearn('test.far:test.js test.farther:test.js test.js:test.js')
  theirs.announce('test.farther')
  await weLearn('test.farther:test.js test.js:test.js')

  // Many, in as many updates as that takes.
  const many = Array.from({ length: 400 }, (_, i) => `test.many.${i}`)
  for (const prefix of many) await ours.say('set', prefix)
  for (const prefix of many) await theyKnow(prefix, 'c:test.c')
  theirs.announce('test.farther', ...Array.from({ length: 120 }, (_, i) => `test.lots.${i}`))
  await eventually(ours, theirs, 'to learn lots of routes',
    async () => (await ours.learned()).split(' ').length === 122)
  theirs.announce('test.farther')
  await weLearn('test.farther:test.js test.js:test.js')

  // The connection was away.
  await disconnect(ours, theirs)
  assert.strictEqual(await ours.learned(), '')
  assert.strictEqual(theirs.knows('test.near.shop'), undefined)
  await connect(ours, theirs)
  await weLearn('test.farther:test.js test.js:test.js')
  await theyKnow('test.near.shop', 'c:test.c')

  // So was our node, which has other routes now.
  await disconnect(ours, theirs)
  await ours.end()
  ours = new Ours()
  await ours.say('set', 'test.new')
  await connect(ours, theirs)
  await weLearn('test.farther:test.js test.js:test.js')
  await theyKnow('test.new', 'c:test.c')
  assert.strictEqual(theirs.knows('test.near.shop'), undefined)

  // An update that comes too early is refused, and they are told where we are.
  const forwarding = theirs.forwarding
  const gap = require('ilp-protocol-ccp').serializeCcpRouteUpdateRequest({
    speaker: 'test.js',
    routingTableId: forwarding.routingTableId,
    holdDownTime: 45000,
    currentEpochIndex: forwarding.currentEpoch + 5,
    fromEpochIndex: forwarding.currentEpoch + 4,
    toEpochIndex: forwarding.currentEpoch + 5,
    newRoutes: [],
    withdrawnRoutes: []
  })
  const reply = packets.deserializeIlpPacket(await theirs.link.sendData(gap))
  assert.strictEqual(reply.data.code, 'F00')
  assert.strictEqual((await ours.say('state')).split(' ')[0], 'syncing')
  await eventually(ours, theirs, 'to be in step again',
    async () => (await ours.say('state')).split(' ')[0] === 'established')

  await ours.end()
  await pause(0)
  console.log('both ways, with ilp-connector')
  process.exit(0) // its timers go on
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
