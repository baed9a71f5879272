// SPDX-License-Identifier: Apache-2.0
// Bytes, and OER written by hand: also in ways in which nobody should.
'use strict'

const hex = (buffer) => buffer.toString('hex')
const unhex = (text) => Buffer.from(text, 'hex')

function bigEndian (value, width) {
  return unhex(BigInt(value).toString(16).padStart(2 * width, '0'))
}

function minimal (value) {
  const digits = BigInt(value).toString(16)
  return unhex(digits.length % 2 ? '0' + digits : digits)
}

function lengthOf (length) {
  if (length < 128) return Buffer.from([length])
  const digits = minimal(length)
  return Buffer.concat([Buffer.from([0x80 | digits.length]), digits])
}

// A length in the long form of this many bytes, needed or not.
function wideLength (length, width) {
  return Buffer.concat([Buffer.from([0x80 | width]), bigEndian(length, width)])
}

const octets = (buffer) => Buffer.concat([lengthOf(buffer.length), buffer])
const text = (string) => octets(Buffer.from(string))
const varuint = (value) => octets(minimal(value))
const wideVaruint = (value, width) => octets(bigEndian(value, width))

const continues = (byte, from = 0x80, to = 0xbf) => byte >= from && byte <= to

// The length of the UTF-8 character at this place, 0 if there is none: the
// table of well-formed byte sequences of the Unicode standard.
function characterLength (buffer, at) {
  const [lead, second, third, fourth] = [buffer[at], buffer[at + 1], buffer[at + 2], buffer[at + 3]]
  if (lead < 0x80) return 1
  if (lead >= 0xc2 && lead <= 0xdf) return continues(second) ? 2 : 0
  if (lead >= 0xe0 && lead <= 0xef) {
    return continues(second, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf) && continues(third) ? 3 : 0
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return continues(second, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf) && continues(third) && continues(fourth) ? 4 : 0
  }
  return 0
}

// Text as our JSON shows it: each byte that is not part of UTF-8 becomes one
// replacement character. (JavaScript makes one of some sequences of bytes.)
function shownText (buffer) {
  const plain = buffer.toString('utf8')
  if (!plain.includes('\ufffd')) return plain
  const parts = []
  for (let at = 0, good = 0; at < buffer.length; good = at) {
    for (let length; (length = characterLength(buffer, at)) > 0;) at += length
    parts.push(buffer.toString('utf8', good, at))
    if (at < buffer.length) {
      parts.push('\ufffd')
      at++
    }
  }
  return parts.join('')
}

const isUtf8 = (buffer) => Buffer.from(buffer.toString('utf8')).equals(buffer)

module.exports = { hex, unhex, bigEndian, lengthOf, wideLength, octets, text, varuint, wideVaruint, shownText, isUtf8 }
