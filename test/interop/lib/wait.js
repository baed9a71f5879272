// SPDX-License-Identifier: Apache-2.0
// Waiting for what other programs do. The deadline is there to end a test that
// would hang, and not to say how fast anything is.
'use strict'

const DEADLINE = 30000 // in milliseconds
const STEP = 10

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// Looks again and again until `look` finds something, and gives that.
async function until (what, look) {
  for (const start = Date.now(); ;) {
    const found = await look()
    if (found) return found
    if (Date.now() - start > DEADLINE) throw new Error(`waited in vain: ${what}`)
    await pause(STEP)
  }
}

// The promise, or an error that says what has not come.
function within (what, promise) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited in vain: ${what}`)), DEADLINE)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

module.exports = { pause, until, within }
