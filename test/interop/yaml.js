// SPDX-License-Identifier: Apache-2.0
// Compares our YAML with npm's yaml, on random documents in every style that we
// take, on documents that are known to be nasty, and on random damage to both.
//
//     node yaml.js PATH_TO_yaml_peer [SEED]
//
// Whatever both take must mean the same, but for the types of what stands
// without quotes, which yaml is told to leave alone. What is not damaged must be
// taken. Of what is damaged we may refuse more: libyaml knows YAML 1.1. Blank lines
// of a block that says its own indentation, or behind an escaped line break, are
// not compared.
'use strict'

const { spawnSync } = require('child_process')
const { need } = require('./lib/need')
const YAML = need('yaml')

const RANDOM = 3000
const MUTATIONS = 8 // of each document

const peer = process.argv[2]
// The same documents each time, since npm's reader has mistakes of its own, and
// where it does nobody is left to ask; other seeds are for people to look at.
const seed = Number(process.argv[3] || 1)
if (!peer) {
  console.error('usage: node yaml.js PATH_TO_yaml_peer [SEED]')
  process.exit(2)
}
console.log(`seed ${seed}`)

// Small and repeatable; the same numbers on every version of Node.
let state = seed >>> 0
function random (below) {
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * below)
}
const pick = (list) => list[random(list.length)]
const times = (count, make) => Array.from({ length: count }, make)

// ---- documents

// Of each the value that it means is told by yaml alone.
const nasty = [
  'a: NO\nb: yes\nc: 09\nd: 0x1F\ne: 1_000\nf: 1e3\ng: ~\nh: null\ni: .inf\nj: 2001-12-14\nk: 1:30\nl: true\n',
  'a:\nb: \nc: # nothing\n', '- \n-\n- a\n', 'a: b # c\nd: e#f\n', 'a: x: y', 'a: b\n c\n', 'a: b\n\n\n  c\n\nd: e',
  "a: 'x''y'\nb: 'x\n\n  y'\n", 'a: "x\\\n  y"\n', 'a: "x\n\n  y"\n', 'a: "\\t\\n\\u00e9\\U0001F4B8\\x41\\e\\0\\_"\n',
  'a: |\n  x\n   y\n\n  z\n\nb: >\n  x\n  y\n\n  z\n', 'a: |-\n  x\n\n\nb: |+\n  x\n\n\nc: 1\n', 'a: >-\n  x\n    y\n  z\n',
  '{a: b, c: [d, e], "f": {g: h}}', '[a, [b, {c: d}], e]', '{a, b: , c}', '[a: b, c]', '{"a":1}', '["a":1]', "{'a':'b'}",
  '? a\n: b\n', '? a\n', 'a:\n- b\n- c\nd:\n  - e\n', '- - a\n  - b\n- - c\n', '- a: b\n  c: d\n-   e: f\n',
  '---\na: b\n', '--- a\n', 'a: b\n...\n', '# c\n---\n# d\na: b\n# e\n', 'a : b\n', '"a": b\n', "'a': b\n", '1: 2\n', ': a\n',
  'a: -1\nb: - c\n', 'a: -\n', '-a: b\n', 'a: b:c\nd: e:\n', 'http://a.b/c: d\n', 'a: http://:t@h:1/x?y=z&a=b#c\n', 'a: [x, y ]\nb: [ ]\nc: { }\n',
  'a: "b" # c\n', 'a: b\r\nc: d\r\n', '\ta: b\n', 'a:\tb\n', 'a: b\t\n', 'a:\n  - b\n  -\tc\n', '- [a,\n   b]\n', 'a: {b: c,\n  d: e}\n',
  'a: @b', 'a: `b', 'a: %b', '%a: b', 'a: !b c', 'a: &b c', 'a: *b', 'a: ?b', 'a: ? b', 'a: ,b', 'a: ]', 'a: }', '', '\n', '#', '---', '...',
  'a: b\na: c\n', 'a: "\\z"', 'a: "\\ud800"', 'a: \u00e9\u2028b\n', 'a: "\u0085"\n', 'a: \u0007\n', 'a: [', 'a: "', "a: '", 'a: |x\n b\n'
]

const words = ['a', 'b c', 'NO', '09', '-1', '1e3', 'true', 'null', '~', 'x:y', 'a#b', '1.50', '0x1F', 'btp+ws://:t@h:7768/x', 'C:\\new', "it's", 'é', '😀', '$', '...a', '.5', '=', '<', '-a']
const letters = ['a', 'b', ' ', "'", '"', '\\', ':', '#', ',', '[', '{', '&', '*', '!', '|', '>', '%', '@', '-', '?', 'é', '😀', '~', '0', '9', '.', '\n', ' ', '\u0000', '\u001b', '\ud7ff', '\ue000']

const randomText = () => random(2) ? pick(words) : times(random(8), () => pick(letters)).join('')
const randomValue = (depth) => depth > 0 && random(3)
  ? (random(2) ? times(random(4), () => randomValue(depth - 1)) : Object.fromEntries(times(random(4), () => [`${pick(['a', 'b', 'c d', 'e'])}${random(9)}`, randomValue(depth - 1)])))
  : randomText()

