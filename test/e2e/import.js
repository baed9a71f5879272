// SPDX-License-Identifier: Apache-2.0
// What ilp makes of the settings of ilp-connector and moneyd, and that ilpd
// takes it.
//
//     node import.js PATH_TO_ilpd PATH_TO_ilp
'use strict'

const assert = require('assert')
const fs = require('fs')
const path = require('path')
const { spawnSync } = require('child_process')
const { Program } = require('../interop/lib/program')
const { folder, write } = require('../interop/lib/ilpd')
const { prove } = require('./lib/claims')

const [ilpd, ilp] = process.argv.slice(2)

// [status, output, errors]
function run (words, env = process.env) {
  const { status, stdout, stderr } = spawnSync(ilp, ['import', ...words], { env, encoding: 'utf8' })
  return [status, stdout, stderr]
}

// ilpd starts with this configuration; ports, and what it would fetch or keep,
// are the test's.
async function starts (config) {
  const own = { ...config, ledger: 'memory', listen: [{ host: '127.0.0.1', port: 0 }] }
  const program = new Program([ilpd, write(JSON.stringify(own))])
  await program.until('ilpd is ready', () => program.output.includes('ilpd is ready'))
  program.signal('SIGTERM')
  assert.strictEqual(await program.wait(), 0)
}

const ACCOUNTS = {
  parent: {
    relation: 'parent', plugin: 'ilp-plugin-btp', assetCode: 'XRP', assetScale: 9,
    balance: { maximum: '0', minimum: '-Infinity', settleThreshold: '-50', settleTo: '0' },
    options: { server: 'btp+ws://me:sesame@127.0.0.1:1' }
  },
  bob: {
    relation: 'peer', plugin: 'ilp-plugin-btp', assetCode: 'XRP', assetScale: 9, balance: { maximum: 'Infinity' },
    maxPacketAmount: '100', throughput: { incomingAmount: '5000', outgoingAmount: '6000', refillPeriod: 500 },
    options: { listener: { port: 7769, secret: 'bobs' } }
  },
  carol: {
    relation: 'child', plugin: 'ilp-plugin-http', assetCode: 'XRP', assetScale: 9, rateLimit: { refillCount: 5, capacity: 7 },
    options: { incoming: { port: 7770, staticToken: 'in' }, outgoing: { url: 'http://127.0.0.1:1/ilp', staticToken: 'out/' } }
  },
  dave: {
    relation: 'child', plugin: 'ilp-plugin-http', assetCode: 'XRP', assetScale: 9, ilpAddressSegment: 'd',
    options: { incoming: { port: 7770, jwtSecret: 'a secret of thirty-two bytes, ok' }, outgoing: { url: 'http://127.0.0.1:1/', jwtSecret: 'another one of thirty-two bytes.', jwtExpiry: 20000 } }
  },
  local: { relation: 'child', plugin: 'ilp-plugin-mini-accounts', assetCode: 'XRP', assetScale: 9, options: { port: 7768 } }
}

const VARIABLES = {
  CONNECTOR_ENV: 'test',
  CONNECTOR_ILP_ADDRESS: 'test.me',
  CONNECTOR_BACKEND: 'one-to-one',
  CONNECTOR_SPREAD: '0.01',
  CONNECTOR_MAX_HOLD_TIME: '60000',
  CONNECTOR_ADMIN_API: 'true',
  CONNECTOR_ROUTES: JSON.stringify([{ targetPrefix: 'test.bob', peerId: 'bob' }]),
  CONNECTOR_ACCOUNTS: JSON.stringify(ACCOUNTS)
}

// The same, as people write it.
const ECOSYSTEM = `'use strict'
// ours
const accounts = ${JSON.stringify(ACCOUNTS, null, 2).replace(/"(\w+)":/g, '$1:')}
const app = {
  name: 'connector',
  script: 'ilp-connector',
  env: {
    DEBUG: 'ilp*',
    ${Object.entries(VARIABLES).filter(([key]) => key !== 'CONNECTOR_ACCOUNTS').map(([key, value]) => `${key}: '${value}',`).join('\n    ')}
    CONNECTOR_ACCOUNTS: JSON.stringify(accounts, null, 2),
  },
}
module.exports = { apps: [{ name: 'gui', env: {} }, app] }
`

async function ilpd_takes_what_is_made_of_a_file_of_pm2 () {
  const [status, output, errors] = run([write(ECOSYSTEM)])
  assert.strictEqual(status, 0, errors)
  const config = JSON.parse(output)
  assert.strictEqual(config.address, 'test.me')
  assert.deepStrictEqual(config.accounts.map(({ id }) => id), ['parent', 'bob', 'carol', 'dave'])
  assert.deepStrictEqual(config.accounts.map(({ routes, ilpAddressSegment }) => routes || ilpAddressSegment), [[''], undefined, undefined, 'd'])
  assert.deepStrictEqual(config.listen, [{ host: '0.0.0.0', port: 7769 }, { host: '0.0.0.0', port: 7770 }])
  await starts(config)
}

