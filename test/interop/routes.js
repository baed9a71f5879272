// SPDX-License-Identifier: Apache-2.0
// Routes that nodes tell each other (CCP), with an ilp-connector among them.
//
//     west -- middle -- east          (west, east: ilpd; middle: ilp-connector)
//        \____________/               (a second way, in the ring)
//
//     node routes.js PATH_TO_ilpd PATH_TO_ilp [CLAIM...]
'use strict'

const assert = require('assert')
const path = require('path')
const { account, folder } = require('./lib/ilpd')
const { IlpConnector, listener, peer } = require('./lib/ilp_connector')
const { freePorts } = require('./lib/plugin')
const { Program } = require('./lib/program')
const { until } = require('./lib/wait')
const { ask } = require('../e2e/lib/ask')
const { start, prove } = require('../e2e/lib/claims')
const { Client } = require('../e2e/lib/client')

const ilp = process.argv[3]
const USD = { assetCode: 'USD', assetScale: 6 }
const ROUTES = { sendRoutes: true, receiveRoutes: true }

let sockets = 0

// A node of ours that takes part: with those that it connects to, and those that
// connect to it.
class Ours {
  constructor (name, port) {
    this.config = { address: `test.${name}`, listen: [{ host: '127.0.0.1', port }], accounts: [], routeBroadcastInterval: 1000, routeExpiry: 3000 }
    this.port = port
  }

  dials (id, port, more) {
    this.config.accounts.push(account(id, { ...USD, ...ROUTES, server: `btp+ws://:${this.config.address}@127.0.0.1:${port}`, ...more }))
  }

  waits (id, more) {
    this.config.accounts.push(account(id, { ...USD, ...ROUTES, incomingToken: `test.${id}`, ...more }))
  }

  async start () {
    this.socketPath = path.join(folder, `routes-${++sockets}.sock`)
    this.ilpd = await start({ ...this.config, admin: { socket: this.socketPath } })
    return this
  }

  async stop () {
    const { status } = await this.ilpd.stop()
    assert.strictEqual(status, 0)
  }

  // Where packets to that prefix go, and why: "middle learned"; undefined.
  async route (prefix) {
    const { json } = await ask(this, '/v1/routes?limit=250')
    const found = json.items.find((one) => one.prefix === prefix)
    return found && `${found.account} ${found.origin}`
  }

  leads (prefix, expected) {
    return until(`${prefix} leads to ${expected}`, async () => (await this.route(prefix)) === expected)
  }

  async ping (address) {
    const program = new Program([ilp, 'ping', address, '-c', '1', '--socket', this.socketPath], { PATH: process.env.PATH, HOME: folder })
    await program.wait()
    return program.output
  }

  reaches (address) {
    return until(`${address} is reached`, async () => /^1 of 1 answered/m.test(await this.ping(address)))
  }
}

function startMiddle (ports) {
  return IlpConnector.start({
    ILP_ADDRESS: 'test.middle',
    BACKEND: 'one-to-one',
    SPREAD: 0,
    ROUTE_BROADCAST_INTERVAL: 1000,
    ACCOUNTS: {
      west: peer(USD, listener(ports.west, 'test.west'), ROUTES),
      east: peer(USD, listener(ports.east, 'test.east'), ROUTES)
    }
  })
}

async function open ({ ring }) {
  const [middleWest, middleEast, west, east] = await freePorts(4)
  const net = { ports: { west: middleWest, east: middleEast } }
  net.middle = await startMiddle(net.ports)
  net.west = new Ours('west', west)
  net.east = new Ours('east', east)
  net.west.dials('middle', middleWest)
  net.east.dials('middle', middleEast)
  net.east.config.accounts.push(account('kid', { ...USD, relation: 'child', incomingToken: 'kid' }))
  if (ring) {
    net.east.waits('west')
    net.west.dials('east', east)
  }
  await Promise.all([net.west.start(), net.east.start()])
  return net
}

async function close (net) {
  await Promise.all([net.west.stop(), net.east.stop(), net.middle.stop()])
}

async function nodes_find_each_other_by_what_they_say () {
  const net = await open({})
  await net.west.leads('test.middle', 'middle learned')
  await net.west.leads('test.east', 'middle learned')
  await net.east.leads('test.west', 'middle learned')
  for (const [from, to] of [['west', 'test.middle'], ['west', 'test.east'], ['east', 'test.west'], ['east', 'test.middle']]) await net[from].reaches(to)
  const { json: { items: [one] } } = await ask(net.west, '/v1/neighbours')
  assert.deepStrictEqual([one.account, one.hears.state, one.tells.state, one.routes >= 2], ['middle', 'established', 'established', true], JSON.stringify(one))
  // A child of somebody further away is behind his address.
  const kid = await Client.connect(net.east.ilpd.port, 'kid')
  assert.match(await net.west.ping('test.east.kid'), /^1: F06 of test\.nobody: nobody waits for this$/m)
  await kid.close()
  await close(net)
}

async function one_that_dies_is_forgotten_and_one_that_returns_is_known () {
  const net = await open({})
  await net.west.leads('test.east', 'middle learned')
  net.east.ilpd.program.signal('SIGKILL')
  await net.east.ilpd.program.wait()
  await net.west.leads('test.east', undefined)
  assert.match(await net.west.ping('test.east'), /F02 of test\.west: no route found/)
  await net.east.start()
  await net.west.leads('test.east', 'middle learned')
  await net.west.reaches('test.east')
  // ilp-connector, too: what it had said goes with it.
  await net.middle.stop()
  await net.west.leads('test.middle', undefined)
  await net.west.leads('test.east', undefined)
  net.middle = await startMiddle(net.ports)
  await net.west.reaches('test.east')
  await net.east.reaches('test.west')
  await close(net)
}

async function packets_go_around_who_is_gone () {
  const net = await open({ ring: true })
  await net.west.leads('test.east', 'east learned')
  await net.east.leads('test.west', 'west learned')
  await net.west.leads('test.middle', 'middle learned')
  // The shorter way goes, and the longer one takes over; and back.
  net.west.ilpd.program.signal('SIGKILL')
  await net.west.ilpd.program.wait()
  const [direct] = net.west.config.accounts.splice(1, 1)
  await net.west.start()
  await net.west.leads('test.east', 'middle learned')
  await net.west.reaches('test.east')
  await net.west.stop()
  net.west.config.accounts.push(direct)
  await net.west.start()
  await net.west.leads('test.east', 'east learned')
  await net.middle.stop()
  await net.west.leads('test.middle', undefined)
  await net.west.reaches('test.east')
  net.middle = await startMiddle(net.ports)
  await net.west.leads('test.middle', 'middle learned')
  await close(net)
}

async function a_child_learns_its_address () {
  const net = await open({})
  const kid = await Client.connect(net.east.ilpd.port, 'kid')
  const ildcp = require('./lib/need').need('ilp-protocol-ildcp')
  const told = await ildcp.fetch((data) => kid.sendData(data))
  assert.deepStrictEqual({ ...told }, { clientAddress: 'test.east.kid', assetCode: 'USD', assetScale: 6 })
  await kid.close()
  await close(net)
}

prove(
  nodes_find_each_other_by_what_they_say,
  one_that_dies_is_forgotten_and_one_that_returns_is_known,
  packets_go_around_who_is_gone,
  a_child_learns_its_address
)
