// SPDX-License-Identifier: Apache-2.0
// disk.js - what a disk itself needs to keep something: 4 KiB appended to a
// file, and waited for, again and again.
'use strict'

const fs = require('fs')
const path = require('path')
const { execFileSync } = require('child_process')

const BYTES = Buffer.alloc(4096, 1)

// A folder below this one, on a disk: memory that looks like one is none.
function diskFolder (above) {
  const kind = execFileSync('stat', ['-f', '-c', '%T', above], { encoding: 'latin1' }).trim()
  if (kind === 'tmpfs' || kind === 'ramfs') throw new Error(`${above} is no disk, but ${kind}`)
  return fs.mkdtempSync(path.join(above, 'forward-'))
}

// In microseconds, of at least one, for so many seconds.
function syncTimes (folder, seconds) {
  const file = fs.openSync(path.join(folder, 'appended'), 'w')
  const times = []
  const end = process.hrtime.bigint() + BigInt(seconds * 1000) * 1000000n
  for (let now = 0n; now < end;) {
    const start = process.hrtime.bigint()
    fs.writeSync(file, BYTES)
    fs.fdatasyncSync(file)
    now = process.hrtime.bigint()
    times.push(Number(now - start) / 1000)
  }
  fs.closeSync(file)
  return times.sort((a, b) => a - b)
}

// The figures that can be compared with those of a node.
function measureDisk (folder, seconds) {
  const times = syncTimes(folder, seconds)
  const at = (share) => times[Math.floor(share * (times.length - 1))]
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) }
}

module.exports = { diskFolder, measureDisk }
