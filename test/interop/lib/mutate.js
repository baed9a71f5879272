// SPDX-License-Identifier: Apache-2.0
// Random damage to a packet.
'use strict'

const { wideLength } = require('./bytes')

const BYTES = [0x00, 0x01, 0x02, 0x06, 0x07, 0x08, 0x09, 0x0c, 0x20, 0x2e, 0x30, 0x39, 0x7f, 0x80, 0x81, 0x82, 0x85, 0x86, 0x87, 0x88, 0x89, 0xff]

function replace (buffer, at, removed, inserted) {
  return Buffer.concat([buffer.subarray(0, at), inserted, buffer.subarray(Math.min(buffer.length, at + removed))])
}

function damageOnce (random, buffer, other) {
  const at = random.below(buffer.length + 1)
  const start = random.below(other.length + 1)
  switch (random.below(10)) {
    case 0: case 1: { // a bit
      const copy = Buffer.from(buffer)
      if (at < copy.length) copy[at] ^= 1 << random.below(8)
      return copy
    }
    case 2: case 3: // a byte that means something
      return replace(buffer, at, 1, Buffer.from([random.pick(BYTES)]))
    case 4: // a length or count that is one off
      return at < buffer.length ? replace(buffer, at, 1, Buffer.from([(buffer[at] + random.pick([1, 255])) & 255])) : buffer
    case 5: // insertion
      return replace(buffer, at, 0, random.oneIn(2) ? random.bytes(1 + random.below(4)) : Buffer.from([random.pick(BYTES)]))
    case 6: // removal
      return replace(buffer, at, 1 + random.below(4), Buffer.alloc(0))
    case 7: // truncation
      return buffer.subarray(0, at)
    case 8: // a length in another form
      return at < buffer.length ? replace(buffer, at, 1, wideLength(buffer[at], 1 + random.below(8))) : buffer
    default: // a piece of another packet, or of this one once more
      return replace(buffer, at, random.below(20), other.subarray(start, start + random.below(40)))
  }
}

// One to three damages. With an envelope, half of them go inside and leave
// the lengths around them right, so that they are not noticed too soon.
function mutate (random, packet, other, envelope) {
  const inside = envelope && random.oneIn(2) && envelope.open(packet)
  let out = inside || packet
  for (let i = random.pick([1, 1, 1, 2, 3]); i > 0; i--) out = damageOnce(random, out, other)
  return inside ? envelope.close(packet, out) : out
}

module.exports = { mutate }
