// SPDX-License-Identifier: Apache-2.0
// forward.js - what it takes to pass packets on: forward.js BUILD [--json]
// [--seconds S] [--durability memory|strict|relaxed|audit] [case...]. For each
// case the same load goes through ilpd, through a relay that only copies frames
// (the yardstick), and in some through ilp-connector. The books of ilpd are in
// memory, unless a durability is named: then they are in a file in BUILD. A
// figure that misses its target is reported like any other; a wrong or missing
// answer, or books of ilpd that do not agree, fail.
'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')
const { execFileSync } = require('child_process')
const { diskFolder, measureDisk } = require('./forward/disk')
const { listOn, PAGE } = require('./forward/listing')
const { launch, pinned, nodes } = require('./forward/nodes')
const { measurePost } = require('./forward/post')

const DURABILITIES = ['memory', 'strict', 'relaxed', 'audit']

// links: on each side; inFlight: of each sender. What ilpd is to reach with a
// durability is a number by itself, or a number of times better than a peer.
const CASES = {
  'btp-8x256': {
    links: 8,
    inFlight: 256,
    peers: ['relay', 'ilp-connector'],
    targets: {
      memory: { rate: { itself: 2000000, 'ilp-connector': 100 }, shard: { relay: 0.5 } },
      strict: { rate: { itself: 1500000, memory: 0.7 } },
      audit: { rate: { itself: 500000 } }
    }
  },
  'btp-1x100': {
    links: 1,
    inFlight: 100,
    peers: ['relay', 'ilp-connector'],
    targets: {
      memory: { rate: { itself: 400000, 'ilp-connector': 25 } },
      strict: { rate: { itself: 200000 } }
    }
  },
  'btps-8x256': {
    links: 8,
    inFlight: 256,
    tls: true,
    peers: ['relay'],
    targets: { memory: { rate: { itself: 800000 } } }
  },
  'btp-64x4': {
    links: 64,
    inFlight: 4,
    peers: ['relay'],
    targets: { memory: { rate: { itself: 150000 } } }
  },
  'btp-1x1': {
    links: 1,
    inFlight: 1,
    peers: ['relay'],
    targets: { memory: { p50: { itself: 150 } } }
  },
  // ILP over HTTP: 8 connections of HTTP/2 on each side; and 64 of HTTP/1.1,
  // each of which carries one packet at a time.
  'h2-8x64': {
    links: 8,
    inFlight: 64,
    http: 2,
    durability: 'strict',
    peers: [],
    targets: { strict: { rate: { itself: 200000 } } }
  },
  'h1-64x1': {
    links: 64,
    inFlight: 1,
    http: 1,
    durability: 'strict',
    peers: ['ilp-connector'],
    targets: { strict: { rate: { itself: 45000, 'ilp-connector': 7 } } }
  },
  // A request alone, beside a server that does nothing else.
  'h1-post': {
    post: { version: 1 },
    durability: 'memory',
    peers: ['nginx'],
    targets: { memory: { cpu: { nginx: 1 / 1.5 } } }
  },
  // While somebody lists 100,000 accounts again and again: what packets notice
  // of it, beside the same done to another node on the same machine.
  'btp-8x64-listed': {
    links: 8,
    inFlight: 64,
    idle: 100000,
    peers: ['elsewhere'],
    targets: { memory: { rate: { itself: 1000000 }, p99: { elsewhere: 0.8 } } }
  },
  // How long an answer waits for the disk, beside one that does not wait, and
  // the disk alone.
  'btp-1x1-disk': {
    links: 1,
    inFlight: 1,
    durability: 'strict',
    peers: ['relaxed', 'disk'],
    targets: { strict: { p50: { disk: 0.5 } } }
  }
}

