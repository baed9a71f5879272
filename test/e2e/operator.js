// SPDX-License-Identifier: Apache-2.0
// What an operator does with ilp: two ilpd without an account between them
// become neighbours by its commands alone, are changed while packets flow, and
// have it all again after they were killed.
//
//     node operator.js PATH_TO_ilpd PATH_TO_ilp [CLAIM...]
'use strict'

const assert = require('assert')
const fs = require('fs')
const http = require('http')
const path = require('path')
const { folder, write, LOCAL } = require('../interop/lib/ilpd')
const { Payment, sendAll } = require('../interop/lib/payment')
const { freePorts } = require('../interop/lib/plugin')
const { Program } = require('../interop/lib/program')
const { until } = require('../interop/lib/wait')
const { start, prove } = require('./lib/claims')
const { Client } = require('./lib/client')

const ilp = process.argv[3]
const PLAIN = { PATH: process.env.PATH, HOME: folder, TERM: 'xterm' }

// What a command says: [status, output, errors]. While it runs, so do we.
async function run (words, env = PLAIN) {
  const program = new Program([ilp, ...words], env)
  const status = await program.wait()
  return [status, program.output, program.errors]
}

// What a node may say on stderr.
const EXPECTED = /^ilpd: (cannot connect to|all accounts are stopped, as the operator said) .*\n/gm

let homes = 0

// A node and its operator.
class Operated {
  constructor (name, port) {
    this.home = path.join(folder, `home-${++homes}`)
    fs.mkdirSync(path.join(this.home, 'ilpd'), { recursive: true })
    this.dataFile = path.join(this.home, 'ilpd/ledger.db')
    this.socket = `${this.dataFile}.sock`
    this.port = port
    this.config = {
      address: `test.${name}`,
      ledger: 'sqlite',
      dataFile: this.dataFile,
      listen: [{ ...LOCAL, port }],
      admin: { tcpHost: '127.0.0.1', tcpPort: 0 }
    }
  }

  async start () {
    this.ilpd = await start(this.config)
    this.url = `http://127.0.0.1:${/is managed on 127\.0\.0\.1:(\d+) by/.exec(this.ilpd.program.output)[1]}`
    return this
  }

  async kill () {
    this.ilpd.program.signal('SIGKILL')
    assert.strictEqual(await this.ilpd.program.wait(), 'SIGKILL')
  }

  async stop () {
    this.ilpd.program.signal('SIGTERM')
    assert.deepStrictEqual([await this.ilpd.program.wait(), this.ilpd.program.errors.replace(EXPECTED, '')], [0, ''])
  }

  run (...words) {
    return run([...words, '--socket', this.socket])
  }

  // It has to go well. What it says.
  async do (...words) {
    const [status, output, errors] = await this.run(...words)
    assert.deepStrictEqual([words, status, errors], [words, 0, ''])
    return output
  }

  async json (...words) {
    return JSON.parse(await this.do('--json', ...words))
  }

  // One that connects to the node, and may pay as much as it likes.
  async guest (id) {
    await this.do('accounts', 'add', '--id', id, '--asset', 'USD', '--scale', '6', '--maximum', 'unlimited', '--incoming-token-file', write(`secret of ${id}\n`))
    await this.do('routes', 'set', `${this.config.address}.${id}`, id)
    return this.connect(id)
  }

  connect (id) {
    return Client.connect(this.port, `secret of ${id}`)
  }

  connected (id) {
    return until(`${id} is connected`, async () => (await this.json('account', id)).link.connected)
  }
}

async function newNode (name) {
  const [port] = await freePorts(1)
  return new Operated(name, port).start()
}

