// SPDX-License-Identifier: Apache-2.0
// Random values from a seed: the same ones on every version of Node.
'use strict'

const INTERESTING_LENGTHS = [0, 1, 2, 126, 127, 128, 129, 254, 255, 256, 257]
const INTERESTING_U64 = [
  0n, 1n, 2n, 127n, 128n, 255n, 256n, 65535n, 65536n, (1n << 32n) - 1n, 1n << 32n, (1n << 48n) - 1n, 1n << 48n,
  (1n << 53n) - 1n, 1n << 53n, (1n << 53n) + 1n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 2n, (1n << 64n) - 1n
]
const PIECES = [
  'a', 'Z', '0', ' ', '"', '\\', '/', '.', '-', '_', '~', '\u0000', '\u0001', '\n', '\r', '\t', '\u007f', '\u0080', 'ü', 'ß',
  '\u07ff', '\u0800', '€', '\u2028', '\u2029', '\ud7ff', '\ue000', '\ufeff', '\ufffd', '\ufffe', '\uffff', 'e\u0301', '‮',
  '日本', 'مرحبا', '\u{10000}', '😀', '👩‍👩‍👧', '\u{10ffff}', 'message'
]
const SEGMENT = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_~-'
const SCHEMES = ['g', 'private', 'example', 'peer', 'self', 'test', 'test1', 'test2', 'test3', 'local']

class Random {
  constructor (seed) {
    this.state = seed >>> 0
  }

  // mulberry32
  below (count) {
    this.state = (this.state + 0x6d2b79f5) >>> 0
    let t = this.state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * count)
  }

  oneIn (count) {
    return this.below(count) === 0
  }

  pick (list) {
    return list[this.below(list.length)]
  }

  many (max, make) {
    return Array.from({ length: this.below(max + 1) }, make)
  }

  bytes (length) {
    const out = Buffer.alloc(length)
    for (let i = 0; i < length; i++) out[i] = this.below(256)
    return out
  }

  // Short mostly, at the edges of the length determinant often, long rarely.
  length (max) {
    if (this.oneIn(150)) return this.pick([max, max - 1, this.below(max + 1)])
    if (this.oneIn(4)) return Math.min(max, this.pick(INTERESTING_LENGTHS))
    return this.below(Math.min(max, 40) + 1)
  }

  octets (max) {
    return this.bytes(this.length(max))
  }

  u64 () {
    if (this.oneIn(2)) return this.pick(INTERESTING_U64)
    return this.bytes(8).readBigUInt64BE() >> BigInt(this.below(64))
  }

  u32 () {
    return this.pick([0, 1, 127, 128, 255, 256, 0x7fffffff, 0x80000000, 0xffffffff, this.below(0x100000000)])
  }

  u8 () {
    return this.pick([0, 1, 127, 128, 255, this.below(256)])
  }

  // Text whose UTF-8 has at most `max` bytes.
  text (max) {
    const length = this.length(max)
    const pieces = []
    for (let room = length; room > 0;) {
      const piece = length > 400 ? this.pick(['x', 'ü', '😀']) : this.pick(PIECES)
      const size = Buffer.byteLength(piece)
      pieces.push(size <= room ? piece : 'x'.repeat(room))
      room -= size
    }
    return pieces.join('')
  }

  ascii (max) {
    return Array.from({ length: this.length(max) }, () => String.fromCharCode(this.below(128))).join('')
  }

  address (max = 1023) {
    let address = `${this.pick(SCHEMES)}.${this.pick(SEGMENT)}`
    const length = Math.min(max, address.length + this.length(1023))
    while (address.length < length) {
      const dot = address.length + 1 < length && !address.endsWith('.') && this.oneIn(6)
      address += dot ? '.' : this.pick(SEGMENT)
    }
    return address
  }

  // Milliseconds since 1970, within the years that have four digits.
  moment () {
    const first = Date.UTC(1000, 0, 1)
    const last = Date.UTC(9999, 11, 31, 23, 59, 59, 999)
    switch (this.below(8)) {
      case 0:
        return this.pick([first, last, 1, -1, Date.UTC(2016, 1, 29), Date.UTC(2000, 1, 29, 23, 59, 59, 999), Date.UTC(1900, 1, 28)])
      case 1:
        return 0
      case 2: // a year with fewer digits
        return -62167219200000 + this.below(365 * 999 + 242) * 86400000 + this.below(86400000)
      case 3:
        return Date.UTC(2020, this.below(12), 1 + this.below(31), this.below(24), this.below(60), this.below(60), this.pick([0, 100, 120, 123]))
      default:
        return first + Math.floor((last - first) / 1e9 * this.below(1e9)) + this.below(1000)
    }
  }
}

module.exports = { Random }
