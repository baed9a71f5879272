// SPDX-License-Identifier: Apache-2.0
// What an operator finds out about the network by ilp: ping, trace and probe,
// on a line with an ilp-connector in its middle.
//
//     near -- middle -- far -- end          (near, far: ilpd; middle: ilp-connector)
//
//     node probing.js PATH_TO_ilpd PATH_TO_ilp [CLAIM...]
'use strict'

const assert = require('assert')
const path = require('path')
const { account, folder } = require('../interop/lib/ilpd')
const { IlpConnector, listener, peer } = require('../interop/lib/ilp_connector')
const { freePorts } = require('../interop/lib/plugin')
const { Program } = require('../interop/lib/program')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const ilp = process.argv[3]
const USD = { assetCode: 'USD', assetScale: 6 }
const LARGEST = 5000000 // that the middle takes
const LIQUIDITY = 77777 // that the far one may owe its end

// Everything that runs.
async function open () {
  const [near, far] = await freePorts(2)
  const line = { socket: path.join(folder, 'near.sock') }
  line.middle = await IlpConnector.start({
    ILP_ADDRESS: 'test.middle',
    BACKEND: 'one-to-one',
    SPREAD: 0.002,
    ACCOUNTS: {
      near: peer(USD, listener(near, 'near'), { maxPacketAmount: String(LARGEST) }),
      far: peer(USD, listener(far, 'far'))
    },
    ROUTES: [{ targetPrefix: 'test.near', peerId: 'near' }, { targetPrefix: 'test.far', peerId: 'far' }]
  })
  const neighbour = (secret, port, routes) => account('middle', { ...USD, server: `btp+ws://:${secret}@127.0.0.1:${port}`, routes })
  line.near = await start({ address: 'test.near', admin: { socket: line.socket }, accounts: [neighbour('near', near, ['test'])] })
  line.far = await start({
    address: 'test.far',
    accounts: [
      neighbour('far', far, ['test']),
      account('end', { ...USD, incomingToken: 'end', routes: ['test.far.end'] }),
      account('poor', { ...USD, incomingToken: 'poor', routes: ['test.far.poor'], minimum: String(-LIQUIDITY) })
    ]
  })
  line.end = await Client.connect(line.far.port, 'end')
  line.poor = await Client.connect(line.far.port, 'poor')
  await line.middle.connected('near', 'far')
  return line
}

async function close (line, expected) {
  await line.end.close()
  await line.poor.close()
  const balances = []
  for (const node of [line.near, line.far]) {
    const { status, errors, accounts } = await node.stop()
    assert.deepStrictEqual([status, errors], [0, ''])
    balances.push(accounts.middle.balance)
  }
  await line.middle.stop()
  assert.deepStrictEqual(balances, expected)
}

// What a command says: [status, output, errors].
async function run (line, ...words) {
  const program = new Program([ilp, ...words, '--socket', line.socket], { PATH: process.env.PATH, HOME: folder, TERM: 'xterm' })
  return [await program.wait(), program.output, program.errors]
}

async function good (line, ...words) {
  const [status, output, errors] = await run(line, ...words)
  assert.deepStrictEqual([words, status, errors], [words, 0, ''])
  return output
}

const json = async (line, ...words) => JSON.parse(await good(line, '--json', ...words))

const lines = (text) => text.trimEnd().split('\n')

async function nodes_give_signs_of_life () {
  const line = await open()
  const told = lines(await good(line, 'ping', 'test.middle'))
  assert.strictEqual(told.length, 5)
  for (let i = 0; i < 4; i++) assert.match(told[i], new RegExp(`^${i + 1}: \\d+\\.\\d{3} ms$`))
  assert.match(told[4], /^4 of 4 answered; least [\d.]+ ms, mean [\d.]+ ms, most [\d.]+ ms\.$/)
  // The middle keeps its spread once on the way there, and once back.
  const far = await json(line, 'ping', 'test.far', '--count', '1', '--amount', '1000000')
  assert.deepStrictEqual([far.outcome, far.nextHop, far.returned], ['fulfilled', 'middle', '996004'])
  assert.match(await good(line, 'ping', 'test.far', '-c', '1', '--amount', '1000000'), /^1: [\d.]+ ms, of 1000000 came back 996004\n/)
  const oneWay = await json(line, 'ping', 'test.far', '--one-way', '-c', '1', '--amount', '1000')
  assert.deepStrictEqual([oneWay.outcome, oneWay.returned], ['fulfilled', null])
  // Such a ping is news to ilp-connector.
  const [status, output] = await run(line, 'ping', 'test.middle', '--one-way', '-c', '1')
  assert.deepStrictEqual([status, output], [1, '1: F01 of test.middle: packet data too short for echo request. length=0\n0 of 1 answered.\n'])
  assert.match((await run(line, 'ping', 'test.far.nowhere', '-c', '1'))[1], /^1: F02 of test\.far: no route found\./)
  // What near has lost: twice the spreads, and the ping; what far has got: that.
  await close(line, [String(2 * (996004 - 1000000) - 1000), '998'])
}

