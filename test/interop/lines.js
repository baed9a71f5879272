// SPDX-License-Identifier: Apache-2.0
// ilpd between two ilp-connectors, with HTTP on the one side and on the other,
// or BTP on one of them.
//
//     node lines.js PATH_TO_ilpd
//
//     end -- left -- ilpd -- right -- end        (left, right: ilp-connector)
//
// Payments go both ways through all three, from one asset to another: the
// amounts must be what the rates make of them, Rejects must arrive as they were
// made, and at the end the books of each two neighbours must agree. A plugin of
// ilp-plugin-http in its mode for many children is a neighbour as well. The
// environment variable SEED repeats a run.
'use strict'

require('./lib/need')
const { hex } = require('./lib/bytes')
const { Ilpd, account } = require('./lib/ilpd')
const { IlpConnector, peer, listener } = require('./lib/ilp_connector')
const { Payment, sendAll } = require('./lib/payment')
const { dialing, freePorts } = require('./lib/plugin')
const { startHttp } = require('./lib/plugin_http')
const { Random } = require('./lib/random')
const { randomReject } = require('./lib/rejects')
const { Tally } = require('./lib/tally')
const { within } = require('./lib/wait')

const EACH_WAY = 150 // payments
const AT_ONCE = 30

const binary = process.argv[2]
if (!binary) {
  console.error('usage: node lines.js PATH_TO_ilpd')
  process.exit(2)
}
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() % 1e9
const random = new Random(seed)
const tally = new Tally()
console.log(`seed ${seed}`)

const names = ['left', 'right']
const other = { left: 'right', right: 'left' }
const assets = { left: { assetCode: 'USD', assetScale: 6 }, right: { assetCode: 'EUR', assetScale: 4 } }
const toIlpd = (name) => `from-${name}-to-ilpd`
const fromIlpd = (name) => `from-ilpd-to-${name}`

// What a whole EUR is worth is 1.25 USD; and the scales differ by two digits.
const exchanged = { left: (units) => units * 100n / 12500n, right: (units) => units * 12500n / 100n }

// How a connector is joined to ilpd: its own side, and that of ilpd.
const ways = {
  http: (name, port, ilpd) => ({
    theirs: peer(assets[name], {
      incoming: { port, staticToken: fromIlpd(name) },
      outgoing: { url: `http://127.0.0.1:${ilpd}/`, staticToken: toIlpd(name) }
    }, { plugin: 'ilp-plugin-http' }),
    ours: { incomingToken: toIlpd(name), server: `http://:${fromIlpd(name)}@127.0.0.1:${port}/` }
  }),
  btp: (name, port) => ({
    theirs: peer(assets[name], listener(port, fromIlpd(name))),
    ours: { server: `btp+ws://:${fromIlpd(name)}@127.0.0.1:${port}` }
  })
}

class Line {
  async start (kinds) {
    const [ilpd, ...ports] = await freePorts(5)
    const joints = Object.fromEntries(names.map((name, i) => [name, ways[kinds[name]](name, ports[i], ilpd)]))
    this.ilpd = await Ilpd.start(binary, {
      address: 'test.middle',
      minMessageWindow: 500,
      listen: [{ host: '127.0.0.1', port: ilpd }],
      rates: { USD: '1', EUR: '1.25' },
      accounts: names.map((name) => account(name, { ...assets[name], ...joints[name].ours, routes: [`test.${name}`] }))
    })
    this.connectors = {}
    this.ends = {}
    for (const [i, name] of names.entries()) {
      this.connectors[name] = await IlpConnector.start({
        ILP_ADDRESS: `test.${name}`,
        BACKEND: 'one-to-one',
        SPREAD: 0,
        ACCOUNTS: { end: peer(assets[name], listener(ports[2 + i], 'end')), middle: joints[name].theirs },
        ROUTES: [{ targetPrefix: `test.${name}.end`, peerId: 'end' }, { targetPrefix: `test.${other[name]}`, peerId: 'middle' }]
      })
      this.ends[name] = await within('an end connects', dialing(ports[2 + i], 'end'))
      await this.connectors[name].connected('end', 'middle')
    }
    const btp = names.filter((name) => kinds[name] === 'btp')
    if (btp.length) await this.ilpd.connected(...btp)
  }

