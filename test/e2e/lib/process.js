// SPDX-License-Identifier: Apache-2.0
// What the system says of a process.
'use strict'

const fs = require('fs')
const { pause } = require('../../interop/lib/wait')

// In ticks of the clock, of which there are 100 in a second.
function cpuTicks (pid) {
  const text = fs.readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}

// What it uses of its time in so many milliseconds.
async function ticksWithin (pid, ms) {
  const before = cpuTicks(pid)
  await pause(ms)
  return cpuTicks(pid) - before
}

const residentKib = (pid) => Number(/^VmRSS:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'latin1'))[1])

const fileCount = (pid) => fs.readdirSync(`/proc/${pid}/fd`).length

module.exports = { ticksWithin, residentKib, fileCount }
