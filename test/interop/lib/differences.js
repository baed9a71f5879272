// SPDX-License-Identifier: Apache-2.0
// Every way in which we are known to differ from the npm packages, and why.
//
// Decoding, `d` is { format, input, ours, theirs, reads }. A side that refused
// has an error: ours a name of codec_peer's, theirs a message. `reads` are the
// pieces of input that their decoder took for text. An entry is for one of
//   we-refuse     we refuse what they take
//   they-refuse   they refuse what we take
//   value         both take it but read something else into it; then `d.leaf`
//                 is one value that differs: { path, ours, theirs }
// Encoding (kind 'bytes'), the predicate is given the format and the value.
//
// An example shows that the difference is still there.
'use strict'

const { need } = require('./need')
const { isValidIlpAddress } = need('ilp-packet')
const { formats, ilp } = require('./formats')
const b = require('./bytes')

const ADDRESS = b.text('g.node')
const LONG = Buffer.alloc(32768)
const TIME = Buffer.from('20171224161432279')

const isAscii = (bytes) => bytes.every((byte) => byte < 0x80)
const masked = (read) => read !== undefined && read.as === 'ascii' && !isAscii(read.bytes)
const latin1 = (bytes) => bytes.toString('latin1')
const oneOf = (...names) => (format) => names.includes(format)

// Which text of a packet it is that we refuse with an error, counted in the
// order in which they read them.
const TEXT_AT = {
  timestamp: { TIMESTAMP: 0 },
  prepare: { TIMESTAMP: 0, ADDRESS: 1 },
  reject: { TEXT: 0, ADDRESS: 1 },
  ildcp: { ADDRESS: 0 },
  echo: { ADDRESS: 0 },
  'ccp-update': { ADDRESS: 0 }
}

function refusedForMasked (d) {
  if (d.format === 'btp') return d.ours.error === 'TEXT' && d.reads.some(masked)
  const at = TEXT_AT[d.format] && TEXT_AT[d.format][d.ours.error]
  return at !== undefined && masked(d.reads[at])
}

// Would they read the same if one byte less came, outside or inside?
function hasBytesToSpare (d) {
  const { theirs, envelope } = formats.find((format) => format.name === d.format)
  const inside = envelope.open(d.input)
  return [d.input.subarray(0, -1), envelope.close(d.input, inside.subarray(0, -1))].some((shorter) => {
    try {
      return JSON.stringify(theirs.decode(shorter).view) === JSON.stringify(d.theirs.view)
    } catch {
      return false
    }
  })
}

// ---- moments

// Is this a day and time, of up to 9999? The fraction is not looked at.
function realMoment (digits, second60) {
  const n = [[0, 4], [4, 6], [6, 8], [8, 10], [10, 12], [12, 14]].map(([from, to]) => Number(digits.slice(from, to)))
  const leap = second60 && digits.slice(8, 14) === '235960' && digits.slice(0, 8) !== '99991231'
  const date = new Date(0)
  date.setUTCFullYear(n[0], n[1] - 1, n[2])
  date.setUTCHours(n[3], n[4], leap ? 59 : n[5])
  const back = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
  return JSON.stringify(back) === JSON.stringify([...n.slice(0, 5), leap ? 59 : n[5]])
}

// What RFC 30 takes for a GeneralizedTime, and .fff with zeros at its end.
function isGeneralizedTime (text) {
  return /^\d{14}(\.(\d{3}|\d?[1-9]))?Z$/.test(text) && realMoment(text, true)
}

// The time in an ILP timestamp or a BTP date, as it came.
function timeText (d) {
  const read = d.format === 'btp' ? d.reads[2] : d.reads[0]
  return read ? latin1(read.bytes) : ''
}

function readAsIn1900 (text) {
  const n = [[0, 4], [4, 6], [6, 8], [8, 10], [10, 12], [12, 14], [14, 17]].map(([from, to]) => Number(text.slice(from, to)))
  return Date.UTC(n[0], n[1] - 1, ...n.slice(2))
}

const ILP_TIME = oneOf('timestamp', 'prepare')
const BTP_TIME = oneOf('generalized-time', 'btp')
const COUNTED = oneOf('btp', 'ccp-control', 'ccp-update', 'stream')
const PACKETS = oneOf('prepare', 'fulfill', 'reject')

// ---- examples