  async stop (what) {
    for (const end of Object.values(this.ends)) await end.disconnect()
    const theirs = {}
    for (const name of names) {
      theirs[name] = (await this.connectors[name].balances()).middle
      await this.connectors[name].stop()
    }
    const { status, errors, accounts } = await this.ilpd.stop()
    tally.equal([status, errors], [0, ''], `${what}: ilpd ends well`)
    // What one is owed the other owes.
    for (const name of names) tally.equal(accounts[name].balance, String(-BigInt(theirs[name])), `${what}: the books about ${name}`)
  }
}

function randomPayment (from) {
  const answer = random.oneIn(3) ? randomReject(random) : undefined
  const data = random.octets(300)
  const payment = new Payment({
    destination: `test.${other[from]}.end.${random.below(1e9)}`,
    amount: 100000 + random.below(1e8),
    data: random.octets(500),
    answer: () => answer || payment.fulfill(data)
  })
  return payment
}

function check (payment, from, what) {
  tally.equal(payment.came.map(({ amount }) => amount), [String(exchanged[from](BigInt(payment.prepare.amount)))], `${what}: what arrived`)
  tally.equal(hex(payment.reply), payment.answered && hex(payment.answered), `${what}: what the sender heard`)
}

async function between (kinds) {
  const what = `${kinds.left} and ${kinds.right}`
  const line = new Line()
  await line.start(kinds)
  const senders = new Map()
  for (let i = 0; i < EACH_WAY; i++) for (const from of names) senders.set(randomPayment(from), from)
  await sendAll([...senders.keys()], AT_ONCE, (payment) => line.ends[senders.get(payment)])
  for (const [payment, from] of senders) check(payment, from, `${what}, from the ${from}`)
  await line.stop(what)
}

// A hub of many children, of which ilpd is one.
async function childOfMany () {
  const [ilpdPort, hubPort] = await freePorts(2)
  const ilpd = await Ilpd.start(binary, {
    address: 'test.hub.node',
    listen: [{ host: '127.0.0.1', port: ilpdPort }],
    accounts: [
      account('hub', { incomingToken: toIlpd('hub'), server: `http://:${fromIlpd('hub')}@127.0.0.1:${hubPort}/`, routes: ['test'] }),
      account('end', { incomingToken: 'end', routes: ['test.hub.node.end'] })
    ]
  })
  const hub = await startHttp(hubPort, `http://127.0.0.1:${ilpdPort}/%/ilp`, { staticToken: fromIlpd('hub') }, { staticToken: toIlpd('hub') }, {
    multi: true, ildcp: { clientAddress: 'test.hub', assetCode: 'USD', assetScale: 6 }
  })
  const end = await within('an end connects', dialing(ilpdPort, 'end'))
  const down = new Payment({ destination: 'test.hub.node.end.x' })
  await down.send(hub)
  tally.check(down.fulfilled, 'from a hub of many')
  const up = new Payment({ destination: 'test.hub.somebody' })
  await up.send(end)
  tally.check(up.fulfilled, 'to a hub of many')
  await Promise.all([hub.disconnect(), end.disconnect()])
  const { accounts } = await ilpd.stop()
  tally.equal(accounts.hub.balance, '0', 'the balance of a hub of many')
}

async function main () {
  for (const kinds of [{ left: 'http', right: 'http' }, { left: 'btp', right: 'http' }, { left: 'http', right: 'btp' }]) await between(kinds)
  await childOfMany()
  process.exit(tally.end())
}

main().catch((error) => {
  console.error(error)
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`)
  process.exit(1)
})