// CPU is user and kernel time of all threads; "shard" is that of the one
// thread that packets pass through, "ledger" that of the one which writes their
// money down. Each of its commits is one fdatasync; those of writing the log
// back now and then are not counted, but their bytes are. "load" is what the
// generator itself needs: where that is as much as a packet takes, it was the
// load that set the rate.
const FIGURES = {
  rate: { unit: 'packets/s', digits: 0, more: true },
  cpu: { unit: 'us/packet', digits: 3 },
  shard: { unit: 'us/packet', digits: 3 },
  ledger: { unit: 'us/packet', digits: 3 },
  load: { unit: 'us/packet', digits: 3, alone: true },
  calls: { unit: 'calls/packet', digits: 3 },
  commits: { unit: 'commits/pkt', digits: 5 },
  bytes: { unit: 'bytes/packet', digits: 1 },
  p50: { unit: 'us', digits: 0 },
  p99: { unit: 'us', digits: 0 },
  p999: { unit: 'us', digits: 0 },
  memory: { unit: 'MiB', digits: 0 },
  rejects: { unit: 'packets', digits: 0 },
  listed: { unit: 'accounts/s', digits: 0, alone: true }
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)

// Runs the load generator against a node, and gives what it printed.
async function load (kind, node, { warmup, seconds }, build) {
  const started = launch(pinned(1, [
    path.join(build, 'bench/bench-forward-load'),
    '--links', kind.links, '--in-flight', kind.inFlight, '--pid', node.pid,
    '--warmup', warmup, '--seconds', seconds,
    ...(kind.tls ? ['--tls'] : []), ...(kind.http ? ['--http', kind.http] : []), ...(node.relayed ? ['--relayed'] : []), ...node.ports
  ]))
  if (await started.ended !== 0) throw new Error('the load has failed')
  return JSON.parse(started.output)
}

// Says where a node's books differ from what its peers have seen.
function difference (seen, books) {
  const id = books && Object.keys(seen).find((name) => books[name] !== seen[name])
  return id && `the books do not agree: ${id} has ${books[id]}, its peer ${seen[id]}`
}

async function measure (name, kind, times, place) {
  if (kind.post) return measurePost(name, kind.post, times, place)
  if (name === 'disk') return measureDisk(place.disk, times.seconds)
  const node = await nodes[name](kind, place)
  const listing = kind.idle && listOn(node.admin)
  const begin = process.hrtime.bigint()
  let seen, end, listed
  try {
    seen = await load(kind, node, times, place.build)
    listed = listing && listing.pages * PAGE / (Number(process.hrtime.bigint() - begin) / 1e9)
    await (listing && listing.stop())
  } finally {
    end = await node.stop()
  }
  const wrong = difference(seen.books, end.books)
  if (wrong && name !== 'ilp-connector') throw new Error(wrong)
  if (wrong) console.error(`${name}: ${wrong}`)
  const each = (ns) => ns / 1000 / seen.packets
  const threads = seen.cpu_ns
  return {
    rate: seen.packets / (seen.ns / 1e9),
    cpu: each(sum(Object.values(threads))),
    shard: name === 'relay' ? each(sum(Object.values(threads))) : each(threads['ilpd-shard']),
    ledger: each(threads['ilpd-ledger']),
    load: each(seen.own_cpu_ns),
    calls: end.calls / seen.all_packets,
    commits: end.commits / seen.all_packets,
    bytes: end.bytes / seen.all_packets,
    p50: seen.p50_us,
    p99: seen.p99_us,
    p999: seen.p999_us,
    memory: seen.peak_kib / 1024,
    rejects: sum(Object.values(seen.rejects)),
    listed
  }
}

const significant = (value) => Number(value.toPrecision(4))

// How many times better ours is.
const ratio = (figure, ours, theirs) => FIGURES[figure].more ? ours / theirs : theirs / ours

function printJson (name, { durability }, results, targets) {
  const line = (figure, row) => console.log(JSON.stringify(
    { bench: 'forward', case: name, durability, figure, unit: FIGURES[figure].unit, ...row }))
  const { ilpd, ...peers } = results
  for (const figure of Object.keys(FIGURES)) {
    const value = ilpd && ilpd[figure]
    const wanted = targets[figure] || {}
    if (!Number.isFinite(value)) continue
    line(figure, { value: significant(value), target: wanted.itself })
    for (const vs of Object.keys(peers)) {
      const theirs = peers[vs][figure]
      if (FIGURES[figure].alone || !theirs) continue
      const times = significant(ratio(figure, value, theirs))
      line(figure, { value: significant(value), vs, vs_value: significant(theirs), ratio: times, target: wanted[vs] })
    }
  }
}

