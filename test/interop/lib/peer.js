// SPDX-License-Identifier: Apache-2.0
// Our side: a running codec_peer. Requests are lines, answered in their order.
'use strict'

const { spawn } = require('child_process')

const BATCH = 500 // requests under way, so that neither side has to hold all

class Peer {
  constructor (path) {
    this.waiting = []
    this.partial = ''
    this.ended = false
    this.child = spawn(path, [], { stdio: ['pipe', 'pipe', 'inherit'] })
    this.child.stdout.setEncoding('utf8')
    this.child.stdout.on('data', (chunk) => this.receive(chunk))
    this.child.stdin.on('error', () => {}) // its exit says more
    this.child.on('error', (error) => this.die(error.message))
    this.exited = new Promise((resolve) => this.child.on('close', (status, signal) => {
      if (!this.ended) this.die(`it ended with ${signal || status}`)
      resolve(status)
    }))
  }

  die (why) {
    console.error(`codec_peer: ${why}`)
    if (this.waiting.length) console.error(`unanswered: ${this.waiting[0].line.slice(0, 400)}`)
    process.exit(1)
  }

  receive (chunk) {
    const lines = (this.partial + chunk).split('\n')
    this.partial = lines.pop()
    for (const line of lines) this.waiting.shift().resolve(line)
  }

  // The raw answers to many requests.
  async askAll (lines) {
    const answers = []
    for (let at = 0; at < lines.length; at += BATCH) {
      const batch = lines.slice(at, at + BATCH)
      const promises = batch.map((line) => new Promise((resolve) => this.waiting.push({ line, resolve })))
      this.child.stdin.write(batch.join('\n') + '\n')
      answers.push(...await Promise.all(promises))
    }
    return answers.map(parseAnswer)
  }

  // { text } or { error }
  async ask (line) {
    return (await this.askAll([line]))[0]
  }

  // The answer, which must not be an error.
  async get (line) {
    const answer = await this.ask(line)
    if (answer.error) throw new Error(`${line.slice(0, 200)}: ${answer.error}`)
    return answer.text
  }

  // The exit status.
  close () {
    this.ended = true
    this.child.stdin.end()
    return this.exited
  }
}

function parseAnswer (line) {
  if (line.startsWith('ok ')) return { text: line.slice(3) }
  return { error: line.split(' ')[1] }
}

module.exports = { Peer }