// West makes an account for East, and East does what West's operator was told
// to send it.
async function befriend (east, west) {
  const told = await west.do('peers', 'add', 'east', '--asset', 'USD', '--scale', '6', '--maximum', 'unlimited', '--listen-url', `btp+ws://127.0.0.1:${west.port}`)
  const line = /^ {2}ilp (accounts add .*)$/m.exec(told)[1].replace('NAME', 'west')
  const shell = new Program(['sh', '-c', `"$0" ${line} --socket "$1"`, ilp, east.socket], PLAIN)
  assert.deepStrictEqual([await shell.wait(), shell.output, shell.errors], [0, 'The account "west" is made.\n', ''])
  await east.do('routes', 'set', 'test.west', 'west')
  await west.do('routes', 'set', 'default', 'east')
  await east.connected('west')
}

async function pair () {
  const nodes = { east: await newNode('east'), west: await newNode('west') }
  await befriend(nodes.east, nodes.west)
  nodes.alice = await nodes.east.guest('alice')
  nodes.bob = await nodes.west.guest('bob')
  return nodes
}

async function leave ({ east, west, alice, bob }) {
  await Promise.all([alice.close(), bob.close()])
  await Promise.all([east.stop(), west.stop()])
}

async function pay (from, destination, amount = '1000') {
  const payment = new Payment({ destination, amount })
  await payment.send(from)
  return payment
}

async function two_nodes_become_neighbours_by_commands_alone () {
  const nodes = await pair()
  const { east, west } = nodes
  for (const payment of [await pay(nodes.alice, 'test.west.bob', '1500000'), await pay(nodes.bob, 'test.east.alice', '1')]) assert(payment.fulfilled, JSON.stringify(payment.reject))
  assert.strictEqual(await east.do('balance', 'west'), 'ACCOUNT    BALANCE  ASSET\nwest     -1.499999  USD\n')
  assert.strictEqual(await west.do('balance', '--units'), 'ACCOUNT   BALANCE  ASSET\neast      1499999  USD\nbob      -1499999  USD\n')
  assert.match(await east.do('accounts'), /^west +peer +open +yes +-1\.499999 +unlimited +0\.000000 +USD$/m)
  assert.match(await east.do('account', 'west'), new RegExp(`^link\\.url +btp\\+ws://127\\.0\\.0\\.1:${west.port}`, 'm'))
  assert.strictEqual(await west.do('doctor'), 'All is well.\n')
  await leave(nodes)
}

async function limits_change_under_load_and_no_packet_is_lost () {
  const nodes = await pair()
  const payments = Array.from({ length: 3000 }, () => new Payment({ destination: 'test.west.bob', amount: '10' }))
  let over = false
  const sent = sendAll(payments, 50, () => nodes.alice).then(() => { over = true })
  let changes = 0
  for (; !over || changes < 5; changes++) {
    await nodes.east.do('accounts', 'change', 'alice', `maximum=${1000000 + changes}`, `rateLimit.refillCount=${1000000 + changes}`, `maxPacketAmount=${5000 + changes}`)
  }
  await sent
  assert.strictEqual(payments.filter(({ fulfilled }) => !fulfilled).length, 0)
  assert.deepStrictEqual([(await nodes.east.json('balance', 'alice')).balance.current, (await nodes.west.json('balance', 'bob')).balance.current], ['30000', '-30000'])
  // It does change: the next one is over the bound.
  assert.strictEqual((await nodes.east.json('account', 'alice')).limits.maxPacketAmount, String(5000 + changes - 1))
  await nodes.east.do('accounts', 'change', 'alice', 'maximum=30005', 'rateLimit=null')
  assert.strictEqual((await pay(nodes.alice, 'test.west.bob', '10')).reject.code, 'T04')
  assert((await pay(nodes.alice, 'test.west.bob', '5')).fulfilled)
  await leave(nodes)
}

// What of an account stays when the node is killed.
const lasting = ({ link, packets, balance: { current, minimum, maximum }, ...rest }) => ({ ...rest, url: link.url, current, minimum, maximum })

