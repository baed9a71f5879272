// SPDX-License-Identifier: Apache-2.0
// What ilpd is without a word from anybody, and who may say what it is instead:
// files that it finds, the environment, the command line.
//
//     node start.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { account, folder, write } = require('../interop/lib/ilpd')
const { Program } = require('../interop/lib/program')
const { makeCertificate } = require('./lib/certificates')
const { binary, prove } = require('./lib/claims')

const root = path.join(__dirname, '../..')
const isRoot = process.getuid() === 0

let homes = 0

// An environment without anything but a home of its own.
function newHome (more) {
  const home = path.join(folder, `home-${++homes}`)
  fs.mkdirSync(home)
  const env = { PATH: process.env.PATH, HOME: home, XDG_DATA_HOME: path.join(home, 'data'), XDG_CONFIG_HOME: path.join(home, 'config'), ...more }
  for (const [name, value] of Object.entries(env)) if (value === undefined) delete env[name]
  return { home, env, books: path.join(home, 'data/ilpd/ledger.db'), config: path.join(home, 'config/ilpd/ilpd.yaml') }
}

function put (file, content) {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, content)
}

// It ends by itself.
async function run (env, ...words) {
  const program = new Program([binary, ...words], env)
  const status = await program.wait()
  return { status, output: program.output, errors: program.errors }
}

// What it says until it is ready, and what it says when it ends.
async function greet (env, ...words) {
  const program = new Program([binary, ...words], env)
  await program.until('it is ready', () => /^ilpd is ready on .*\n/m.test(program.output))
  const lines = program.output.split('\n').slice(0, -1)
  program.signal('SIGTERM')
  assert.strictEqual(await program.wait(), 0)
  assert.strictEqual(program.errors, '')
  return lines
}

const ANY = 'listen:\n- port: 0\n'
const summary = async (env, ...words) => {
  const { status, output, errors } = await run(env, '--check-config', ...words)
  assert.deepStrictEqual([status, errors], [0, ''])
  return output
}

// Its port is not ours to choose: when another program has it, that is told.
async function starts_without_a_word () {
  const { env, books, config } = newHome()
  const program = new Program([binary], env)
  await Promise.race([program.ended, program.until('it is ready', () => program.output.includes('is ready')).catch(() => {})])
  if (program.end === undefined) {
    assert.deepStrictEqual(program.output.split('\n').slice(0, 5), [
      `${execFileSync(binary, ['--version']).toString().trim()} is the Interledger node private.ilpd`,
      `ilpd keeps its books in ${books}`,
      `ilpd has no configuration; there could be one in ${config}`,
      'ilpd has no peers; next, ilp peers add --help',
      'ilpd is ready on 127.0.0.1:7768'
    ])
    program.signal('SIGTERM')
    assert.strictEqual(await program.wait(), 0)
  } else {
    assert.strictEqual(program.errors, 'ilpd: cannot listen on 127.0.0.1 port 7768: Address already in use\n')
  }
  assert.strictEqual(fs.statSync(path.dirname(books)).mode & 0o777, 0o700)
  assert.strictEqual(fs.statSync(books).mode & 0o777, 0o600)
}

async function says_in_five_lines_what_it_does () {
  const { env, books, config } = newHome()
  put(config, `${ANY}address: g.us\naccounts:\n- {id: a, relation: child, assetCode: A, assetScale: 0, incomingToken: t}\n`)
  const lines = await greet(env)
  assert.match(lines[0], /^ilpd \d+\.\d+\.\d+ is the Interledger node g\.us$/)
  assert.strictEqual(lines[1], `ilpd keeps its books in ${books}`)
  assert.strictEqual(lines[2], `ilpd is configured by ${config}`)
  assert.match(lines[3], /^ilpd has 1 account, and connects to 0; next, ilp status$/)
  assert.match(lines[4], /^ilpd is ready on 127\.0\.0\.1:\d+$/)
  assert.strictEqual(lines.length, 5)
}

async function finds_its_configuration () {
  const named = write('address: g.named')
  const { env, config, home } = newHome()
  const service = path.join(home, 'service')
  assert.match(await summary(env), /^there is no configuration, which is good: private\.ilpd, 1 listener, /)
  put(config.replace('.yaml', '.json'), '{"address": "g.json"}')
  assert.match(await summary(env), /^\S+ilpd\.json is good: g\.json, 0 listeners, /)
  fs.rmSync(config.replace('.yaml', '.json'))
  put(config, 'address: g.yaml')
  assert.match(await summary(env), /^\S+config\/ilpd\/ilpd\.yaml is good: g\.yaml, /)
  put(path.join(service, 'ilpd.yaml'), 'address: g.service')
  assert.match(await summary({ ...env, CONFIGURATION_DIRECTORY: `${service}:/elsewhere` }), /^\S+service\/ilpd\.yaml is good: g\.service, /)
  assert.match(await summary(env, named), /^\S+ is good: g\.named, /)
  put(path.join(home, '.config/ilpd/ilpd.yaml'), 'address: g.home')
  if (!isRoot) assert.match(await summary({ ...env, XDG_CONFIG_HOME: undefined }), /: g\.home, /)
}

