// SPDX-License-Identifier: Apache-2.0
// The peers of the load (main.c), as a program that is told what to do.
'use strict'

const { Program } = require('../../interop/lib/program')

class Peers {
  constructor (binary) {
    this.program = new Program([binary], process.env, 'pipe')
  }

  tell (command) {
    this.program.child.stdin.write(`${command}\n`)
  }

  // A line that comes from now on.
  line (what, pattern) {
    const seen = this.program.output.length
    return this.program.until(what, () => pattern.exec(this.program.output.slice(seen)))
  }

  // Connects all of them; gives a promise of the end of the last connection.
  connect (port) {
    const lost = this.line('all connections are lost', /^lost$/m)
    lost.catch(() => {})
    this.tell(`connect ${port}`)
    return lost
  }

  // What they have in their books.
  async books () {
    const line = this.line('the books of the peers', /^\{.*\}$/m)
    this.tell('books')
    const books = JSON.parse((await line)[0])
    this.program.output = ''
    for (const sender of Object.values(books.senders)) {
      sender.heard = BigInt(sender.heard)
      sender.charges = BigInt(sender.charges)
    }
    for (const receiver of Object.values(books.receivers)) {
      receiver.claims = BigInt(receiver.claims)
      receiver.posthumous = BigInt(receiver.posthumous)
    }
    return books
  }

  end () {
    this.program.child.stdin.end()
    return this.program.wait()
  }
}

module.exports = { Peers }