async function everything (node) {
  return {
    accounts: (await node.json('accounts')).map(lasting),
    routes: (await node.json('routes')).sort((a, b) => a.prefix < b.prefix ? -1 : 1),
    tokens: (await node.json('tokens')).sort((a, b) => a.name < b.name ? -1 : 1),
    ready: (({ ready, reason }) => [ready, reason])(await node.json('status'))
  }
}

async function a_node_that_is_killed_has_it_all_again () {
  const nodes = await pair()
  const { east } = nodes
  const token = write(await east.do('tokens', 'add', 'watch'))
  await east.do('tokens', 'add', 'gone')
  await east.do('tokens', 'remove', 'gone')
  await east.do('routes', 'set', 'test.gone', 'west')
  await east.do('routes', 'remove', 'test.gone')
  await east.do('accounts', 'add', '--id', 'gone', '-a', 'USD', '-s', '6')
  await east.do('accounts', 'remove', 'gone')
  await east.do('accounts', 'change', 'alice', 'maximum=123456789')
  assert((await pay(nodes.alice, 'test.west.bob')).fulfilled)
  await east.do('accounts', 'stop', 'west')
  await east.do('stop')
  const before = await everything(east)
  assert.deepStrictEqual(before.accounts.map(({ id, state, maximum }) => [id, state, maximum]).sort(), [['alice', 'open', '123456789'], ['west', 'stopped', '0']])
  assert.deepStrictEqual([before.routes.length, before.tokens.length, before.ready[0]], [3, 1, false])

  await east.kill()
  await east.start()
  assert.deepStrictEqual(await everything(east), before)
  assert.strictEqual((await run(['status', '--url', east.url, '--token-file', token]))[0], 0)
  const alice = await east.connect('alice')
  assert.notStrictEqual((await pay(alice, 'test.west.bob')).reject.code, 'none, it is fulfilled')
  await east.do('start')
  assert.notStrictEqual((await pay(alice, 'test.west.bob')).reject.code, 'none, it is fulfilled')
  await east.do('accounts', 'start', 'west')
  await east.connected('west')
  const last = await pay(alice, 'test.west.bob')
  assert(last.fulfilled, JSON.stringify(last.reject))
  await leave({ ...nodes, alice })
}

async function what_was_under_way_when_it_was_killed_is_in_doubt () {
  const { east, west, alice } = await pair()
  const held = new Payment({ destination: 'test.west.bob', amount: '1500000', answer: () => new Promise(() => {}) })
  const lost = assert.rejects(held.send(alice), /closed/)
  await until('the packet is with Bob', async () => (await west.json('account', 'bob')).packets.inFlightOut === 1)
  await east.kill()
  await lost
  await east.start()
  const doubt = (await east.json('balance', 'west')).balance.inDoubt
  assert(BigInt(doubt) >= 1500000n, doubt)
  const coins = doubt.replace(/.{6}$/, '.$&')
  assert.match(await east.do('balance', '--units'), new RegExp(`^west +0 +USD +in doubt: ${doubt}$`, 'm'))
  assert.match(await east.do('balance', 'west'), new RegExp(`^west +0\\.000000 +USD +in doubt: ${coins}$`, 'm'))
  assert((await east.run('doctor'))[1].includes(`Of "west" ${coins} USD are in doubt since a crash`))
  await Promise.all([east.kill(), west.kill()])
}

