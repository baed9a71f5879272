// SPDX-License-Identifier: Apache-2.0
// Holds our JSON Web Tokens against npm's jsonwebtoken, which signs and checks
// for ilp-plugin-http.
//
//     node jwt.js PATH_TO_codec_peer
//
// Each side signs what the other checks. Then odd claims and headers, well
// signed, and damaged tokens are checked by both, who must agree, or differ in
// a way that is listed below.
//
// The environment variable SEED repeats a run.
'use strict'

const { createHmac, createSign, generateKeyPairSync } = require('crypto')
const { need } = require('./lib/need')
const { Peer } = require('./lib/peer')
const { Random } = require('./lib/random')
const { Tally } = require('./lib/tally')
const { hex } = require('./lib/bytes')
const jsonwebtoken = need('jsonwebtoken')

const NOW = 1700000000 // seconds, the clock of both
const TOKENS = 1000 // of each kind by HS256; RS256 is slow, and gets a tenth

const path = process.argv[2]
if (!path) {
  console.error('usage: node jwt.js PATH_TO_codec_peer')
  process.exit(2)
}
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() % 1e9
const random = new Random(seed)
const tally = new Tally()
const peer = new Peer(path)
console.log(`seed ${seed}`)

const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
})
const secret = random.bytes(1 + random.below(100))
const keys = {
  HS256: { sign: secret, check: secret, count: TOKENS, by: (text) => createHmac('sha256', secret).update(text).digest('base64url') },
  RS256: { sign: pair.privateKey, check: pair.publicKey, count: TOKENS / 10, by: (text) => createSign('sha256').update(text).sign(pair.privateKey, 'base64url') }
}
const material = (key) => hex(Buffer.from(key))

// ---- what each side says of a token: { exp, sub } or { error }

async function ours (algorithm, token, { iss = '', sub = '', aud = '' }) {
  const said = await peer.get(`jwt verify ${algorithm.toLowerCase()} ${material(keys[algorithm].check)} ${NOW * 1000} ${token} ${JSON.stringify({ iss, sub, aud })}`)
  if (!said.startsWith('good ')) return { error: said.slice(4) }
  const [, exp, subject] = said.split(' ')
  return { exp: Number(exp) / 1000, sub: Buffer.from(subject, 'hex').toString() }
}

function theirs (algorithm, token, { iss, sub, aud }) {
  try {
    const claims = jsonwebtoken.verify(token, keys[algorithm].check, {
      algorithms: [algorithm], clockTimestamp: NOW, ...(iss && { issuer: iss }), ...(sub && { subject: sub }), ...(aud && { audience: aud })
    })
    return { exp: Math.floor(claims.exp), sub: claims.sub || '', claims }
  } catch (error) {
    return { error: error.message }
  }
}

// ---- how we are known to differ: what we refuse and they take, by what we
// say of it, and when that may be. The example shows that it is still so.

const header = (more = {}) => JSON.stringify({ alg: 'HS256', ...more })
const claims = (more = {}) => JSON.stringify({ exp: NOW + 60, ...more })
const parsed = (part) => JSON.parse(Buffer.from(part, 'base64url'))
const isText = (value) => value === undefined || typeof value === 'string'

