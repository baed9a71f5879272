// SPDX-License-Identifier: Apache-2.0
// Compares our JSON with JavaScript's, on documents that are known to be
// nasty, on random ones, and on random damage to both.
//
//     node json.js PATH_TO_json_peer [SEED]
//
// The same documents must be refused. What is taken must come back as
// JSON.stringify would write it, but with every number and every repeated key
// as they were. We refuse three things that JSON.parse takes, and this holds us
// to it: bytes that are no UTF-8, escapes of half a surrogate pair, and nesting
// deeper than 64.
'use strict'

const { spawnSync } = require('child_process')

const DEPTH_MAX = 64
const RANDOM = 6000
const MUTATIONS = 5 // of each document

const peer = process.argv[2]
const seed = process.argv[3] ? Number(process.argv[3]) : Date.now() % 1e9
if (!peer) {
  console.error('usage: node json.js PATH_TO_json_peer [SEED]')
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
const many = (below, make) => Array.from({ length: random(below) }, make)

// ---- documents

const nasty = [
  '', ' ', '\n\n', '\t', '\f', '\v', '\u00a0', '\u2028', '\ufeff', '\ufeff1', '1\ufeff', '\f1',
  '1\f', '\u00a01', '0', '-0', '-', '--1', '+1', '01', '-01', '00', '0.0', '1.', '.5', '-.5',
  '1.e1', '1e', '1e+', '1E-', '1e5', '1E+5', '1e-5', '0e0', '0E+1', '1.5.5', '1e5e5', '1e1.5',
  '0x10', '1_000', '1,000', 'NaN', 'Infinity', '-Infinity', '-NaN', '1 2', '1\n2', '- 1', '1 .5',
  '１', '123456789012345678901234567890', '18446744073709551615', '9007199254740993',
  '-9223372036854775808', '1e400', '-1e400', '1e-400', '0.1000', '1.0', '100e-2', '5E0001',
  'null', 'nul', 'nulll', 'Null', 'NULL', 'true', 'tru', 'truee', 'True', 'false', 'fals', 'undefined',
  'null null', 'nullnull', 'nan', 'n', 't', 'f', 'true\0', '\0', '\0true', '1\0', '[1\0]', '"a\0b"',
  '"a', 'a"', '"', '""', '"""', '"a""b"', '"a" "b"', '\'a\'', '`a`', '"a\nb"', '"a\rb"', '"a\tb"',
  '"\u0001"', '"\u001f"', '"\u007f"', '"\u0080"', '"\u2028\u2029"', '"\ufeff"', '"\ufffe\uffff"',
  '"\\', '"\\"', '"\\\\"', '"\\\\\\"', '"\\/"', '"\\b\\f\\n\\r\\t\\"\\\\"', '"\\a"', '"\\v"', '"\\0"',
  '"\\x41"', '"\\\'"', '"\\\n"', '"\\ "', '"\\B"', '"\\N"', '"\\U0041"', '"\\u"', '"\\u1"', '"\\u12"',
  '"\\u123"', '"\\u1234"', '"\\u12345"', '"\\u123', '"\\u 123"', '"\\u+123"', '"\\u-123"', '"\\u0x41"',
  '"\\uABCD\\uabcd\\uAbCd"', '"\\u00g0"', '"\\u00G0"', '"\\u0000"', '"\\u001f"', '"\\u0022"', '"\\u005c"',
  '"\\u005C"', '"\\u005c\\u0022"', '"\\u002f"', '"\\u007f"', '"\\u2028"', '"\\uffff"', '"\\ufffe"',
  '"\\ud83d\\udcb8"', '"\\uD800\\uDC00"', '"\\udbff\\udfff"', '"\\ud83d"', '"\\udcb8"', '"\\ud83dx"',
  '"\\ud83d\\n"', '"\\ud83d\\u0041"', '"\\ud83d\\ud83d\\udcb8"', '"\\ud83d\\udcb8\\udcb8"',
  '"\\udcb8\\ud83d"', '"\\udcb8\\udcb8"', '"\\ud83d\\u"', '"\\ud83d\\udc"', '"\\ud83d\\', '"\\ud83d\\ue000"', '"\\ud83d',
  '{"\\ud83d":1}', '{"\\udcb8":1}', '["\\ud83d"]', '"\ud83d\udcb8"', '"\u{10ffff}"',
  '[]', '[ ]', '[\n]', '[', ']', '[[', '[[]', '[]]', '[1', '[1,', '[1,]', '[,]', '[,1]', '[1,,2]',
  '[1 2]', '[1;2]', '[1:2]', '[1}', '{1]', '[1, 2 ,3 ]', '[\f1]', '[\u00a01]', '[null,]', '["a]',
  '[1]\n', '[1]x', '[1],', '[1][2]', '[1]{}', '(1)', '[...]', '[1//c\n]', '[/*c*/1]', '[1]#c',
  '//c\n1', '/*c*/1', '1/**/', '#c', '<!--c-->1', '{}', '{ }', '{', '}', '{{}}', '{}{}', '{,}',
  '{"a"}', '{"a":}', '{"a":1', '{"a":1,', '{"a":1,}', '{"a":1,,"b":2}', '{,"a":1}', '{"a" 1}',
  '{"a"::1}', '{"a",1}', '{"a"=1}', '{"a":1;"b":2}', '{"a":1 "b":2}', '{:1}', '{a:1}', '{1:1}',
  '{null:1}', '{\'a\':1}', '{["a"]:1}', '{"a":1]', '{"a":1}}', '{"a": b}', '{"a":1}#', '{"":0}',
  '{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '{"a":{"a":{"a":1}}}', '{"__proto__":1}',
  '{"__proto__":{"a":1},"a":2}', '{"constructor":1,"toString":2}', '{"2":1,"1":2}', '{"a":"b}',
  ' { "a" : [ 1 , { } ] , "b" : null } ', '\r\n{\r\n\t"a"\r\n:\t1\r\n}\r\n', '{"a\nb":1}',
  '{"\\n":1}', '{"a":/*c*/1}', '\u2028[]', '[]\u2029', '*', '*1', '\\u0031', '&nbsp;1',
  '['.repeat(DEPTH_MAX) + ']'.repeat(DEPTH_MAX),
  '['.repeat(DEPTH_MAX + 1) + ']'.repeat(DEPTH_MAX + 1),
  '{"a":'.repeat(DEPTH_MAX) + '1' + '}'.repeat(DEPTH_MAX),
  '{"a":'.repeat(DEPTH_MAX + 1) + '1' + '}'.repeat(DEPTH_MAX + 1),
  '[{"a":'.repeat(DEPTH_MAX / 2) + '[]' + '}]'.repeat(DEPTH_MAX / 2),
  '['.repeat(5000), '['.repeat(5000) + ']'.repeat(5000), '{"":'.repeat(5000), '[' + '[],'.repeat(5000) + '1]',
  '"' + 'x'.repeat(100000) + '"', '1'.repeat(10000), '-' + '9'.repeat(400) + '.' + '0'.repeat(400), ' '.repeat(50000) + '1'
].map((text) => Buffer.from(text)).concat([
  '22ff22', '2280 22', '22c022', '22c08022', '22c0af22', '22c122', '22c3 22', '22e28022', '22e2 28 a1 22',
  '22eda08022', '22edbfbf22', '22eda0bdedb2b822', '22f0808080 22', '22f08282ac22', '22f490808022',
  '22f5808080 22', '22f888808080 22', '22fe22', '22efbfbf22', '22f48fbfbf22', '22ee808022', '22ed9fbf22',
  'ff', '80', 'c3bc', '5bff5d', '31ff', 'efbbbf5b5d', 'efbb', 'ef', 'feff0031', 'fffe3100', '7b22ff223a317d', '225cff22',
  '225c75ff303030 22', '22f09f92'
].map((bytes) => Buffer.from(bytes.replace(/ /g, ''), 'hex')))

const space = () => random(4) ? '' : many(3, () => pick([' ', '\n', '\r', '\t'])).join('')
const digits = () => Array.from({ length: 1 + random(random(4) ? 4 : 30) }, () => random(10)).join('')

function randomNumber () {
  return (random(3) ? '' : '-') + (random(4) ? String(1 + random(9)) + (random(2) ? digits() : '') : '0') +
    (random(3) ? '' : '.' + digits()) + (random(4) ? '' : pick(['e', 'E']) + pick(['', '+', '-']) + digits())
}

function hexEscape (unit) {
  const hex = unit.toString(16).padStart(4, '0')
  return '\\u' + (random(2) ? hex : hex.toUpperCase())
}

function randomCharacter () {
  const code = pick([random(0x80), random(0x80), random(0x800), random(0x10000), random(0x110000)])
  switch (random(8)) {
    case 0:
      return '\\' + pick(['"', '\\', '/', 'b', 'f', 'n', 'r', 't'])
    case 1: // half of a pair, now and then
      return hexEscape(random(20) ? random(0xd800) : 0xd800 + random(0x800))
    case 2:
      return String.fromCodePoint(0x10000 + random(0x100000)).split('').map((c) => hexEscape(c.charCodeAt(0))).join('')
    default:
      if (code < 0x20 || code === 0x22 || code === 0x5c || (code >= 0xd800 && code < 0xe000)) return 'a'
      return String.fromCodePoint(code)
  }
}

const randomString = () => '"' + (random(3) ? pick(['', 'a', 'b', '1', 'toString']) : many(12, randomCharacter).join('')) + '"'

function randomValue (depth) {
  switch (random(depth > 0 ? 8 : 5)) {
    case 0:
      return pick(['null', 'true', 'false'])
    case 1: case 2:
      return randomNumber()
    case 3: case 4:
      return randomString()
    case 5: case 6:
      return '{' + space() + many(6, () => randomString() + space() + ':' + randomText(depth - 1)).join(',' + space()) + '}'
    default:
      return '[' + space() + many(6, () => randomText(depth - 1)).join(',') + ']'
  }
}

const randomText = (depth) => space() + randomValue(depth) + space()

const signs = '{}[]:,"\\/0123456789.-+eEunltrfasbx\' \n\t\f\0\u007f'
function mutate (document) {
  const out = [...document]
  for (let i = 1 + random(3); i > 0; i--) {
    const at = random(out.length + 1)
    const byte = random(8) ? signs.charCodeAt(random(signs.length)) : random(256)
    switch (random(5)) {
      case 0:
        out.splice(at, 1)
        break
      case 1:
        out.splice(at, 0, byte)
        break
      case 2:
        out.splice(at, 1, byte)
        break
      case 3:
        out.splice(at, 0, ...out.slice(at, at + random(10)))
        break
      default:
        out.splice(random(20) ? out.length : at)
    }
  }
  return Buffer.from(out)
}

// ---- what JavaScript makes of them

// Only for texts that JSON.parse has taken, so it need not be strict.
const tokens = (text) => text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g)