async function a_token_that_is_rotated_is_good_for_nothing_at_once () {
  const node = await newNode('node')
  const old = await node.do('tokens', 'add', 'robot', '--scope', 'operate')
  const by = (token, ...words) => run([...words, '--url', node.url, '--token-file', write(token)])
  assert.strictEqual((await by(old, 'status', '--json'))[0], 0)
  assert.deepStrictEqual((await by(old, 'stop')).slice(0, 2), [0, 'No packets are let in: the operator has stopped all accounts.\n'])
  assert.deepStrictEqual(await by(old, 'tokens'), [1, '', 'ilp: The token does not allow this: It takes the scope "admin".\n'])
  const now = await node.do('tokens', 'rotate', 'robot')
  assert.notStrictEqual(now, old)
  assert.deepStrictEqual(await by(old, 'status'), [1, '', 'ilp: This takes a token: It takes the scope "read".\nThe token in --token-file is not good here, or not any more.\n'])
  assert.strictEqual((await by(now, 'start'))[0], 0)
  await node.do('tokens', 'remove', 'robot')
  assert.strictEqual((await by(now, 'status'))[0], 1)
  assert.deepStrictEqual(await run(['status', '--url', node.url]), [1, '', 'ilp: This takes a token: It takes the scope "read".\n--token-file names a file with one; "ilp tokens add" makes it.\n'])
  assert.deepStrictEqual((await by('', 'status')).slice(0, 2), [1, ''])
  await node.stop()
}

async function every_command_writes_json () {
  const node = await newNode('node')
  const file = write(JSON.stringify({ id: 'filed', relation: 'peer', assetCode: 'EUR', assetScale: 2 }))
  const dialing = ['--server', 'btp+ws://127.0.0.1:9/x', '--server-token-file', write('a b/c\n')]
  for (const [words, look] of [
    [['status'], ({ address }) => address === 'test.node'],
    [['peers', 'add', 'a', '-a', 'USD', '-s', '6', '--relation', 'child', '--listen-url', 'btp+wss://us.example'],
      ({ account, peer }) => account.relation === 'child' && peer.relation === 'parent' && /^btp\+wss:\/\/:[\w-]{43}@us\.example$/.test(peer.server)],
    [['accounts', 'add', '--id', 'b', '-a', 'USD', '-s', '0', ...dialing, 'maxPacketsInFlight=7'], ({ id, limits }) => id === 'b' && limits.maxPacketsInFlight === 7],
    [['accounts', 'add', '--file', file], ({ assetCode }) => assetCode === 'EUR'],
    [['accounts'], (all) => all.length === 3],
    [['account', 'a'], ({ id }) => id === 'a'],
    [['balance'], (all) => all.length === 3],
    [['balance', 'a'], ({ id }) => id === 'a'],
    [['accounts', 'change', 'a', 'minimum=-5'], ({ balance }) => balance.minimum === '-5'],
    [['accounts', 'stop', 'a'], ({ state }) => state === 'stopped'],
    [['accounts', 'start', 'a'], ({ state }) => state === 'open'],
    [['routes', 'set', 'test.a', 'a'], ({ account }) => account === 'a'],
    [['routes'], (all) => all.some(({ prefix }) => prefix === 'test.a')],
    [['routes', 'remove', 'test.a'], (done) => Object.keys(done).length === 0],
    [['rates'], Array.isArray],
    [['alerts'], (all) => all.length === 0],
    [['tokens', 'add', 't', '--scope', 'read'], ({ token }) => token.startsWith('ilpd_')],
    [['tokens'], ([{ name }]) => name === 't'],
    [['tokens', 'rotate', 't'], ({ token }) => token.startsWith('ilpd_')],
    [['tokens', 'remove', 't'], (done) => Object.keys(done).length === 0],
    [['accounts', 'remove', 'b'], ({ state }) => state === 'closing'],
    [['stop'], ({ ready }) => !ready],
    [['start'], ({ ready }) => ready]
  ]) {
    const answer = await node.json(...words)
    assert(look(answer), `${words}: ${JSON.stringify(answer)}`)
  }
  await node.do('stop')
  const [status, output] = await node.run('doctor', '--json')
  assert.strictEqual(status, 1)
  assert(JSON.parse(output).every(({ problem, remedy }) => problem && remedy))
  await node.stop()
}