const stricter = {
  'does not say when it expires': { why: 'They take a token that is good for ever.', example: [header(), '{}'] },
  expired: {
    why: 'They count the fraction of a second that we leave out.',
    when: (token) => Math.floor(parsed(token.split('.')[1]).exp) === NOW,
    example: [header(), `{"exp":${NOW}.5}`]
  },
  'issued in the future': { why: 'They look at iat only to limit the age.', example: [header(), claims({ iat: NOW + 1 })] },
  'a date is not in seconds since 1970': { why: 'They take any number, such as milliseconds, and for iat anything.', example: [header(), claims({ exp: NOW * 1000 })] },
  'says the same thing twice': { why: 'To JavaScript the last one counts.', example: [header(), `{"exp":${NOW - 1},"exp":${NOW + 1}}`] },
  'needs extensions that nobody knows': { why: 'They do not look at crit, as RFC 7515 (4.1.11) demands.', example: [header({ crit: ['b64'] }), claims()] },
  'brings its own key': { why: 'They do not look at keys in the header, and neither would we.', example: [header({ jku: '' }), claims()] },
  'a token of another type than JWT': { why: 'They do not look at typ; see RFC 8725 (3.11).', example: [header({ typ: 'at+jwt' }), claims()] },
  'issuer is missing or not the one agreed': {
    why: 'They take an issuer that is no text where none is agreed.',
    when: (token) => !isText(parsed(token.split('.')[1]).iss),
    example: [header(), claims({ iss: 1 })]
  },
  'subject is missing or not the one agreed': {
    why: 'As with the issuer.',
    when: (token) => !isText(parsed(token.split('.')[1]).sub),
    example: [header(), claims({ sub: null })]
  },
  'audience is missing or somebody else': {
    why: 'As with the issuer, and they pass over what is no text among several audiences.',
    when: (token) => [parsed(token.split('.')[1]).aud].flat().some((one) => typeof one !== 'string'),
    example: [header(), claims({ aud: ['a', 1] })]
  },
  'not base64url without padding': {
    why: 'They ignore unused bits that are not zero, which gives one signature several spellings.',
    when: (token) => token.split('.').some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part)
  }
}
const seen = Object.fromEntries(Object.keys(stricter).map((text) => [text, 0]))

async function compare (algorithm, token, expected = {}) {
  const [we, they] = [await ours(algorithm, token, expected), theirs(algorithm, token, expected)]
  const what = `${algorithm} ${token}\n  we   ${JSON.stringify(we)}\n  they ${JSON.stringify(they)}`
  if (we.error && they.error) return tally.pass()
  if (!we.error) return tally.check(!they.error && we.exp === they.exp && we.sub === they.sub, what)
  const known = stricter[we.error]
  if (known) seen[we.error]++
  tally.check(known && (!known.when || known.when(token)), `no known difference: ${what}`)
}

function signed (algorithm, head, body) {
  const text = [head, body].map((part) => Buffer.from(part).toString('base64url')).join('.')
  return `${text}.${keys[algorithm].by(text)}`
}

// ---- what is tried

const name = () => random.pick(['alice', 'bob', 'https://alice.example', 'é"\\\n', random.text(40)])
const some = (make) => random.oneIn(2) ? make() : undefined

// The claims as they are, or with one of them changed.
function agreed ({ iss, sub, aud }) {
  const expected = { iss: some(() => iss), sub: some(() => sub), aud: some(() => [aud].flat()[0]) }
  if (random.oneIn(3)) expected[random.pick(['iss', 'sub', 'aud'])] = name()
  return expected
}

async function theySign (algorithm) {
  const { sign, count } = keys[algorithm]
  for (let i = 0; i < count; i++) {
    const said = { iss: some(name), sub: some(name), aud: random.oneIn(4) ? [name(), name()] : some(name) }
    const payload = JSON.parse(JSON.stringify({ ...said, iat: some(() => NOW - random.below(3)), exp: NOW + random.below(5) - 1, nbf: some(() => NOW + random.below(3) - 1) }))
    const token = jsonwebtoken.sign(payload, sign, { algorithm, noTimestamp: payload.iat === undefined })
    await compare(algorithm, token)
    await compare(algorithm, token, agreed(said))
  }
}

// As ilp-plugin-http does it: no claims, and a string for a secret.
async function pluginSigns () {
  keys.HS256.check = keys.HS256.sign = 'shh'
  const token = jsonwebtoken.sign({ iat: NOW }, 'shh', { expiresIn: 30 })
  tally.equal(await ours('HS256', token, {}), { exp: NOW + 30, sub: '' }, 'a token of ilp-plugin-http')
  keys.HS256.check = keys.HS256.sign = secret
}