async function does_not_choose_between_two_configurations () {
  const { env, config } = newHome()
  put(config, 'address: g.yaml')
  put(config.replace('.yaml', '.json'), '{"address": "g.json"}')
  assert.deepStrictEqual(await run(env), { status: 1, output: '', errors: `ilpd: ${config}: there is an ilpd.json beside it, and only one of them can be meant\n` })
}

async function finds_a_place_for_its_books () {
  const { env, home, books } = newHome()
  const none = { PATH: env.PATH, HOME: home, XDG_CONFIG_HOME: env.XDG_CONFIG_HOME }
  const place = async (more) => /, books in (.*)\n$/.exec(await summary({ ...none, ...more }))[1]
  assert.strictEqual(await place({ XDG_DATA_HOME: env.XDG_DATA_HOME }), books)
  assert.strictEqual(await place({ XDG_DATA_HOME: env.XDG_DATA_HOME, STATE_DIRECTORY: '/srv/state:/srv/more' }), '/srv/state/ledger.db')
  assert.strictEqual(await place({ XDG_DATA_HOME: 'relative', STATE_DIRECTORY: 'relative' }), isRoot ? '/var/lib/ilpd/ledger.db' : `${home}/.local/share/ilpd/ledger.db`)
  assert.strictEqual(await place({ ILPD_DATA_FILE: '/srv/my.db' }), '/srv/my.db')
  assert.match(await summary({ ...none, ILPD_LEDGER: 'memory' }), /, books in memory\n$/)
  // And has made none of them.
  assert.deepStrictEqual(fs.readdirSync(home), [])
}

// A folder of a service is there already, and is left as it is.
async function keeps_its_books_where_systemd_says () {
  const { env, home } = newHome({ XDG_DATA_HOME: undefined })
  const state = path.join(home, 'state')
  fs.mkdirSync(state, { mode: 0o750 })
  const lines = await greet({ ...env, STATE_DIRECTORY: state }, write(ANY))
  assert.strictEqual(lines[1], `ilpd keeps its books in ${state}/ledger.db`)
  assert.strictEqual(fs.statSync(state).mode & 0o777, 0o750)
}

async function the_environment_counts_before_the_file_and_arguments_before_both () {
  const { env } = newHome()
  const file = write('address: g.file\nledger: memory\n')
  assert.match(await summary(env, file), /: g\.file, /)
  assert.match(await summary({ ...env, ILPD_ADDRESS: 'g.environment' }, file), /: g\.environment, /)
  assert.match(await summary({ ...env, ILPD_ADDRESS: 'g.environment' }, file, '--address', 'g.argument'), /: g\.argument, /)
  assert.match(await summary({ ...env, ILPD_ADDRESS: 'g.environment' }, '--address=g.argument', file), /: g\.argument, /)
  const lines = await greet({ ...env, ILPD_LEDGER: 'sqlite', ILPD_DATA_FILE: '/nowhere/l.db' }, write(ANY), '--ledger', 'memory', '--data-file', '/nowhere/l.db').catch((error) => error.message)
  assert.match(lines, /dataFile: the ledger in memory has no file/)
}

async function what_is_wrong_outside_of_the_file_is_told () {
  const { env } = newHome()
  const file = write('address: g.file\n')
  const refuses = async (status, errors, more, ...words) =>
    assert.deepStrictEqual(await run({ ...env, ...more }, ...words), { status, output: '', errors: `ilpd: ${errors}\n` })
  await refuses(1, 'ILPD_MAX_HOLD_TIME: expected a whole number from 1 to 3600000 ms, found "30s"; write digits only', { ILPD_MAX_HOLD_TIME: '30s' }, file)
  await refuses(1, '--address: expected an ILP address like g.example.node, found "us"', {}, file, '--address', 'us')
  await refuses(2, 'there is no option ILPD_ADRESS; did you mean ILPD_ADDRESS?', { ILPD_ADRESS: 'g.us' }, file)
  await refuses(2, 'there is no option --dataFile; did you mean --data-file?', {}, file, '--dataFile', 'a.db')
  await refuses(2, '--address needs a value', {}, file, '--address')
  await refuses(2, '--address: was given before', {}, '--address', 'g.a', file, '--address', 'g.b')
}