async function lists_are_whole () {
  const node = await newNode('node')
  await node.do('accounts', 'add', '--id', 'a', '-a', 'USD', '-s', '6')
  const set = (prefix) => new Promise((resolve, reject) => http.request({
    socketPath: node.socket, path: `/v1/routes/${prefix}`, method: 'PUT', headers: { 'content-type': 'application/json' }
  }, (answer) => answer.resume().on('end', () => resolve(answer.statusCode))).on('error', reject).end('{"account":"a"}'))
  const names = Array.from({ length: 600 }, (_, i) => `test.r${i}`)
  while (names.length) assert((await Promise.all(names.splice(0, 20).map(set))).every((status) => status === 200))
  const all = await node.json('routes')
  assert.strictEqual(new Set(all.map(({ prefix }) => prefix)).size, 601)
  assert.strictEqual((await node.do('routes')).split('\n').length, 1 + 601 + 1)
  await node.stop()
}

async function the_node_is_found_where_ilpd_puts_it () {
  const node = await newNode('node')
  for (const env of [
    { XDG_DATA_HOME: node.home }, { STATE_DIRECTORY: `${node.home}/ilpd:/elsewhere`, XDG_DATA_HOME: '/nowhere' },
    { ILPD_DATA_FILE: node.dataFile }, { ILP_SOCKET: node.socket, ILPD_DATA_FILE: '/nowhere/l.db' }
  ]) assert.deepStrictEqual((await run(['status'], { ...PLAIN, ...env }))[0], 0, JSON.stringify(env))
  await node.stop()
}

async function what_is_wrong_is_told () {
  const node = await newNode('node')
  const add = ['accounts', 'add', '--id', 'a', '-a', 'USD', '-s', '6']
  await node.do(...add)
  for (const [words, status, message] of [
    [['account', 'nobody'], 1, /^ilp: There is no such account: No account has the id "nobody"\.\n$/],
    [['account', 'a/../b'], 1, /^ilp: There is no such account: No account has the id "a\/\.\.\/b"\.\n$/],
    [['account', ''], 1, /^ilp: an empty word is the name of nothing\n$/],
    [add, 1, /^ilp: There is such an account: /],
    [['accounts', 'change', 'a', 'maximum'], 2, /^ilp: expected NAME=VALUE, not "maximum"\n$/],
    [['accounts', 'change', 'a', 'maximm=5'], 1, /did you mean "maximum"/],
    [['accounts', 'add', '--id', 'b'], 2, /an --asset and a --scale/],
    [['accounts', 'add', '--id', 'b', '-a', 'USD', '-s', '256'], 2, /from 0 to 255/],
    [['accounts', 'add', '-f', '/nowhere', '--id', 'b'], 2, /--file has the whole account/],
    [['accounts', 'add', '-f', '/nowhere'], 1, /^ilp: \/nowhere: No such file or directory\n$/],
    [['peers', 'add', 'b', '-a', 'USD', '-s', '6'], 2, /which --listen-url/],
    [['peers', 'add', 'b', '-a', 'USD', '-s', '6', '--listen-url', 'btp+ws://:t@h'], 2, /without a token/],
    [['alerts', 'dismiss', '7'], 1, /^ilp: There is no such alert: /],
    [['status', '--url', 'http://127.0.0.1:9'], 2, /^ilp: --socket and --url are two nodes\n$/],
    [['status', '--token-file', '/nowhere'], 2, /^ilp: --token-file is for --url only\n$/],
    [['tokens', 'add', 't', '--scope', 'all'], 2, /may be read, operate or admin/]
  ]) {
    const [seen, output, errors] = await node.run(...words)
    assert.deepStrictEqual([words, seen, output], [words, status, ''])
    assert.match(errors, message)
  }
  await node.stop()
  assert.deepStrictEqual(await node.run('status'), [1, '', `ilp: no node answers at ${node.socket}: No such file or directory\nilpd starts one; --socket names another, --url one elsewhere.\n`])
}