async function weSign (algorithm) {
  const { sign, count } = keys[algorithm]
  for (let i = 0; i < count; i++) {
    const said = { iss: name(), sub: name(), aud: name() }
    const iat = random.below(2) * NOW
    const token = await peer.get(`jwt sign ${algorithm.toLowerCase()} ${material(sign)} ${JSON.stringify({ ...said, iat: iat * 1000, exp: NOW * 1000 + 1999 })}`)
    const kept = Object.fromEntries(Object.entries({ ...said, iat }).filter(([, value]) => value))
    const they = theirs(algorithm, token, said)
    tally.equal(they.claims && Object.entries(they.claims).sort(), Object.entries({ ...kept, exp: NOW + 1 }).sort(), `they do not read what we signed: ${token} ${they.error}`)
  }
}

const odd = ['null', '0', '-1', '1', '1.5', '1e3', `${NOW}`, `${NOW}.5`, `${NOW + 1}`, `${NOW * 1000}`, `"${NOW + 60}"`, 'true', '[]', '{}', '""', '"alice"', '["alice"]', '["alice",1]', '[["alice"]]', '"\\u0061lice"']
const fields = ['exp', 'exp', 'exp', 'iss', 'sub', 'aud', 'nbf', 'iat', 'x', '\\u0065xp']

async function oddClaims () {
  for (let i = 0; i < 2 * TOKENS; i++) {
    const members = [`"exp":${NOW + 60}`, ...random.many(2, () => `"${random.pick(fields)}":${random.pick(odd)}`)]
    if (random.oneIn(3)) members.shift()
    await compare('HS256', signed('HS256', header(), `{${members.join(',')}}`), agreed({ iss: 'alice', sub: 'alice', aud: 'alice' }))
  }
}

async function oddHeaders () {
  const alg = ['"HS256"', '"HS256"', '"HS256"', '"none"', '"HS512"', '"RS256"', '"hs256"', 'null', '1']
  const more = ['"typ":"JWT"', '"typ":"jwt"', '"typ":"at+jwt"', '"kid":"1"', '"crit":["exp"]', '"jwk":{}', '"alg":"none"']
  for (let i = 0; i < TOKENS; i++) {
    const head = `{${[`"alg":${random.pick(alg)}`, ...random.many(2, () => random.pick(more))].join(',')}}`
    for (const algorithm of ['HS256', 'RS256']) {
      if (algorithm === 'HS256' || random.oneIn(10)) await compare(algorithm, signed('HS256', head, claims()))
    }
  }
}

// One character becomes another, or comes, or goes.
async function damage (algorithm) {
  const alphabet = 'ABCXYZabcxyz012789-_+/=.'
  for (let i = 0; i < 2 * keys[algorithm].count; i++) {
    const token = signed(algorithm, JSON.stringify({ alg: algorithm }), claims({ sub: 'alice', i }))
    const at = random.oneIn(4) ? token.length - 1 : random.below(token.length)
    const end = at + random.below(2)
    await compare(algorithm, token.slice(0, at) + random.pick([...alphabet, '']) + token.slice(end))
  }
}

// Each difference must still be one, or it has to leave the list.
async function examples () {
  for (const [text, { example }] of Object.entries(stricter).filter(([, { example }]) => example)) {
    const token = signed('HS256', ...example)
    tally.equal([(await ours('HS256', token, {})).error, theirs('HS256', token, {}).error], [text, undefined], 'a difference that is none')
  }
}

async function main () {
  await examples()
  await pluginSigns()
  for (const algorithm of ['HS256', 'RS256']) {
    await theySign(algorithm)
    await weSign(algorithm)
    await damage(algorithm)
  }
  await oddClaims()
  await oddHeaders()
  tally.equal(await peer.close(), 0, 'the exit status of codec_peer')
  console.log('known difference                              times')
  for (const [text, times] of Object.entries(seen)) console.log(text.padEnd(42) + String(times).padStart(9))
  process.exit(tally.end())
}

main().catch((error) => {
  console.error(error)
  console.log(`${tally.passed} passed, ${tally.failed + 1} failed`)
  process.exit(1)
})