async function the_way_shows_itself () {
  const line = await open()
  const hops = await json(line, 'trace', 'test.far.end.x')
  assert.deepStrictEqual(hops.map(({ code, triggeredBy }) => [code, triggeredBy]), [['R02', 'test.middle'], ['R02', 'test.far'], ['F06', 'test.nobody']])
  const told = lines(await good(line, 'trace', 'test.far.end.x'))
  assert.match(told[0], /^HOP +ADDRESS +LIFETIME +ANSWERED IN *$/)
  assert.match(told[1], /^ +1 +test\.middle +250 ms +[\d.]+ ms *$/)
  assert.match(told[2], /^ +2 +test\.far +\d+ ms +[\d.]+ ms *$/)
  assert.match(told[3], /^ +3 +test\.nobody +\d+ ms +[\d.]+ ms +F06 of test\.nobody: nobody waits for this$/)
  const dead = await json(line, 'trace', 'test.beyond')
  assert.deepStrictEqual(dead.map(({ code, triggeredBy }) => [code, triggeredBy]), [['F02', 'test.middle']])
  await close(line, ['0', '0'])
}

async function the_way_is_measured_for_nothing () {
  const line = await open()
  const end = await json(line, 'probe', 'test.far.end')
  assert.deepStrictEqual(end, {
    nextHop: 'middle', code: 'F06', triggeredBy: 'test.nobody', largest: String(LARGEST), exact: true, limit: end.limit, echoed: '1000000', returned: null
  })
  assert.match(end.limit, /^F08 of test\.middle: packet size too large\./)
  const poor = await json(line, 'probe', 'test.far.poor')
  // What becomes of it behind the middle is within the liquidity.
  const arrives = Math.floor(Number(poor.largest) * 0.998)
  assert(!poor.exact && arrives <= LIQUIDITY && arrives > LIQUIDITY * 0.99, JSON.stringify(poor))
  assert.match(poor.limit, /^T04 of test\.far: exceeded minimum balance\./)
  const node = await good(line, 'probe', 'test.far')
  assert.match(node, /^next hop +middle, in USD with scale 6$/m)
  assert.match(node, /^largest packet +5000000 units$/m)
  assert.match(node, /^there and back +of 1000000 units 996004 come back$/m)
  assert.deepStrictEqual((await json(line, 'probe', 'test.near.nowhere')).nextHop, null)
  await close(line, ['0', '0'])
}

async function what_makes_no_sense_is_told () {
  const line = await open()
  for (const words of [['ping', 'nowhere'], ['ping', 'peer.config'], ['trace', 'g..x']]) {
    const [status, , errors] = await run(line, ...words)
    assert.deepStrictEqual([status, errors], [1, 'ilp: That is no probe: "destination" is to be an ILP address, such as g.example.node.\n'])
  }
  for (const words of [['ping', 'g.x', '--count', '0'], ['ping', 'g.x', '--amount', '1.5'], ['trace', 'g.x', '--step', 'x'], ['ping', 'g.x', '--lifetime', '99999']]) {
    assert.strictEqual((await run(line, ...words))[0], 2)
  }
  // A node that is told to end does not wait for what it has asked.
  const waiting = run(line, 'ping', 'test.middle', '-c', '100000')
  await new Promise((resolve) => setTimeout(resolve, 300))
  await close(line, ['0', '0'])
  assert.strictEqual((await waiting)[0], 1)
}

prove(
  nodes_give_signs_of_life,
  the_way_shows_itself,
  the_way_is_measured_for_nothing,
  what_makes_no_sense_is_told
)
