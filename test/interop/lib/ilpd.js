// SPDX-License-Identifier: Apache-2.0
// A running ilpd, with the configuration of a test.
'use strict'

const fs = require('fs')
const os = require('os')
const path = require('path')
const { Program } = require('./program')
const { until } = require('./wait')

// Where tests put their files; it goes when they end.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ilpd-test-'))
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }))

let files = 0

// A file for a configuration, or for anything else. Gives its path.
function write (content) {
  const file = path.join(folder, `file-${++files}`)
  fs.writeFileSync(file, content)
  return file
}

const LOCAL = { host: '127.0.0.1', port: 0 }

// An account that nothing is refused to.
const account = (id, more) => ({
  id, relation: 'peer', assetCode: 'USD', assetScale: 6, maximum: 'unlimited', minimum: 'unlimited', ...more
})

const READY = /^ilpd is ready on (?:tls )?127\.0\.0\.1:(\d+)$/gm

const ports = (output) => Array.from(output.matchAll(READY), (match) => Number(match[1]))

// What it prints of itself: { statistics, its own accounts, accounts by their
// ids }; undefined while it is not all there.
function readFigures (output, count) {
  const lines = output.split('\n').slice(0, -1).filter((line) => line.startsWith('{')).map((line) => JSON.parse(line))
  const accounts = lines.filter(({ type }) => type === 'account').slice(-count)
  const statistics = lines.filter(({ type }) => type === 'statistics').pop()
  if (!statistics || accounts.length < count) return undefined
  const own = lines.slice(lines.lastIndexOf(statistics)).filter(({ type }) => type === 'own')
  return { statistics, own, accounts: Object.fromEntries(accounts.map((one) => [one.id, one])) }
}

// What it says on stderr, but for peers that are not there yet.
const complaints = (errors) => errors.replace(/^ilpd: cannot connect to .*\n/gm, '')

class Ilpd {
  // Runs as `wrapper...` ILPD CONFIG.json, once it is ready.
  static async start (binary, config, wrapper = []) {
    const ilpd = new Ilpd()
    ilpd.config = { listen: [LOCAL], rates: 'one-to-one', ledger: 'memory', ...config }
    ilpd.program = new Program([...wrapper, binary, write(JSON.stringify(ilpd.config))])
    ilpd.pid = ilpd.program.pid
    await ilpd.program.until('ilpd is ready', () => ports(ilpd.program.output).length === ilpd.config.listen.length)
    ilpd.ports = ports(ilpd.program.output)
    ilpd.port = ilpd.ports[0]
    return ilpd
  }

  async figures () {
    const seen = this.program.output.length
    const count = this.config.accounts.length
    this.program.signal('SIGUSR1')
    return this.program.until('the figures of ilpd', () => readFigures(this.program.output.slice(seen), count))
  }

  // Waits for figures that are as they should be.
  when (what, look) {
    return until(what, async () => {
      const figures = await this.figures()
      return look(figures) && figures
    })
  }

  connected (...ids) {
    return this.when(`${ids} connected to ilpd`, ({ accounts }) => ids.every((id) => accounts[id].connected))
  }

  // Its last figures, and how it ended: { status, errors, statistics, accounts }.
  async stop (signal = 'SIGTERM') {
    const seen = this.program.output.length
    this.program.signal(signal)
    const status = await this.program.wait()
    return { status, errors: complaints(this.program.errors), ...readFigures(this.program.output.slice(seen), this.config.accounts.length) }
  }
}

module.exports = { Ilpd, account, write, folder, LOCAL }
