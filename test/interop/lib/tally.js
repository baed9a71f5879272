// SPDX-License-Identifier: Apache-2.0
// Counts what passed and failed, and ends a script.
'use strict'

const SHOWN = 20

class Tally {
  constructor () {
    this.passed = 0
    this.failed = 0
  }

  pass () {
    this.passed++
  }

  fail (what) {
    if (++this.failed <= SHOWN) console.error(`FAILED ${what}`)
    if (this.failed === SHOWN) console.error('what else fails is only counted')
  }

  check (good, what) {
    if (good) this.pass()
    else this.fail(what)
  }

  equal (actual, expected, what) {
    const [a, e] = [JSON.stringify(actual), JSON.stringify(expected)]
    this.check(a === e, `${what}\n  expected ${e}\n  actual   ${a}`)
  }

  // The last line, and the exit status.
  end () {
    console.log(`${this.passed} passed, ${this.failed} failed`)
    return this.failed ? 1 : 0
  }
}

module.exports = { Tally }