const round = (value, digits) =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })

// The target of a figure, and how it compares, in words.
function verdicts (figure, results, wanted) {
  const { more } = FIGURES[figure]
  const bound = more ? 'at least' : 'at most'
  return Object.entries(wanted).map(([vs, target]) => {
    if (vs === 'itself') return `${bound} ${round(target, 0)}`
    if (!results.ilpd || !results[vs]) return ''
    const times = ratio(figure, results.ilpd[figure], results[vs][figure])
    if (!Number.isFinite(times)) return ''
    return more
      ? `${round(times, times < 10 ? 2 : 0)} times ${vs}'s (${bound} ${target})`
      : `${round(1 / times, 2)} times ${vs}'s (${bound} ${1 / target})`
  }).filter(Boolean).join(', ')
}

function printTable (name, kind, results, targets) {
  const columns = ['ilpd', ...kind.peers]
  const title = kind.durability === 'memory' ? name : `${name} ${kind.durability}`
  const cells = (row) => row.map((cell) => cell.padStart(15)).join('')
  console.log(`\n${title.padEnd(22)}${cells(columns)}   target`)
  for (const [figure, { unit, digits }] of Object.entries(FIGURES)) {
    const row = columns.map((column) => {
      const value = results[column] ? results[column][figure] : NaN
      return Number.isFinite(value) ? round(value, digits) : '-'
    })
    if (row.every((cell) => cell === '-')) continue
    const target = verdicts(figure, results, targets[figure] || {})
    console.log(`  ${figure.padEnd(8)}${unit.padEnd(12)}${cells(row)}   ${target}`.trimEnd())
  }
}

async function run (name, options, place) {
  const kind = { durability: options.durability, ...CASES[name] }
  const targets = kind.targets[kind.durability] || {}
  if (kind.durability !== 'memory' && !CASES[name].durability) kind.peers = ['memory', ...kind.peers]
  const results = {}
  for (const node of ['ilpd', ...kind.peers]) {
    // The compiler of JavaScript wants its time.
    const warmup = node === 'ilp-connector' ? 3 : 1
    try {
      results[node] = await measure(node, kind, { warmup, seconds: options.seconds }, place)
    } catch (error) {
      console.error(`${name}, ${node}: ${error.message}`)
      process.exitCode = 1
    }
  }
  if (options.json) printJson(name, kind, results, targets)
  else printTable(name, kind, results, targets)
}

function makeCertificate (folder) {
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes',
    '-days', '2', '-subj', '/CN=127.0.0.1',
    '-keyout', path.join(folder, 'key.pem'), '-out', path.join(folder, 'cert.pem')
  ], { stdio: 'ignore' })
}

function parse (words) {
  const options = { json: false, seconds: 5, durability: 'memory', names: [] }
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--json') options.json = true
    else if (words[i] === '--seconds') options.seconds = Number(words[++i])
    else if (words[i] === '--durability') options.durability = words[++i]
    else if (CASES[words[i]]) options.names.push(words[i])
    else throw new Error(`There is no case ${words[i]}; there are: ${Object.keys(CASES).join(' ')}`)
  }
  if (!DURABILITIES.includes(options.durability)) {
    throw new Error(`There is no durability ${options.durability}; there are: ${DURABILITIES.join(' ')}`)
  }
  if (options.names.length === 0) options.names = Object.keys(CASES)
  return options
}

async function main (build, ...words) {
  const options = parse(words)
  const place = { build, folder: fs.mkdtempSync(path.join(os.tmpdir(), 'forward-')), disk: diskFolder(build) }
  try {
    makeCertificate(place.folder)
    for (const name of options.names) await run(name, options, place)
  } finally {
    for (const folder of [place.folder, place.disk]) fs.rmSync(folder, { recursive: true })
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error.message)
  process.exitCode = 2
})
