// SPDX-License-Identifier: Apache-2.0
// A program that a test runs: what it prints, and how it ends. None outlives
// the test.
'use strict'

const { spawn } = require('child_process')
const { until, within } = require('./wait')

// A line of the log of ilpd, in text; and the beginning of one.
const LOG_LINE = /^\d{4}-\d\d-\d\dT[\d:.]+Z (error|warn|info|debug) ([\w-]+): (.*)\n/gm
const HALF_LINE = /^\d{1,4}(-[^\n]*)?$(?!\n)/m
const OF_OTHERS = ['access-refused', 'alert', 'link-failed', 'login-refused', 'operator-refused']

const running = new Set()
process.on('exit', () => { for (const child of running) child.kill('SIGKILL') })
// The end of a test that is told to end is an end as well.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1))

class Program {
  constructor (command, env = process.env, input = 'ignore') {
    const [file, ...args] = command.map(String)
    this.output = ''
    this.said = '' // all of its stderr
    this.end = undefined // its status, or the signal that ended it
    this.child = spawn(file, args, { env, stdio: [input, 'pipe', 'pipe'] })
    this.pid = this.child.pid
    running.add(this.child)
    this.child.stdout.setEncoding('utf8').on('data', (chunk) => { this.output += chunk })
    this.child.stderr.setEncoding('utf8').on('data', (chunk) => { this.said += chunk })
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => { this.said += error.message })
      this.child.on('close', (status, signal) => {
        running.delete(this.child)
        resolve(this.end = signal || status)
      })
    })
  }

  // What it complains of: its stderr, and of the log of ilpd what is more than
  // information and not what others have brought about.
  get errors () {
    return this.said.replace(LOG_LINE, (line, level, event, text) =>
      level === 'info' || level === 'debug' || OF_OTHERS.includes(event) ? '' : `ilpd: ${text}\n`).replace(HALF_LINE, '')
  }

  signal (name) {
    this.child.kill(name)
  }

  // Waits for something that it does while it runs.
  until (what, look) {
    return until(what, () => {
      if (this.end !== undefined) throw new Error(`${what}: it ended with ${this.end}\n${this.errors}`)
      return look()
    })
  }

  // Waits for its end: the status, or the signal that ended it.
  wait () {
    return within('the end of a program', this.ended)
  }
}

module.exports = { Program }
