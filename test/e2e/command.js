// SPDX-License-Identifier: Apache-2.0
// What ilp does with its words, and what shells and manuals make of it.
//
//     node command.js PATH_TO_ilp [CLAIM...]
'use strict'

const assert = require('assert')
const crypto = require('crypto')
const fs = require('fs')
const path = require('path')
const { execFileSync, spawnSync } = require('child_process')
const { folder, write } = require('../interop/lib/ilpd')
const { binary, prove } = require('./lib/claims')
const { Btp } = require('./lib/client')

const PLAIN = { ...process.env, NO_COLOR: '', COLUMNS: '', TERM: 'xterm' }

// Runs ilp with these words: [status, output, errors].
function run (words, { input = '', env = PLAIN } = {}) {
  const { status, stdout, stderr } = spawnSync(binary, words, { input, env, encoding: 'utf8' })
  return [status, stdout, stderr]
}

// As somebody does at a terminal, so many columns wide.
function runAtTerminal (words, columns, env = PLAIN) {
  const line = `stty cols ${columns}; exec "$0" ${words.join(' ')}`
  const { stdout } = spawnSync('script', ['-qec', `sh -c '${line}' ${binary}`, '/dev/null'], { env, encoding: 'utf8' })
  return stdout.replace(/\r/g, '')
}

async function tells_what_there_is () {
  const [status, output, errors] = run(['help'])
  assert.deepStrictEqual([status, errors], [0, ''])
  for (const name of ['decode', 'help', 'completion']) assert.match(output, new RegExp(`^ {2}${name} `, 'm'))
  assert.doesNotMatch(output, /^ {2}complete /m)
  assert.deepStrictEqual(run(['--help']), [0, output, ''])
  assert.deepStrictEqual(run(['-h']), [0, output, ''])
}

async function tells_of_one_command () {
  const [status, output, errors] = run(['help', 'completion'])
  assert.deepStrictEqual([status, errors], [0, ''])
  assert.match(output, /^usage: ilp completion \[OPTION\.\.\.\] SHELL\n/)
  assert.deepStrictEqual(run(['completion', '--help']), [0, output, ''])
}

async function tells_it_as_json_to_programs () {
  const { commands } = JSON.parse(run(['help', '--json'])[1])
  assert.ok(commands.some(({ name, summary }) => name === 'help' && summary))
  for (const { name } of commands) assert.strictEqual(JSON.parse(run(['help', '--json', name])[1]).name, name)
}

async function says_its_version () {
  const [status, output, errors] = run(['--version'])
  assert.deepStrictEqual([status, errors], [0, ''])
  assert.match(output, /^ilp \d+\.\d+\.\d+\n$/)
  assert.match(JSON.parse(run(['--version', '--json'])[1]).version, /^\d+\.\d+\.\d+$/)
}

async function misuse_is_told_from_failure () {
  for (const [words, message] of [
    [[], 'ilp: which command?\n"ilp help" tells what there is.\n'],
    [['completoin'], 'ilp: unknown command "completoin"; did you mean "completion"?\n"ilp help" tells what there is.\n'],
    [['completion', '--jsno'], 'ilp: "completion" has no option "--jsno"; did you mean "--json"?\n"ilp help completion" tells how it is used.\n'],
    [['help', 'nothing'], 'ilp: there is no command "nothing"\n']
  ]) assert.deepStrictEqual(run(words), [2, '', message])
}

// A full disk: what was not written was not done.
async function says_when_it_cannot_write () {
  const full = fs.openSync('/dev/full', 'w')
  const { status, stderr } = spawnSync(binary, ['help'], { stdio: ['ignore', full, 'pipe'], encoding: 'utf8', env: PLAIN })
  fs.closeSync(full)
  assert.deepStrictEqual([status, stderr], [1, 'ilp: cannot write all of it: No space left on device\n'])
}

async function colours_are_for_terminals () {
  const colour = '\u001b['
  assert.ok(!run(['help'])[1].includes(colour))
  assert.ok(run(['help', '--color=always'])[1].includes(colour))
  assert.ok(runAtTerminal(['help'], 80).includes(colour))
  assert.ok(!runAtTerminal(['help', '--color=never'], 80).includes(colour))
  assert.ok(!runAtTerminal(['help'], 80, { ...PLAIN, NO_COLOR: '1' }).includes(colour))
  assert.ok(!runAtTerminal(['help'], 80, { ...PLAIN, TERM: 'dumb' }).includes(colour))
}