const prepare = (time, destination, data) => ilp(12, Buffer.alloc(8), time, Buffer.alloc(32), destination, b.octets(data))
const btp = (type, ...body) => Buffer.concat([Buffer.from([type, 0, 0, 0, 1]), b.octets(Buffer.concat(body))])
const btpError = (time, data) => btp(2, Buffer.from('F00'), b.text('E'), b.text(time), b.octets(data), b.unhex('0100'))
const entry = (name) => Buffer.concat([b.text(name), Buffer.from([0, 0])])
const control = (mode, count, ...features) => Buffer.concat([Buffer.from([mode]), Buffer.alloc(20), count, ...features])
const update = (speaker, withdrawn) => Buffer.concat([Buffer.alloc(32), speaker, b.unhex('0100'), b.unhex('0101'), b.octets(withdrawn)])
const streamPacket = (type) => Buffer.from([1, type, 1, 0, 1, 0, 1, 0])

const differences = [
  // ---- we refuse what they take
  {
    id: 'timestamp-range',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'JavaScript\'s Date.UTC carries over what is out of range: month 13 is January of the next year, second 60 the next minute. RFC 30 has both rejected.',
    when: (d) => ILP_TIME(d.format) && d.ours.error === 'TIMESTAMP' && /^\d{17}$/.test(timeText(d)) && !realMoment(timeText(d)),
    example: ['prepare', prepare(Buffer.from('20171324161432279'), ADDRESS, Buffer.alloc(0))]
  },
  {
    id: 'timestamp-digits',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'They read each part of a timestamp with Number(), which takes spaces, signs, points and exponents; RFC 30 has 17 digits.',
    when: (d) => ILP_TIME(d.format) && d.ours.error === 'TIMESTAMP' && !masked(d.reads[0]) && !/^\d{17}$/.test(timeText(d)),
    example: ['prepare', prepare(Buffer.from('2017 224161432279'), ADDRESS, Buffer.alloc(0))]
  },
  {
    id: 'non-ascii',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'They read ASCII fields by clearing the highest bit of each byte, so that several byte strings are one address, name, code or timestamp. To us a byte above 0x7f is none of ASCII.',
    when: refusedForMasked,
    example: ['prepare', prepare(TIME, b.octets(b.unhex('e72e6e6f6465')), Buffer.alloc(0))]
  },
  {
    id: 'data-too-long',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'RFC 27 limits data to 32767 bytes; they take any length.',
    when: (d) => PACKETS(d.format) && d.ours.error === 'TOO_LONG' && d.theirs.raw.data.length > 32767,
    example: ['fulfill', ilp(13, Buffer.alloc(32), b.octets(LONG))]
  },
  {
    id: 'message-too-long',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'RFC 27 limits the message of a Reject to 8191 bytes; they take any length.',
    when: (d) => d.format === 'reject' && d.ours.error === 'TOO_LONG' && d.reads[2].bytes.length > 8191,
    example: ['reject', ilp(14, Buffer.from('F00'), b.octets(Buffer.alloc(0)), b.octets(Buffer.alloc(8192)), b.octets(Buffer.alloc(0)))]
  },
  {
    id: 'length-leading-zero',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'For a length of five or six bytes, oer-utils finds out with a 32-bit shift whether it is the shortest form, and so takes longer ones. RFC 30 forbids them all.',
    when: (d) => d.ours.error === 'LENGTH' && /85 00|86 00/.test(d.input.toString('hex').replace(/../g, '$& ')),
    example: ['octets', Buffer.concat([b.wideLength(128, 5), Buffer.alloc(128)])]
  },
  {
    id: 'btp-trailing',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'A BTP packet is a whole WebSocket frame, so bytes behind it mean that it is broken; interledger-rs refuses them, too. They ignore them.',
    when: (d) => d.format === 'btp' && d.ours.error === 'TRAILING' && hasBytesToSpare(d),
    example: ['btp', Buffer.concat([btp(6, b.unhex('0100')), Buffer.from([0])])]
  },
  {
    id: 'btp-duplicate-name',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'RFC 23 forbids two entries of the same name; they do not check.',
    when: (d) => {
      const names = d.format === 'btp' && d.theirs.view.entries.map((e) => e.name)
      return names && d.ours.error === 'DUPLICATE' && new Set(names).size < names.length
    },
    example: ['btp', btp(6, b.varuint(2), entry('ilp'), entry('ilp'))]
  },
  {
    id: 'btp-entries',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'We take at most 32 entries in a packet, more than any sub-protocol has use for, so that a packet cannot cost much. They have no limit.',
    when: (d) => d.format === 'btp' && d.ours.error === 'TOO_MANY' && d.theirs.view.entries.length > 32,
    example: ['btp', btp(6, b.varuint(33), ...Array.from({ length: 33 }, (_, i) => entry(`n${i}`)))]
  },
  {
    id: 'btp-date',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'They hand the time of a BTP Error to JavaScript\'s Date, which reads many other forms and gives an Invalid Date for the rest. We take what RFC 30 has.',
    when: (d) => BTP_TIME(d.format) && d.ours.error === 'TIMESTAMP' && !isGeneralizedTime(timeText(d)),
    example: ['btp', btpError('2017', Buffer.alloc(0))]
  },
  {
    id: 'btp-error-data',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'RFC 23 limits the data of an Error to 8192 bytes; they take any length.',
    when: (d) => d.format === 'btp' && d.ours.error === 'TOO_LONG' && d.reads[3].bytes.length > 8192,
    example: ['btp', btpError('20171224161432.279Z', Buffer.alloc(8193))]
  },
  {
    id: 'ildcp-utf8',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'An asset code that is not UTF-8 is shown by them with replacement characters; we would have to compare such codes, and refuse.',
    when: (d) => d.format === 'ildcp' && d.ours.error === 'TEXT' && d.reads.some((read) => read.as === 'utf8' && !b.isUtf8(read.bytes)),
    example: ['ildcp', Buffer.concat([ADDRESS, b.unhex('0901ff')])]
  },
  {
    id: 'ccp-mode',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'CCP has the modes 0 and 1. They hand any other on to the connector, which has no meaning for it.',
    when: (d) => d.format === 'ccp-control' && d.ours.error === 'TYPE' && d.theirs.raw.mode > 1,
    example: ['ccp-control', control(2, b.unhex('0100'))]
  },
  {
    id: 'ccp-too-long',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'No address has more than 1023 characters, and no feature of CCP either; they take any length.',
    when: (d) => d.format.startsWith('ccp-') && d.ours.error === 'TOO_LONG' && d.reads.some((read) => read.bytes.length > 1023),
    example: ['ccp-update', update(ADDRESS, Buffer.alloc(1024, 0x67))]
  },
  {
    id: 'ccp-speaker',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'The speaker of an update is an ILP address; they do not check that.',
    when: (d) => d.format === 'ccp-update' && d.ours.error === 'ADDRESS' && !isValidIlpAddress(d.theirs.view.speaker),
    example: ['ccp-update', update(b.text('node'), Buffer.from('g.a'))]
  },
  {
    id: 'stream-type',
    kind: 'we-refuse',
    stricter: 'ours',
    reason: 'The type in a STREAM packet must be that of the ILP packet around it, so only 12, 13 and 14 can be right. They leave that to the caller.',
    when: (d) => d.format === 'stream' && d.ours.error === 'TYPE' && ![12, 13, 14].includes(d.theirs.raw.ilpPacketType),
    example: ['stream', streamPacket(11)]
  },

  // ---- they refuse what we take
  {
    id: 'timestamp-1970',
    kind: 'they-refuse',
    stricter: 'theirs',
    reason: 'They take the moment 0, which is 1970-01-01T00:00:00.000Z, for an error (and so the same day of year 0070, see year-below-100).',
    when: (d) => (ILP_TIME(d.format) && /^(19|00)7001010{9}$/.test(timeText(d))) ||
      (d.format === 'generalized-time' && timeText(d) === '19700101000000.000Z'),
    example: ['prepare', prepare(Buffer.from('19700101000000000'), ADDRESS, Buffer.alloc(0))]
  },
  {
    id: 'generalized-time-form',
    kind: 'they-refuse',
    stricter: 'theirs',
    reason: 'They read a GeneralizedTime only with exactly three digits of fraction and without leap second; the shortest form, which RFC 30 prescribes and which we write, they refuse.',
    when: (d) => d.format === 'generalized-time' && isGeneralizedTime(timeText(d)) && (!/^\d{14}\.\d{3}Z$/.test(timeText(d)) || timeText(d).slice(12, 14) === '60'),
    example: ['generalized-time', b.text('20171224161432Z')]
  },
  {
    id: 'count-width',
    kind: 'they-refuse',
    stricter: 'theirs',
    reason: 'A count of seven or eight bytes does not fit their integers, even if it begins with zeros. We tolerate zeros in front of a count as of any other integer.',
    when: (d) => COUNTED(d.format) && /without sacrificing precision/.test(d.theirs.error),
    example: ['ccp-control', control(1, b.wideVaruint(0, 7))]
  },
  {
    id: 'length-width',
    kind: 'they-refuse',
    stricter: 'theirs',
    reason: 'A length of seven or eight bytes does not fit their integers. It is one, but nothing is that long, so this matters only where a length is read by itself.',
    when: (d) => d.format === 'length' && /without sacrificing precision/.test(d.theirs.error) && [0x87, 0x88].includes(d.input[0]),
    example: ['length', b.wideLength(1n << 48n, 7)]
  },

  // ---- both take it, and read something else
  {
    id: 'year-below-100',
    kind: 'value',
    stricter: 'neither',
    reason: 'JavaScript\'s Date.UTC takes the years 0 to 99 for 1900 to 1999.',
    when: (d) => ILP_TIME(d.format) && timeText(d).startsWith('00') && ['expiresAt', 'value'].includes(d.leaf.path) &&
      Number(d.leaf.theirs) === readAsIn1900(timeText(d)),
    example: ['prepare', prepare(Buffer.from('00171224161432279'), ADDRESS, Buffer.alloc(0))]
  },
  {
    id: 'btp-date-form',
    kind: 'value',
    stricter: 'theirs',
    reason: 'As generalized-time-form, but in a BTP Error they give out an Invalid Date instead of refusing.',
    when: (d) => d.format === 'btp' && d.leaf.path === 'triggeredAt' && Number.isNaN(d.leaf.theirs) && isGeneralizedTime(timeText(d)) &&
      (!/^\d{14}\.\d{3}Z$/.test(timeText(d)) || timeText(d).slice(12, 14) === '60'),
    example: ['btp', btpError('20171224161432Z', Buffer.alloc(0))]
  },
  {
    id: 'replacement',
    kind: 'value',
    stricter: 'neither',
    reason: 'Text that is not UTF-8 is only shown: by us with one replacement character for each byte that does not belong, by JavaScript with one for some sequences of them. The bytes themselves we keep.',
    when: (d) => d.reads.some((read) => read.as === 'utf8' && b.shownText(read.bytes) === d.leaf.ours && read.bytes.toString('utf8') === d.leaf.theirs),
    example: ['reject', ilp(14, Buffer.from('F00'), b.octets(Buffer.alloc(0)), b.octets(b.unhex('e282')), b.octets(Buffer.alloc(0)))]
  },
  {
    id: 'ccp-non-ascii',
    kind: 'value',
    stricter: 'neither',
    reason: 'As non-ascii, but the prefixes of CCP are looked at by routing and not by the decoder: there we hand them on as they came.',
    when: (d) => d.format === 'ccp-update' && d.reads.some((read) => masked(read) &&
      b.shownText(read.bytes) === d.leaf.ours && read.bytes.toString('ascii') === d.leaf.theirs),
    example: ['ccp-update', Buffer.concat([Buffer.alloc(32), ADDRESS, b.unhex('0101'), b.octets(b.unhex('e72e61')), b.unhex('0100'), Buffer.alloc(32), b.unhex('0100'), b.unhex('0100')])]
  },

  // ---- we write other bytes than they do
  {
    id: 'write-generalized-time',
    kind: 'bytes',
    stricter: 'ours',
    reason: 'They write three digits of fraction always; we write the shortest form, as RFC 30 has it.',
    when: (format, value) => (format === 'generalized-time' && Number(value.value) % 10 === 0) ||
      (format === 'btp' && value.type === 'error' && value.triggeredAt % 10 === 0)
  },
  {
    id: 'write-year-below-1000',
    kind: 'bytes',
    stricter: 'ours',
    reason: 'They write years before 1000 with fewer than four digits, and then cannot write the packet or write one that nobody can read.',
    when: (format, value) => {
      const moment = format === 'prepare' ? value.expiresAt : format === 'btp' ? value.triggeredAt : format === 'timestamp' ? Number(value.value) : undefined
      return moment < Date.UTC(1000, 0, 1)
    }
  },
  {
    id: 'write-ccp-meta',
    kind: 'bytes',
    stricter: 'neither',
    reason: 'They normalise the flags of a CCP property: one that is not optional becomes transitive and not partial, one that is not transitive not partial, and the lower four bits are dropped. We write what we are given.',
    when: (format, value) => format === 'ccp-update' && value.routes.some((route) => route.props.some((p) => p.meta !== normalMeta(p.meta)))
  }
]

function normalMeta (meta) {
  const utf8 = meta & 0x10
  if (!(meta & 0x80)) return 0x40 | utf8
  return 0x80 | utf8 | (meta & 0x40 ? meta & 0x60 : 0)
}

function markdown () {
  const rows = differences.map((d) => `| \`${d.id}\` | ${KINDS[d.kind]} | ${d.stricter} | ${d.reason} |`)
  return ['| Difference | Where it shows | Stricter | Why |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

const KINDS = {
  'we-refuse': 'we refuse, they take',
  'they-refuse': 'they refuse, we take',
  value: 'both take, values differ',
  bytes: 'we write other bytes'
}

module.exports = { differences, markdown }
