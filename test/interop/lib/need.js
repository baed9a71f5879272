// SPDX-License-Identifier: Apache-2.0
// need.js - the npm packages that the tests ask for their opinion. Where they
// are not installed a test skips, loudly; with CI=true it fails.
'use strict'

function need (name) {
  try {
    return require(name)
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error
    console.log(`SKIP: the npm package ${name} is missing; "script/bootstrap test interop" installs it`)
    process.exit(process.env.CI === 'true' ? 1 : 77)
  }
}

module.exports = { need }
