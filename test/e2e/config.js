// SPDX-License-Identifier: Apache-2.0
// What ilpd says when it cannot begin.
//
//     node config.js PATH_TO_ilpd [CLAIM...]
'use strict'

const assert = require('assert')
const fs = require('fs')
const { account, folder, write, LOCAL } = require('../interop/lib/ilpd')
const { Program } = require('../interop/lib/program')
const { makeCertificate } = require('./lib/certificates')
const { binary, start, prove } = require('./lib/claims')

// It ends by itself.
async function run (...words) {
  const program = new Program([binary, ...words])
  const status = await program.wait()
  return { status, output: program.output, errors: program.errors }
}

const text = (config) => JSON.stringify({ address: 'test.node', ledger: 'memory', ...config })

// It must not take this text: it prints nothing but an error with the file's
// name, or without.
async function refusesText (text, error) {
  const file = write(text)
  const { status, output, errors } = await run(file)
  assert.strictEqual(errors, `ilpd: ${error.replace('FILE', file)}\n`)
  assert.deepStrictEqual([status, output], [1, ''])
}

const refuses = (config, error) => refusesText(text(config), error)

// An error at the place of the last of this in the text.
async function refusesAt (config, what, error) {
  await refuses(config, `FILE: line 1, column ${text(config).lastIndexOf(what) + 1}: ${error}`)
}

async function says_how_it_is_used () {
  const usage = /^usage: ilpd \[FILE\] \[--OPTION VALUE\]\.\.\.\n(?: {7}ilpd --\w+.*\n)+/
  for (const words of [['one', 'two'], ['--check'], ['-x'], ['--help', 'me']]) {
    const { status, output, errors } = await run(...words)
    assert.deepStrictEqual([status, output], [2, ''])
    assert.match(errors, usage)
  }
  const { status, output, errors } = await run('--help')
  assert.deepStrictEqual([status, errors], [0, ''])
  assert.match(output, usage)
}

async function says_its_version () {
  const { status, output, errors } = await run('--version')
  assert.deepStrictEqual([status, errors], [0, ''])
  assert.match(output, /^ilpd \d+\.\d+\.\d+\n$/)
}

async function says_which_file_it_cannot_read () {
  for (const [file, why] of [['/nowhere/ilpd.json', 'No such file or directory'], [folder, 'Is a directory']]) {
    assert.deepStrictEqual(await run(file), { status: 1, output: '', errors: `ilpd: ${file}: ${why}\n` })
  }
}

async function says_where_a_configuration_is_wrong () {
  await refusesAt({ accounts: [account('alice'), account('bob', { assetScale: 'six' })] }, '"six"',
    'accounts[1].assetScale: expected a whole number from 0 to 255, found "six"')
  await refusesAt({ accounts: [account('alice'), account('alice')] }, '"alice"', 'accounts[1].id: another account has this id')
  await refusesText('{\n  "address": "test.node",\n  "lissten": []\n}', 'FILE: line 3, column 3: unknown option "lissten"; did you mean "listen"?')
}

// Neither tokens nor URLs with tokens are repeated.
async function tells_no_secrets () {
  const configs = [
    { accounts: [account('alice', { incomingToken: ['very-secret'] })] },
    { accounts: [account('alice', { server: 'btp+http://:very-secret@127.0.0.1' })] },
    { accounts: [account('alice', { incomingToken: 'very-secret' }), account('bob', { incomingToken: 'very-secret' })] }
  ]
  for (const config of configs) {
    const { status, output, errors } = await run(write(text(config)))
    assert.strictEqual(status, 1)
    assert.doesNotMatch(output + errors, /very-secret/)
  }
}

async function says_which_address_is_taken () {
  const first = await start({})
  await refuses({ listen: [{ ...LOCAL, port: first.port }] }, `cannot listen on 127.0.0.1 port ${first.port}: Address already in use`)
  await refuses({ listen: [LOCAL, { ...LOCAL, port: first.port }] }, `cannot listen on 127.0.0.1 port ${first.port}: Address already in use`)
  await refuses({ listen: [{ host: '192.0.2.1', port: 0 }] }, 'cannot listen on 192.0.2.1 port 0: Cannot assign requested address')
  assert.strictEqual((await first.stop()).status, 0)
}

// After the first it ends, and the port is free again.
async function takes_an_address_that_was_just_given_up () {
  const first = await start({})
  assert.strictEqual((await first.stop()).status, 0)
  const second = await start({ listen: [{ ...LOCAL, port: first.port }] })
  assert.strictEqual((await second.stop()).status, 0)
}

async function says_which_certificate_is_no_good () {
  const made = makeCertificate()
  const other = makeCertificate()
  const listen = (more) => ({ listen: [{ ...LOCAL, certificate: made.certificate, key: made.key, ...more }] })
  await refuses(listen({ certificate: '/nowhere/cert.pem' }), '/nowhere/cert.pem: No such file or directory')
  await refuses(listen({ clientCertificates: '/nowhere/ca.pem' }), '/nowhere/ca.pem: No such file or directory')
  for (const more of [{ key: other.key }, { key: write('no key') }, { certificate: write('no certificate') }, { clientCertificates: write('none') }]) {
    const { status, output, errors } = await run(write(text(listen(more))))
    assert.deepStrictEqual([status, output], [1, ''])
    assert.match(errors, /^ilpd: .+\n$/)
  }
  const away = { server: 'btp+wss://:t@127.0.0.1:1', tlsCa: '/nowhere/ca.pem' }
  await refuses({ accounts: [account('away', away)] }, '/nowhere/ca.pem: No such file or directory')
  const prices = (tlsCa) => ({ rates: undefined, rateMeasure: 'USD', rateSources: [{ kind: 'ecb', url: 'https://127.0.0.1:1/', maxAge: 60000, tlsCa }] })
  await refuses(prices('/nowhere/ca.pem'), '/nowhere/ca.pem: No such file or directory')
  const none = write('none')
  await refuses(prices(none), `${none}: trusted certificate: there is none`)
}

// What it read is not needed any more.
async function needs_its_file_only_at_the_beginning () {
  const file = write(text({ listen: [LOCAL] }))
  const program = new Program([binary, file])
  await program.until('it is ready', () => program.output.includes('ready'))
  fs.rmSync(file)
  program.signal('SIGTERM')
  assert.strictEqual(await program.wait(), 0)
}

prove(
  says_how_it_is_used,
  says_its_version,
  says_which_file_it_cannot_read,
  says_where_a_configuration_is_wrong,
  tells_no_secrets,
  says_which_address_is_taken,
  takes_an_address_that_was_just_given_up,
  says_which_certificate_is_no_good,
  needs_its_file_only_at_the_beginning
)