// In a style of which there are many.
function randomDocument () {
  const document = new YAML.Document({ a: randomValue(1 + random(4)) }, { version: '1.2' })
  YAML.visit(document, {
    Scalar (key, node) {
      // In YAML 1.1 these begin a key or its value within brackets.
      if (/^[?:]|:[?,[\]{}]/.test(node.value)) node.type = 'QUOTE_SINGLE'
      else if (key !== 'key') node.type = pick(['PLAIN', 'PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED'])
    },
    Collection (key, node) { node.flow = random(4) === 0 }
  })
  return document.toString({ indent: pick([2, 3, 4]), indentSeq: random(2) === 0, lineWidth: pick([0, 20, 80]), singleQuote: random(2) === 0 })
}

const signs = 'ab01 :-?,[]{}#&*!|>\'"%@`\n\n\n\t  \\.~=<'
function mutate (text) {
  const out = [...text]
  for (let i = 1 + random(2); i > 0; i--) {
    const at = random(out.length + 1)
    const sign = pick([...signs])
    if (random(3) === 0) out.splice(at, 1)
    else if (random(2)) out.splice(at, 0, sign)
    else out.splice(at, 1, sign)
  }
  // Whether one is missing at the end of a block is not the same to both.
  return out.join('').replace(/\n?$/, '\n')
}

// ---- what yaml makes of them

const NUMBER = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/

function scalar (node) {
  if (node.type === 'PLAIN') {
    if (['', '~', 'null', 'Null', 'NULL'].includes(node.value)) return 'null'
    if (node.value === 'true' || node.value === 'false' || NUMBER.test(node.value)) return node.value
  }
  return JSON.stringify(node.value)
}

// JSON as text, since keys may be there twice and numbers are long.
function json (node) {
  if (node === null) return 'null'
  if (YAML.isScalar(node)) return scalar(node)
  if (YAML.isSeq(node)) return `[${node.items.map(json).join(',')}]`
  const key = (key) => key === null ? '""' : JSON.stringify(key.value)
  return `{${node.items.map((pair) => `${key(pair.key)}:${json(pair.value)}`).join(',')}}`
}

// Is there anything in it that we never take?
function isForeign (document) {
  let foreign = false
  YAML.visit(document, {
    Alias () { foreign = true },
    Node (key, node) { foreign = foreign || Boolean(node.anchor || node.tag) },
    Pair (key, pair) { foreign = foreign || YAML.isCollection(pair.key) || (YAML.isScalar(pair.key) && pair.key.value === '<<' && pair.key.type === 'PLAIN') }
  })
  return foreign
}

function expectation (text) {
  try {
    const documents = YAML.parseAllDocuments(text, { version: '1.2', schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' })
    if (documents.length !== 1 || documents[0].errors.length > 0) return undefined
    return isForeign(documents[0]) ? { foreign: true } : { take: json(documents[0].contents) }
  } catch {
    return undefined
  }
}

// ---- ours

function ask (documents) {
  const input = []
  for (const document of documents.map((text) => Buffer.from(text))) {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(document.length)
    input.push(head, document)
  }
  const run = spawnSync(peer, [], { input: Buffer.concat(input), maxBuffer: 1 << 30 })
  if (run.error || run.status !== 0) {
    console.error(`${peer} failed: ${run.error || run.signal || run.status}\n${run.stderr}`)
    console.log('0 passed, 1 failed')
    process.exit(1)
  }
  const answers = []
  for (let at = 0; at < run.stdout.length;) {
    const end = at + 4 + run.stdout.readUInt32BE(at)
    answers.push(run.stdout.toString('utf8', at + 4, end))
    at = end
  }
  return answers
}

let passed = 0
// What we do not take although it is YAML, so that nobody is surprised: texts in
// quotes over several lines, and keys that are nothing.
const STRICTER = /a text in quotes ends on the line|a key is missing|expected a key/

let failed = 0
function fail (text, claim, expected, actual) {
  failed++
  if (failed > 10) return
  console.error(`${claim}\ndocument ${JSON.stringify(text)}\n${text}\nexpected ${expected}\nactual   ${actual}`)
}

const whole = times(RANDOM, randomDocument)
const documents = [...nasty, ...whole]
for (const text of documents.slice()) documents.push(...times(MUTATIONS, () => mutate(text)))

const answers = ask(documents)
const count = { same: 0, both: 0, ours: 0, theirs: 0, indented: 0 }
documents.forEach((text, i) => {
  const expected = expectation(text)
  const refused = answers[i].startsWith('refuse ')
  const good = i >= nasty.length && i < nasty.length + whole.length
  if (!refused && !(expected && expected.take)) count.theirs++
  else if (!refused && answers[i] === expected.take) count.same++
  else if (!refused && /[|>][+-]?[1-9]|\\\n\s*\n/.test(text)) count.indented++
  else if (!refused) return fail(text, 'means something else', expected.take, answers[i])
  else if (!expected || expected.foreign) count.both++
  else if (good && !STRICTER.test(answers[i])) return fail(text, 'should be taken', expected.take, answers[i])
  else count.ours++
  if (!refused && expected && expected.foreign) return fail(text, 'should be refused', 'a refusal', answers[i])
  passed++
})
console.log(`${count.same} taken, ${count.both} refused by both, ${count.ours} by us alone, ${count.theirs} by yaml alone, ${count.indented} not compared`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