// As for any service of that name.
async function variables_of_kubernetes_do_not_matter () {
  const { env } = newHome()
  const kubernetes = { ILPD_SERVICE_HOST: '10.0.0.1', ILPD_SERVICE_PORT_BTP: '7768', ILPD_PORT: 'tcp://10.0.0.1:7768', ILPD_PORT_7768_TCP_ADDR: '10.0.0.1' }
  await summary({ ...env, ...kubernetes })
  const { status, errors } = await run({ ...env, ILPD_PORT: '7768' })
  assert.deepStrictEqual([status, errors], [2, 'ilpd: there is no option ILPD_PORT\n'])
}

async function a_check_says_what_is_in_a_configuration () {
  const { env, home } = newHome()
  const made = makeCertificate()
  const file = write(JSON.stringify({
    address: 'g.us',
    listen: [{}, { certificate: made.certificate, key: made.key }],
    accounts: [account('a', { routes: ['g.a', 'g.b'] }), account('b', { server: 'btp+wss://:t@h', tlsCa: made.certificate })],
    routes: [{ prefix: '', account: 'b' }],
    rates: { USD: 1 },
    dataFile: '/nowhere/l.db'
  }))
  assert.strictEqual(await summary(env, file), `${file} is good: g.us, 2 listeners, 2 accounts, 3 routes, 1 price, books in /nowhere/l.db\n`)
  assert.deepStrictEqual(fs.readdirSync(home), [])
}

async function a_check_says_what_is_wrong_with_the_files_that_it_names () {
  const { env } = newHome()
  const made = makeCertificate()
  const no = write('no key')
  const peer = (more) => ({ accounts: [account('a', more)] })
  const cases = [
    [{ listen: [{ certificate: '/nowhere/c.pem', key: made.key }] }, /^ilpd: \/nowhere\/c\.pem: No such file or directory\n$/],
    [{ listen: [{ certificate: made.certificate, key: makeCertificate().key }] }, /^ilpd: .+\n$/],
    [peer({ server: 'btp+wss://:t@h', tlsCa: '/nowhere/ca.pem' }), /^ilpd: \/nowhere\/ca\.pem: No such file or directory\n$/],
    [peer({ server: 'https://h', outgoingJwt: { privateKey: '/nowhere/k.pem' } }), /\/nowhere\/k\.pem/],
    [peer({ incomingJwt: { publicKey: no, subject: 'a' } }), /^ilpd: .+\n$/]
  ]
  for (const [config, expected] of cases) {
    const { status, output, errors } = await run(env, '--check-config', write(JSON.stringify({ address: 'g.us', ...config })))
    assert.deepStrictEqual([status, output], [1, ''])
    assert.match(errors, expected)
  }
}

async function a_check_says_where_a_configuration_is_wrong () {
  const { env } = newHome()
  const file = write('address: g.us\naccounts:\n- id: bob\n  asetCode: USD\n')
  assert.deepStrictEqual(await run(env, '--check-config', file), { status: 1, output: '', errors: `ilpd: ${file}: line 4, column 3: accounts[0]: unknown option "asetCode"; did you mean "assetCode"?\n` })
  assert.deepStrictEqual(await run(env, file, '--check-config'), await run(env, '--check-config', file))
}

async function the_examples_are_good () {
  const { env } = newHome()
  assert.match(await summary(env, path.join(root, 'example/ilpd.yaml')), /: private\.ilpd, 1 listener, 0 accounts, /)
  assert.match(await summary(env, path.join(root, 'example/connector.yaml')), /: test\.ilpd, 1 listener, 2 accounts, 2 routes, 2 prices, /)
}

async function help_has_every_option () {
  const { env } = newHome()
  const short = await run(env, '--help')
  assert.deepStrictEqual([short.status, short.errors], [0, ''])
  for (const word of ['--address', '--data-file', '--max-packets-in-flight', '  accounts', '  rates']) assert(short.output.includes(word), word)
  const long = await run(env, '--help-config')
  assert.deepStrictEqual([long.status, long.errors], [0, ''])
  for (const word of ['  address\n', '  balance.maximum\n', '  rateSources\n', '  maxBytes\n']) assert(long.output.includes(word), word)
  for (const line of long.output.split('\n')) assert(line.length <= 80, line)
}

prove(
  starts_without_a_word,
  says_in_five_lines_what_it_does,
  finds_its_configuration,
  does_not_choose_between_two_configurations,
  finds_a_place_for_its_books,
  keeps_its_books_where_systemd_says,
  the_environment_counts_before_the_file_and_arguments_before_both,
  what_is_wrong_outside_of_the_file_is_told,
  variables_of_kubernetes_do_not_matter,
  a_check_says_what_is_in_a_configuration,
  a_check_says_what_is_wrong_with_the_files_that_it_names,
  a_check_says_where_a_configuration_is_wrong,
  the_examples_are_good,
  help_has_every_option
)