function depthOf (list) {
  let depth = 0
  let deepest = 0
  for (const token of list) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth)
    if (token === ']' || token === '}') depth--
  }
  return deepest
}

// The text we should answer, or why we should refuse.
function expectation (document) {
  let text
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document)
  } catch {
    return { refuse: 'is no UTF-8' }
  }
  let value
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { refuse: error.message }
  }
  const list = tokens(text)
  const strings = list.filter((token) => token[0] === '"').map((token) => JSON.parse(token))
  if (strings.some((string) => /\p{Surrogate}/u.test(string))) return { refuse: 'half of a pair', exception: 'surrogate' }
  if (depthOf(list) > DEPTH_MAX) return { refuse: 'too deep', exception: 'arrays and objects in one another' }
  const take = list.map((token) => token[0] === '"' ? JSON.stringify(JSON.parse(token)) : token).join('')
  return { take, value }
}

// ---- ours

function ask (documents, indent) {
  const input = []
  for (const document of documents) {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(document.length)
    input.push(head, document)
  }
  const run = spawnSync(peer, [String(indent)], { input: Buffer.concat(input), maxBuffer: 1 << 30 })
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
function fail (document, claim, expected, actual) {
  console.error(`${claim}\ndocument ${document.toString('hex')}`)
  console.error(`         ${JSON.stringify(document.toString())}`)
  console.error(`expected ${expected}\nactual   ${actual}`)
  console.log(`${passed} passed, 1 failed`)
  process.exit(1)
}

function compare (document, expected, compact, indented) {
  if (expected.refuse) {
    if (!compact.startsWith('refuse ')) fail(document, 'should be refused', expected.refuse, compact)
    if (expected.exception && !compact.includes(expected.exception)) {
      fail(document, 'refused for another reason', expected.exception, compact)
    }
    if (Number(compact.split(' ')[1]) > document.length) fail(document, 'offset past the end', document.length, compact)
    return
  }
  if (compact !== expected.take) fail(document, 'reads differently', expected.take, compact)
  const plain = JSON.stringify(expected.value)
  if (JSON.stringify(JSON.parse(indented)) !== plain) fail(document, 'indented, reads differently', plain, indented)
  // Where JavaScript loses nothing, it also indents as we do.
  const pretty = JSON.stringify(expected.value, null, 2)
  if (plain === expected.take && indented !== pretty) fail(document, 'indented differently', pretty, indented)
}

const documents = [...nasty]
for (let i = 0; i < RANDOM; i++) documents.push(Buffer.from(randomText(random(7))))
for (const document of documents.slice()) {
  if (document.length > 5000) continue
  for (let i = 0; i < MUTATIONS; i++) documents.push(mutate(document))
}

const compact = ask(documents, 0)
const indented = ask(documents, 2)
if (compact.length !== documents.length || indented.length !== documents.length) {
  console.error(`${documents.length} documents, ${compact.length} and ${indented.length} answers`)
  console.log('0 passed, 1 failed')
  process.exit(1)
}
const count = { taken: 0, refused: 0, exceptions: 0 }
documents.forEach((document, i) => {
  const expected = expectation(document)
  compare(document, expected, compact[i], indented[i])
  passed++
  count[expected.exception ? 'exceptions' : expected.refuse ? 'refused' : 'taken']++
})
console.log(`${count.taken} taken, ${count.refused} refused by both, ${count.exceptions} refused by us alone`)
console.log(`${passed} passed, 0 failed`)
