// SPDX-License-Identifier: Apache-2.0
// Compares what libilp reads and writes with the Interledger packages of npm.
//
//     node codec.js PATH_TO_codec_peer [SEED] [COUNT]
//     node codec.js --differences
//
// Random values go through both encoders and both decoders, then random damage
// through both decoders. The two sides must agree, or differ in a way that is
// listed in lib/differences.js; the list is shown in Markdown by the second
// form. After that come the parts of STREAM that need keys.
'use strict'

const { differences, markdown } = require('./lib/differences')

if (process.argv[2] === '--differences') {
  console.log(markdown())
  process.exit(0)
}

const { formats } = require('./lib/formats')
const { judge } = require('./lib/judge')
const { mutate } = require('./lib/mutate')
const { Peer } = require('./lib/peer')
const { Random } = require('./lib/random')
const { Tally } = require('./lib/tally')
const { testStream } = require('./lib/stream')
const { hex, unhex } = require('./lib/bytes')

const DEFAULT_COUNT = 3000 // values of each format
const MUTATIONS = 3 // of each value
const ODD = 0.5 // odd packets for each value

const tally = new Tally()
const seen = Object.fromEntries(differences.map((d) => [d.id, 0]))

// Asks both sides about many inputs; gives what each was read as.
async function compare (peer, format, inputs) {
  const answers = await peer.askAll(inputs.map((input) => `decode ${format.name} ${hex(input)}`))
  return inputs.map((input, i) => {
    const verdict = judge(format, input, answers[i])
    if (verdict.unknown) tally.fail(`no known difference: ${verdict.unknown}`)
    else tally.pass()
    for (const id of verdict.ids || []) seen[id]++
    return verdict
  })
}

function theirBytes (format, value) {
  try {
    return format.theirs.encode(value)
  } catch (error) {
    return undefined
  }
}

// Where they write the same, it must be the same to the byte; where they are
// known to write something else, it must still be something else.
function compareBytes (format, value, ours, theirs) {
  const known = differences.filter((d) => d.kind === 'bytes' && d.when(format.name, value))
  const what = () => `${format.name} ${JSON.stringify(value).slice(0, 1000)}\n  we   ${hex(ours).slice(0, 1000)}\n  they ${theirs && hex(theirs).slice(0, 1000)}`
  if (known.length === 0) return tally.check(theirs && ours.equals(theirs), `not the same bytes: ${what()}`)
  for (const { id } of known) seen[id]++
  tally.check(!theirs || !ours.equals(theirs), `${known.map((d) => d.id)} no longer makes a difference: ${what()}`)
}

async function testValues (peer, random, format, count) {
  const values = Array.from({ length: count }, () => format.random(random))
  const answers = await peer.askAll(values.map((value) => `encode ${format.name} ${format.request(value)}`))
  const corpus = []
  values.forEach((value, i) => {
    if (answers[i].error) return tally.fail(`we cannot encode ${format.name} ${JSON.stringify(value).slice(0, 1000)}: ${answers[i].error}`)
    const ours = unhex(answers[i].text)
    const theirs = theirBytes(format, value)
    compareBytes(format, value, ours, theirs)
    corpus.push({ value, bytes: ours, own: true })
    if (theirs && !theirs.equals(ours)) corpus.push({ value, bytes: theirs, own: false })
  })
  const verdicts = await compare(peer, format, corpus.map((item) => item.bytes))
  verdicts.forEach((verdict, i) => {
    if (corpus[i].own) tally.equal(verdict.view, format.view(corpus[i].value), `we do not read ${format.name} as we wrote it`)
  })
  return corpus.map((item) => item.bytes)
}

async function testMutations (peer, random, format, corpus, count) {
  const inputs = []
  for (let i = 0; i < count * MUTATIONS; i++) {
    inputs.push(mutate(random, random.pick(corpus), random.pick(corpus), format.envelope))
  }
  for (let i = 0; i < count * ODD; i++) {
    const odd = format.odd(random)
    inputs.push(odd, mutate(random, odd, random.pick(corpus), format.envelope))
  }
  return compare(peer, format, inputs)
}

// A Prepare that we edit where it lies is the one that they make anew.
async function testEdits (peer, random, count) {
  const prepare = formats.find((format) => format.name === 'prepare')
  const years = (moment) => Math.max(moment, Date.UTC(1000, 0, 1))
  const edits = Array.from({ length: count }, () => {
    const value = prepare.random(random)
    return { before: { ...value, expiresAt: years(value.expiresAt) }, after: { ...value, amount: String(random.u64()), expiresAt: years(random.moment()) } }
  })
  const answers = await peer.askAll(edits.map(({ before, after }) => `edit prepare ${hex(prepare.theirs.encode(before))} ${after.amount} ${after.expiresAt}`))
  edits.forEach(({ after }, i) => tally.equal(answers[i].text, hex(prepare.theirs.encode(after)), 'an edited Prepare'))
}

// Each difference must still be one, or it has to leave the list.
async function testExamples (peer) {
  for (const { id, example } of differences.filter((d) => d.example)) {
    const format = formats.find((f) => f.name === example[0])
    const answer = await peer.ask(`decode ${format.name} ${hex(example[1])}`)
    const verdict = judge(format, example[1], answer)
    tally.check(verdict.ids && verdict.ids.includes(id), `the example of ${id} shows ${verdict.unknown || verdict.ids || 'agreement'}`)
  }
}

async function testFormat (peer, random, format, count) {
  const started = Date.now()
  const corpus = await testValues(peer, random, format, count)
  const verdicts = await testMutations(peer, random, format, corpus, count)
  const taken = verdicts.filter((v) => v.agreed === 'take').length
  const refused = verdicts.filter((v) => v.agreed === 'refuse').length
  const differ = verdicts.length - taken - refused
  const row = [format.name.padEnd(17), corpus.length, verdicts.length, taken, refused, differ, `${Date.now() - started} ms`]
  console.log(row.map((cell) => String(cell).padStart(9)).join(''))
}

async function main ([path, seedText, countText]) {
  const seed = seedText ? Number(seedText) : Date.now() % 1e9
  const count = countText ? Number(countText) : DEFAULT_COUNT
  const random = new Random(seed)
  const peer = new Peer(path)
  console.log(`seed ${seed}`)
  console.log('format               packets  damaged    taken  refused   differ     time')
  await testExamples(peer)
  for (const format of formats) await testFormat(peer, random, format, count)
  await testEdits(peer, random, count)
  await testStream(peer, random, tally, count)
  tally.equal(await peer.close(), 0, 'the exit status of codec_peer')
  console.log('\nknown difference            times')
  for (const [id, times] of Object.entries(seen)) console.log(id.padEnd(24) + String(times).padStart(9))
  process.exit(tally.end())
}

if (!process.argv[2]) {
  console.error('usage: node codec.js PATH_TO_codec_peer [SEED] [COUNT]\n       node codec.js --differences')
  process.exit(2)
}
main(process.argv.slice(2)).catch((error) => {
  console.error(error)
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`)
  process.exit(1)
})