async function lines_fit_the_terminal () {
  for (const columns of [50, 60, 75]) {
    const lines = runAtTerminal(['help', 'help', '--color=never'], columns).split('\n')
    const longest = Math.max(...lines.slice(0, lines.indexOf('Examples:')).map((line) => line.length))
    assert.ok(longest <= columns && longest > columns - 12, `${longest} of ${columns}`)
  }
}

// ---- shells ----

const script = (shell) => write(run(['completion', shell])[1])
const shellEnv = () => ({ ...PLAIN, PATH: `${path.dirname(binary)}:${process.env.PATH}`, HOME: folder })

// What each shell offers. bash and zsh have the words that they make of a line;
// what they have only while somebody types, and what shows it, is ours here.
function bash (...words) {
  const quoted = words.map((word) => `'${word}'`).join(' ')
  return execFileSync('bash', ['--norc', '-c', `
    source ${script('bash')}
    compopt() { COMPREPLY+=("compopt $*"); }
    COMP_WORDS=(ilp ${quoted}) COMP_CWORD=${words.length}
    _ilp ilp
    printf '%s\\n' "\${COMPREPLY[@]}"`], { env: shellEnv(), encoding: 'utf8' }).split('\n').filter(Boolean)
}

function zsh (...words) {
  const quoted = words.map((word) => `'${word}'`).join(' ')
  return execFileSync('zsh', ['-f', '-c', `
    compdef() { }
    compset() { }
    _files() { print a file }
    _describe() { print -rl -- \${(P)@[-1]} }
    source ${script('zsh')}
    words=(ilp ${quoted}) CURRENT=${words.length + 1}
    _ilp`], { env: shellEnv(), encoding: 'utf8' }).split('\n').filter(Boolean)
}

const fish = (line) => execFileSync('fish', ['--no-config', '-c', `source ${script('fish')}; complete -C '${line}'`],
  { env: shellEnv(), encoding: 'utf8' }).split('\n').filter(Boolean).map((line) => line.split('\t')[0])

async function bash_completes_words () {
  assert.deepStrictEqual(bash('compl'), ['completion'])
  assert.deepStrictEqual(bash('completion', ''), ['bash', 'zsh', 'fish'])
  assert.deepStrictEqual(bash('help', '--js'), ['--json'])
  assert.deepStrictEqual(bash('help', '--color', '=', 'a'), ['auto', 'always'])
  assert.deepStrictEqual(bash('--token-file', ''), ['compopt -o default'])
}

async function fish_completes_words () {
  assert.deepStrictEqual(fish('ilp compl'), ['completion'])
  assert.deepStrictEqual(fish('ilp completion ').sort(), ['bash', 'fish', 'zsh'])
  assert.deepStrictEqual(fish('ilp help --js'), ['--json'])
  assert.deepStrictEqual(fish('ilp help --color=a').sort(), ['--color=always', '--color=auto'])
  const file = write('')
  assert.deepStrictEqual(fish(`ilp --token-file ${file}`), [file])
}

async function zsh_completes_words () {
  assert.deepStrictEqual(zsh('compl'), ['completion:Writes the script by which a shell completes words'])
  assert.deepStrictEqual(zsh('completion', ''), ['bash:', 'zsh:', 'fish:'])
  assert.deepStrictEqual(zsh('help', '--col'), ['--color:Whether there are colours: auto, always or never'])
  assert.deepStrictEqual(zsh('help', '--color=al'), ['--color=always:'])
  assert.deepStrictEqual(zsh('--token-file', ''), ['a file'])
}

// ---- the manual ----

async function its_page_has_nothing_to_complain_of () {
  const page = write(run(['help', '--man'])[1])
  const { status, stdout } = spawnSync('mandoc', ['-T', 'lint', '-W', 'all', page], { encoding: 'utf8' })
  assert.deepStrictEqual([status, stdout], [0, ''])
}

async function its_page_can_be_read () {
  const page = write(run(['help', '--man'])[1])
  const text = execFileSync('mandoc', ['-T', 'utf8', page], { encoding: 'utf8' }).replace(/.\u0008/g, '')
  for (const part of [/^NAME$/m, /^ {3}completion$/m, /--color WHEN/, /source <\(ilp completion bash\)/]) assert.match(text, part)
}

// ---- decode ----

const HASH = '0011223344556677889900112233445566778899001122334455667788990a0b'
const FULFILL = `0d21${HASH}00`
const SHOWN = { type: 'fulfill', fulfillment: HASH, data: '' }