// Anything may listen at a URL.
async function who_is_no_node_does_no_harm () {
  for (const [status, body, message] of [
    [200, '<html>', /^ilp: http:\S+: what is answered there is no JSON\n$/],
    [404, '<html>', /^ilp: http:\S+: what answers there, with status 404, is no node\n$/],
    [404, '{"title":"\\u001b[2Ja\\nb","detail":"c"}', /^ilp: \ufffd\[2Ja b: c\n$/],
    [302, '', /with status 302, is no node\n$/]
  ]) {
    const server = http.createServer((request, response) => response.writeHead(status, { location: '/elsewhere' }).end(body))
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const [seen, output, errors] = await run(['status', '--url', `http://127.0.0.1:${server.address().port}`])
    server.close()
    assert.deepStrictEqual([seen, output], [1, ''])
    assert.match(errors, message)
  }
  assert.strictEqual((await run(['status', '--url', 'file:///etc/passwd']))[0], 1)
}

async function the_doctor_finds_what_is_wrong () {
  const node = await newNode('node')
  const doctor = async () => {
    const [status, output] = await node.run('doctor')
    return [status, output.split('\n').filter((line) => line.startsWith('!')).map((line) => line.slice(3))]
  }
  assert.deepStrictEqual(await doctor(), [1, ['There are no accounts, so there are no peers']])
  await node.do('accounts', 'add', '--id', 'a', '-a', 'USD', '-s', '6', '--server', 'btp+ws://:t@127.0.0.1:9')
  assert.deepStrictEqual(await doctor(), [1, ['There are no routes, so packets go to nobody', '"a" is not connected to btp+ws://127.0.0.1:9']])
  await node.do('routes', 'set', 'default', 'a')
  await node.do('accounts', 'stop', 'a')
  await node.do('stop')
  assert.deepStrictEqual(await doctor(), [1, ['No packets are let in: the operator has stopped all accounts', '"a" is stopped']])
  await node.do('start')
  await node.do('accounts', 'remove', 'a')
  await node.stop()
}

async function the_configuration_is_shown_and_read_again () {
  const node = await newNode('one')
  const file = node.ilpd.program.child.spawnargs.at(-1)
  assert.match(await node.do('config'), /^OPTION +VALUE +FROM\naddress +test\.one +line 1$/m)
  assert.doesNotMatch(await node.do('config'), /durability/)
  assert.match(await node.do('config', '--all'), /^durability +strict +default$/m)
  assert.strictEqual(await node.do('reload'), 'Nothing changes.\n')
  const account = { id: 'a', relation: 'peer', assetCode: 'USD', assetScale: 6, incomingToken: 'TOKEN' }
  fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file)), accounts: [account], maxHoldTime: 20000 }))
  assert.strictEqual(await node.do('reload'), 'From now on it is different:\n  account "a" is added\nNot before the node is started again:\n  maxHoldTime\n')
  assert.match(await node.do('config'), /^accounts\[0\]\.incomingToken +\(secret\) +line 1$/m)
  const good = fs.readFileSync(file)
  fs.writeFileSync(file, '{"address": 1}')
  const [status, , errors] = await node.run('reload')
  assert.strictEqual(status, 1)
  assert.match(errors, /line 1, column 13: address: expected an ILP address/)
  assert.match((await node.run('doctor'))[1], /The configuration could not be read again: .*line 1, column 13/)
  fs.writeFileSync(file, good)
  await node.do('reload')
  node.ilpd.program.said = ''
  await node.stop()
}

prove(
  two_nodes_become_neighbours_by_commands_alone,
  limits_change_under_load_and_no_packet_is_lost,
  a_node_that_is_killed_has_it_all_again,
  what_was_under_way_when_it_was_killed_is_in_doubt,
  a_token_that_is_rotated_is_good_for_nothing_at_once,
  every_command_writes_json,
  lists_are_whole,
  the_node_is_found_where_ilpd_puts_it,
  what_is_wrong_is_told,
  who_is_no_node_does_no_harm,
  the_doctor_finds_what_is_wrong,
  the_configuration_is_shown_and_read_again
)