async function all_ways_lead_to_the_same () {
  const expected = run([write(ECOSYSTEM)])
  assert.deepStrictEqual(run(['--app', 'connector', write(ECOSYSTEM)]), expected)
  assert.deepStrictEqual(run([write(JSON.stringify(VARIABLES))])[1], expected[1])
  assert.deepStrictEqual(run(['--env'], { PATH: '/bin', ...VARIABLES })[1], expected[1])
  const lines = Object.entries(VARIABLES).map(([key, value]) => `export ${key}='${value}'\n`).join('')
  assert.deepStrictEqual(run(['--env', write(`# ours\n${lines}`)])[1], expected[1])
}

async function what_is_left_out_is_named_and_no_secret_is () {
  const [, , errors] = run([write(ECOSYSTEM)])
  for (const part of ['account parent: settleThreshold', 'account local: ilp-plugin-mini-accounts', 'account carol: it has no balance', 'node: ADMIN_API']) assert.ok(errors.includes(`ilp: ${part}`), `${part}\n${errors}`)
  for (const secret of ['sesame', 'bobs', 'out/', 'thirty-two']) assert.ok(!errors.includes(secret))
}

async function ilpd_takes_what_is_made_of_a_file_of_moneyd () {
  const { parent } = ACCOUNTS
  const file = write(JSON.stringify({ version: 1, uplinks: { btp: { ...parent, sendRoutes: false, receiveRoutes: false } } }))
  const [status, output, errors] = run([file, '--address=private.moneyd'])
  assert.strictEqual(status, 0, errors)
  await starts(JSON.parse(output))
  assert.deepStrictEqual(run([file]).slice(0, 2), [1, ''])
  assert.match(run([file])[2], /say it with --address/)
}

// Prices come from where ilp-connector has them, unless it is told otherwise.
async function ilpd_takes_the_default_source_of_prices () {
  const { CONNECTOR_BACKEND, ...rest } = VARIABLES
  const config = JSON.parse(run([write(JSON.stringify(rest))])[1])
  assert.strictEqual(config.rateSources[0].kind, 'ecb')
  config.rateSources[0].url = 'http://127.0.0.1:1/'
  await starts(config)
}

async function a_new_file_is_for_its_owner_alone () {
  const file = path.join(folder, 'imported.json')
  const expected = run([write(ECOSYSTEM)])
  assert.deepStrictEqual(run([write(ECOSYSTEM), '-o', file]), [0, '', expected[2]])
  assert.strictEqual(fs.statSync(file).mode & 0o777, 0o600)
  assert.strictEqual(fs.readFileSync(file, 'utf8'), expected[1])
  assert.deepStrictEqual(run([write(ECOSYSTEM), '-o', file]), [1, '', `ilp: ${file}: File exists\n`])
}

async function what_must_be_run_is_said_with_its_place () {
  const file = write('const home = 1\nmodule.exports = { apps: [{ env: { A: process.env.HOME } }] }\n')
  const [status, output, errors] = run([file])
  assert.deepStrictEqual([status, output], [1, ''])
  assert.ok(errors.startsWith(`ilp: ${file}: line 2, column 39: "process.env.HOME": only running it can tell what this is\n`), errors)
  assert.match(errors, /node -p /)
}

async function nothing_of_use_is_said_to_be_so () {
  const says = (words, text) => assert.deepStrictEqual(run(words), [1, '', `ilp: ${text}\n`])
  const empty = write('{}')
  const pm2 = write('module.exports = { apps: [] }')
  const lines = write('A=1\nB\n')
  says([empty], `${empty}: there is nothing of ilp-connector in it`)
  says([pm2], `${pm2}: there is no such app in it`)
  says(['--env', lines], `${lines}: line 2 is no variable`)
  says(['/nowhere'], '/nowhere: No such file or directory')
  assert.strictEqual(run([])[0], 2)
}

prove(
  ilpd_takes_what_is_made_of_a_file_of_pm2,
  all_ways_lead_to_the_same,
  what_is_left_out_is_named_and_no_secret_is,
  ilpd_takes_what_is_made_of_a_file_of_moneyd,
  ilpd_takes_the_default_source_of_prices,
  a_new_file_is_for_its_owner_alone,
  what_must_be_run_is_said_with_its_place,
  nothing_of_use_is_said_to_be_so
)