// What decode says in JSON, a value a line; it is given words, or input.
function decoded (words, input = '') {
  const [status, output, errors] = run(['decode', '--json', ...words], { input })
  assert.deepStrictEqual([status, errors], [0, ''])
  return output.split('\n').filter(Boolean).map((line) => JSON.parse(line))
}

async function packets_are_shown_however_they_are_given () {
  const bytes = Buffer.from(FULFILL, 'hex')
  for (const word of [FULFILL, bytes.toString('base64'), bytes.toString('base64url'), FULFILL.replace(/../g, '$& ')]) {
    assert.deepStrictEqual(decoded([word]), [SHOWN])
    assert.deepStrictEqual(decoded([], `${word}\n`), [SHOWN])
  }
  assert.deepStrictEqual(decoded([], bytes), [SHOWN])
  assert.deepStrictEqual(decoded(['-f', write(bytes)]), [SHOWN])
  assert.deepStrictEqual(decoded([], FULFILL.replace(/.{10}/g, '$&\n')), [SHOWN])
  assert.deepStrictEqual(decoded([], `at nine: ${FULFILL} was sent\n${FULFILL}\n`), [SHOWN, SHOWN])
  assert.deepStrictEqual(run(['decode', FULFILL])[1], `type: fulfill\nfulfillment: ${HASH} (32 bytes)\ndata: (0 bytes)\n`)
}

// BTP that has ILP inside, and in that STREAM.
async function what_is_nested_is_shown_to_who_has_the_secret () {
  const secret = crypto.randomBytes(32)
  const key = crypto.createHmac('sha256', secret).update('ilp_stream_encryption').digest()
  const iv = crypto.randomBytes(12)
  const cipher = crypto.createCipheriv('aes-256-gcm', key, iv)
  const sealed = [cipher.update(Buffer.from('010d010901070100', 'hex')), cipher.final()]
  const data = Buffer.concat([iv, cipher.getAuthTag(), ...sealed])
  const fulfill = Buffer.concat([Buffer.from(`0d${(33 + data.length).toString(16)}${HASH}`, 'hex'), Buffer.from([data.length]), data])
  const btp = Btp.serializeResponse(5, [{ protocolName: 'ilp', contentType: 0, data: fulfill }])
  const stream = { type: 'fulfill', sequence: '9', amount: '7', frames: [] }
  for (const word of [secret.toString('hex'), secret.toString('base64')]) {
    const [{ type, requestId, entries }] = decoded(['--secret', word, btp.toString('hex')])
    assert.deepStrictEqual([type, requestId, entries[0].packet.stream], ['response', 5, stream])
    assert.deepStrictEqual(decoded(['-s', word, data.toString('hex')]), [stream])
  }
  assert.strictEqual(decoded([btp.toString('hex')])[0].entries[0].packet.stream, undefined)
  assert.strictEqual(run(['decode', '--secret', '00', FULFILL])[0], 2)
}

async function a_broken_packet_says_where () {
  const cut = FULFILL.slice(0, 40)
  const why = 'byte 20, fulfillment: ends before the value does'
  assert.deepStrictEqual(run(['decode', cut]), [1, '', `ilp: ${why}\n`])
  const file = write(`${FULFILL}\n${cut}\n${FULFILL}\n`)
  const [status, output, errors] = run(['decode', '--json', '--file', file])
  assert.deepStrictEqual([status, errors], [1, `ilp: ${file}:2: ${why}\n`])
  assert.deepStrictEqual(output.split('\n').filter(Boolean).map((line) => JSON.parse(line)),
    [SHOWN, { error: 'ends before the value does', offset: 20, field: 'fulfillment', line: 2 }, SHOWN])
  assert.deepStrictEqual(run(['decode', '--as=btp', FULFILL])[0], 1)
  assert.deepStrictEqual(run(['decode'], { input: 'nothing is in it\n' }), [1, '', 'ilp: there is no packet in it\n'])
  assert.deepStrictEqual(run(['decode', '-f', '/nowhere']), [1, '', 'ilp: /nowhere: No such file or directory\n'])
}

prove(
  packets_are_shown_however_they_are_given,
  what_is_nested_is_shown_to_who_has_the_secret,
  a_broken_packet_says_where,
  tells_what_there_is,
  tells_of_one_command,
  tells_it_as_json_to_programs,
  says_its_version,
  misuse_is_told_from_failure,
  says_when_it_cannot_write,
  colours_are_for_terminals,
  lines_fit_the_terminal,
  bash_completes_words,
  fish_completes_words,
  zsh_completes_words,
  its_page_has_nothing_to_complain_of,
  its_page_can_be_read
)
