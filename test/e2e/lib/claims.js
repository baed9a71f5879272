// SPDX-License-Identifier: Apache-2.0
// Claims about a running ilpd: functions that are named after what they prove,
// and throw when it is not so. They run one after the other; PATH_TO_ilpd is
// the first argument of each program that makes claims.
'use strict'

const path = require('path')
const { Ilpd } = require('../../interop/lib/ilpd')
const { Tally } = require('../../interop/lib/tally')
const { within } = require('../../interop/lib/wait')

const binary = process.argv[2]
if (!binary) {
  console.error(`usage: node ${path.basename(process.argv[1])} PATH_TO_ilpd [CLAIM...]`)
  process.exit(2)
}

const start = (config, wrapper) => Ilpd.start(binary, { address: 'test.node', accounts: [], ...config }, wrapper)

// Proves all claims, or those that are named behind PATH_TO_ilpd.
async function prove (...claims) {
  const tally = new Tally()
  const names = process.argv.slice(3).filter((word) => /^[a-z]\w*$/.test(word)) // no path of one more program, and no seed
  for (const claim of claims.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const started = Date.now()
    try {
      await within(claim.name, claim())
      tally.pass()
      console.log(`${claim.name} (${Date.now() - started} ms)`)
    } catch (error) {
      tally.fail(`${claim.name}: ${error.stack}`)
    }
  }
  process.exit(tally.end())
}

module.exports = { binary, start, prove }
