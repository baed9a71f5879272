// SPDX-License-Identifier: Apache-2.0
// Every format, as the two sides have it. A format is
//
//   name           as codec_peer calls it
//   random         makes a value that both sides can encode
//   request        the value as codec_peer wants it
//   view           the value as it is compared (as it is, if there is no view)
//   shown          what codec_peer answered, as it is compared
//   theirs.encode  a value to bytes, by the npm package
//   theirs.decode  bytes to { raw, view }, by the npm package; throws
//   odd            bytes of this format that are hardly made by chance
//   envelope       where damage can be done with the lengths kept right
//
// Bytes are hexadecimal, 64-bit integers strings, moments milliseconds.
'use strict'

const { need } = require('./need')
const { Reader, Writer } = need('oer-utils')
const Ilp = need('ilp-packet')
const IlpDate = need('ilp-packet/dist/utils/date')
const Btp = need('btp-packet')
const Ildcp = need('ilp-protocol-ildcp')
const Ccp = need('ilp-protocol-ccp')
const Stream = need('ilp-protocol-stream/dist/src/packet')
const b = require('./bytes')

const { hex, unhex } = b
const same = (value) => value

// ---- primitives of OER: { value, left }

function primitive (name, random, write, read, odd) {
  return {
    name,
    random: (r) => ({ value: String(random(r)), left: 0 }),
    request: (value) => value.value,
    shown: (text) => {
      const [value, left] = text.split(' ')
      return { value, left: Number(left) }
    },
    theirs: {
      encode: (value) => {
        const writer = new Writer()
        write(writer, value.value)
        return writer.getBuffer()
      },
      decode: (input) => {
        const reader = Reader.from(input)
        const value = String(read(reader))
        return { raw: value, view: { value, left: input.length - reader.cursor } }
      }
    },
    odd
  }
}

const randomVarint = (r) => BigInt.asIntN(64, r.u64()) >> BigInt(r.below(64))
const pad = (r, buffer) => Buffer.concat([buffer, r.bytes(r.below(3))])

const length = primitive('length', (r) => r.pick([r.length(70000), r.u64() & ((1n << 53n) - 1n)]),
  (writer, value) => writer._writeLengthPrefix(Number(value)), (reader) => reader.readLengthPrefix(),
  (r) => pad(r, b.wideLength(r.below(300), 1 + r.below(9))))

const varuint = primitive('varuint', (r) => r.u64(),
  (writer, value) => writer.writeVarUInt(value), (reader) => reader.readVarUInt(),
  (r) => pad(r, b.wideVaruint(r.u64(), 8 + r.below(4))))

const varint = primitive('varint', randomVarint,
  (writer, value) => writer.writeVarInt(value), (reader) => reader.readVarInt(),
  (r) => pad(r, b.octets(r.bytes(r.below(11)))))

const octets = primitive('octets', (r) => hex(r.octets(70000)),
  (writer, value) => writer.writeVarOctetString(unhex(value)), (reader) => hex(reader.readVarOctetString()),
  (r) => pad(r, Buffer.concat([b.wideLength(r.below(300), 1 + r.below(9)), r.bytes(300)])))

const timestamp = primitive('timestamp', (r) => r.moment(),
  (writer, value) => writer.write(Buffer.from(IlpDate.dateToInterledgerTime(new Date(Number(value))))),
  (reader) => IlpDate.interledgerTimeToDate(reader.read(17).toString('ascii')).getTime(),
  (r) => oddTime(r))

const generalizedTime = primitive('generalized-time', (r) => r.moment(),
  (writer, value) => writer.writeVarOctetString(Buffer.from(IlpDate.dateToGeneralizedTime(new Date(Number(value))))),
  (reader) => IlpDate.generalizedTimeToDate(reader.readVarOctetString().toString()).getTime(),
  (r) => b.octets(oddGeneralizedTime(r)))

const digits = (r, count) => Array.from({ length: count }, () => r.below(10)).join('')

function oddTime (r) {
  const good = String(2000 + r.below(100)) + '0' + (1 + r.below(9)) + '1' + r.below(10) + '1' + r.below(10) + r.below(6) + '15' + r.below(10) + digits(r, 3)
  const at = 4 + 2 * r.below(5)
  switch (r.below(6)) {
    case 0:
      return Buffer.from(digits(r, 17))
    case 1:
      return Buffer.from(r.pick(['0000', '0070', '0099', '0100', '1970', '9999']) + r.pick(['0101', '0229', '1231', '1301', '0100']) + r.pick(['000000000', '235959999', '240000000', '235960000']))
    case 2: // what Number() takes, too
      return Buffer.from(good.slice(0, at) + r.pick([' 1', '+1', '1.', '.1', '-1', '1 ', '  ', '\n1']) + good.slice(at + 2))
    case 3: { // masked, it would be a digit
      const out = Buffer.from(good)
      out[r.below(17)] |= 0x80
      return out
    }
    default:
      return Buffer.from(good.slice(0, at) + digits(r, 2) + good.slice(at + 2))
  }
}

function oddGeneralizedTime (r) {
  const fourteen = r.pick([oddTime(r).toString('latin1').slice(0, 14), '20171224161432', '19700101000000', '20161231235960', '99991231235960'])
  const fraction = r.pick(['', '.', '.0', '.2', '.20', '.27', '.000', '.200', '.279', '.2790', ',279', '.27a'])
  const end = r.pick(['Z', 'Z', 'Z', 'Z', '', '+0200', 'z'])
  const whole = ['2017', '2017-12-24T16:14:32.279Z', 'Sun Dec 24 2017', '0', '2017-02-30T00:00:00.000Z']
  return Buffer.from(r.oneIn(10) ? r.pick(whole) : fourteen + fraction + end, 'latin1')
}

// ---- ILPv4

// A packet of one byte and an octet string.
function envelope (headLength) {
  return {
    open: (packet) => {
      try {
        return Reader.from(packet.subarray(headLength)).readVarOctetString()
      } catch {
        return undefined
      }
    },
    close: (packet, contents) => Buffer.concat([packet.subarray(0, headLength), b.octets(contents)])
  }
}

const ilp = (type, ...parts) => Buffer.concat([Buffer.from([type]), b.octets(Buffer.concat(parts))])

// The length of the whole in a longer form than needed.
function widen (r, packet, headLength) {
  const contents = envelope(headLength).open(packet)
  return Buffer.concat([packet.subarray(0, headLength), b.wideLength(contents.length, 1 + r.below(8)), contents])
}

const TIME = Buffer.from('20171224161432279')
const longData = (r) => Buffer.alloc(32768 + r.below(3), 7)

const prepare = {
  name: 'prepare',
  random: (r) => ({
    amount: String(r.u64()),
    expiresAt: r.moment(),
    condition: hex(r.bytes(32)),
    destination: r.address(),
    data: hex(r.octets(32767))
  }),
  request: JSON.stringify,
  shown: (text) => {
    const { amount, expiresAt, condition, destination, data } = JSON.parse(text)
    return { amount, expiresAt: Date.parse(expiresAt), condition, destination, data }
  },
  theirs: {
    encode: (v) => Ilp.serializeIlpPrepare({
      amount: v.amount,
      expiresAt: new Date(v.expiresAt),
      executionCondition: unhex(v.condition),
      destination: v.destination,
      data: unhex(v.data)
    }),
    decode: (input) => {
      const raw = Ilp.deserializeIlpPrepare(input)
      return {
        raw,
        view: {
          amount: raw.amount,
          expiresAt: raw.expiresAt.getTime(),
          condition: hex(raw.executionCondition),
          destination: raw.destination,
          data: hex(raw.data)
        }
      }
    }
  },
  odd: (r) => {
    const long = r.oneIn(20)
    const packet = ilp(12, r.bytes(8), r.oneIn(3) ? TIME : oddTime(r), r.bytes(32), b.text(r.address()),
      b.octets(long ? longData(r) : r.octets(300)), r.bytes(r.below(2)))
    return r.oneIn(4) ? widen(r, packet, 1) : packet
  },
  envelope: envelope(1)
}

const fulfill = {
  name: 'fulfill',
  random: (r) => ({ fulfillment: hex(r.bytes(32)), data: hex(r.octets(32767)) }),
  request: JSON.stringify,
  shown: (text) => {
    const { fulfillment, data } = JSON.parse(text)
    return { fulfillment, data }
  },
  theirs: {
    encode: (v) => Ilp.serializeIlpFulfill({ fulfillment: unhex(v.fulfillment), data: unhex(v.data) }),
    decode: (input) => {
      const raw = Ilp.deserializeIlpFulfill(input)
      return { raw, view: { fulfillment: hex(raw.fulfillment), data: hex(raw.data) } }
    }
  },
  odd: (r) => {
    const packet = ilp(13, r.bytes(32), b.octets(r.oneIn(20) ? longData(r) : r.octets(300)), r.bytes(r.below(2)))
    return r.oneIn(2) ? widen(r, packet, 1) : packet
  },
  envelope: envelope(1)
}

const reject = {
  name: 'reject',
  random: (r) => ({
    code: r.oneIn(4) ? Array.from({ length: 3 }, () => String.fromCharCode(r.below(128))).join('') : r.pick(['F00', 'F08', 'T04', 'R00', 'X99']),
    triggeredBy: r.oneIn(4) ? '' : r.address(),
    message: r.text(8191),
    data: hex(r.octets(32767))
  }),
  request: JSON.stringify,
  shown: (text) => {
    const { code, triggeredBy, message, data } = JSON.parse(text)
    return { code, triggeredBy, message, data }
  },
  theirs: {
    encode: (v) => Ilp.serializeIlpReject({ ...v, data: unhex(v.data) }),
    decode: (input) => {
      const raw = Ilp.deserializeIlpReject(input)
      return { raw, view: { code: raw.code, triggeredBy: raw.triggeredBy, message: raw.message, data: hex(raw.data) } }
    }
  },
  odd: (r) => {
    const message = r.oneIn(10) ? Buffer.alloc(8191 + r.below(3), 0x6d) : r.octets(40)
    const packet = ilp(14, r.oneIn(4) ? r.bytes(3) : Buffer.from('F08'), b.text(r.oneIn(2) ? '' : r.address()),
      b.octets(message), b.octets(r.oneIn(20) ? longData(r) : r.octets(300)))
    return r.oneIn(4) ? widen(r, packet, 1) : packet
  },
  envelope: envelope(1)
}

// ---- BTP

const BTP_TYPES = { 1: 'response', 2: 'error', 6: 'message', 7: 'transfer' }
const BTP_NUMBERS = { response: 1, error: 2, message: 6, transfer: 7 }
const BTP_NAMES = ['ilp', 'auth', 'auth_token', 'auth_username', 'claim', 'info', 'channel']

// Plain text and JSON are shown as text, all else as bytes.
const isText = (contentType) => contentType === 1 || contentType === 2

function btpEntryView (name, contentType, data) {
  return { name, contentType, data: isText(contentType) ? b.shownText(data) : hex(data) }
}

function randomEntries (r) {
  const names = new Set()
  return r.many(r.oneIn(50) ? 32 : 4, () => {
    let name = r.oneIn(2) ? r.pick(BTP_NAMES) : r.ascii(300)
    while (names.has(name)) name += r.below(10)
    names.add(name)
    return { name, contentType: r.pick([0, 0, 1, 2, 3, 255]), data: hex(r.octets(r.oneIn(10) ? 33000 : 300)) }
  })
}

function btpOddBody (r, type) {
  const many = r.oneIn(10)
  const name = (i) => many ? Buffer.from(`name${i}`) : r.oneIn(6) ? r.bytes(3) : Buffer.from(r.pick(BTP_NAMES))
  const entries = Array.from({ length: many ? 30 + r.below(6) : r.below(4) }, (_, i) => Buffer.concat([
    b.octets(name(i)), Buffer.from([r.below(4)]), b.octets(r.octets(300))]))
  const count = r.oneIn(4) ? b.wideVaruint(entries.length, 1 + r.below(10)) : b.varuint(entries.length)
  const head = type === 7 ? [r.bytes(8)] : type !== 2 ? [] : [
    r.oneIn(6) ? r.bytes(3) : Buffer.from('F00'), b.octets(r.oneIn(6) ? r.bytes(5) : Buffer.from('NotAcceptedError')),
    b.octets(r.oneIn(3) ? Buffer.from('20171224161432.279Z') : oddGeneralizedTime(r)),
    b.octets(r.oneIn(10) ? Buffer.alloc(8191 + r.below(3)) : r.octets(40))]
  return Buffer.concat([...head, count, ...entries, r.oneIn(4) ? r.bytes(1) : Buffer.alloc(0)])
}

const btp = {
  name: 'btp',
  random: (r) => {
    const type = r.pick(['response', 'error', 'message', 'transfer'])
    const value = { type, requestId: r.u32() }
    if (type === 'transfer') value.amount = String(r.u64())
    if (type === 'error') Object.assign(value, { code: r.pick(['F00', 'T00', 'L13', '\u0000 \u007f']), name: r.ascii(300), triggeredAt: r.moment(), text: r.text(8192) })
    value.entries = randomEntries(r)
    return value
  },
  request: JSON.stringify,
  view: (v) => ({ ...v, entries: v.entries.map((e) => btpEntryView(e.name, e.contentType, unhex(e.data))) }),
  shown: (answer) => {
    const { type, requestId, amount, code, name, triggeredAt, text, entries } = JSON.parse(answer)
    const view = { type, requestId }
    if (type === 'transfer') view.amount = amount
    if (type === 'error') Object.assign(view, { code, name, triggeredAt: Date.parse(triggeredAt), text })
    view.entries = entries.map((e) => ({ name: e.name, contentType: e.contentType, data: isText(e.contentType) ? e.text : e.data }))
    return view
  },
  theirs: {
    encode: (v) => Btp.serialize({
      type: BTP_NUMBERS[v.type],
      requestId: v.requestId,
      data: {
        amount: v.amount,
        code: v.code,
        name: v.name,
        triggeredAt: v.triggeredAt === undefined ? undefined : new Date(v.triggeredAt),
        data: v.text,
        protocolData: v.entries.map((e) => ({ protocolName: e.name, contentType: e.contentType, data: unhex(e.data) }))
      }
    }),
    decode: (input) => {
      const raw = Btp.deserialize(input)
      const { amount, code, name, triggeredAt, data, protocolData } = raw.data
      const view = { type: BTP_TYPES[raw.type], requestId: raw.requestId }
      if (view.type === 'transfer') view.amount = amount
      // an Invalid Date is given out as if it were one
      if (view.type === 'error') Object.assign(view, { code, name, triggeredAt: triggeredAt.getTime(), text: data })
      view.entries = protocolData.map((e) => btpEntryView(e.protocolName, e.contentType, e.data))
      return { raw, view }
    }
  },
  odd: (r) => {
    const type = r.pick([1, 2, 2, 2, 6, 7, r.below(16)])
    const packet = Buffer.concat([Buffer.from([type]), r.bytes(4), b.octets(btpOddBody(r, type)), r.oneIn(6) ? r.bytes(1) : Buffer.alloc(0)])
    return r.oneIn(8) ? widen(r, packet, 5) : packet
  },
  envelope: envelope(5)
}

// ---- ILDCP: the data of the Fulfill

const ildcp = {
  name: 'ildcp',
  random: (r) => ({ address: r.address(), assetScale: r.u8(), assetCode: r.text(2000) }),
  request: JSON.stringify,
  shown: JSON.parse,
  theirs: {
    encode: (v) => Ilp.deserializeIlpFulfill(Ildcp.serializeIldcpResponse({ clientAddress: v.address, assetScale: v.assetScale, assetCode: v.assetCode })).data,
    decode: (input) => {
      const raw = Ildcp.deserializeIldcpResponse(ilp(13, Buffer.alloc(32), b.octets(input)))
      return { raw, view: { address: raw.clientAddress, assetScale: raw.assetScale, assetCode: raw.assetCode } }
    }
  },
  odd: (r) => Buffer.concat([r.oneIn(4) ? b.octets(r.bytes(8)) : b.text(r.address()), Buffer.from([r.u8()]), b.octets(r.octets(300))])
}

// ---- echo. No package has it; this is what ilp-connector does.

const ECHO = Buffer.from('ECHOECHOECHOECHO')

const echo = {
  name: 'echo',
  random: (r) => r.oneIn(4) ? { type: 'response' } : { type: 'request', returnAddress: r.address() },
  request: JSON.stringify,
  shown: (text) => {
    const found = JSON.parse(text).echo
    return found.type === 'response' ? found : { type: 'request', returnAddress: found.returnAddress }
  },
  theirs: {
    encode: (v) => Buffer.concat(v.type === 'response' ? [ECHO, Buffer.from([1])] : [ECHO, Buffer.from([0]), b.text(v.returnAddress)]),
    decode: (input) => {
      const reader = Reader.from(input)
      if (!reader.read(16).equals(ECHO)) throw new Error('no echo')
      const type = reader.readUInt8Number()
      if (type === 1) return { raw: type, view: { type: 'response' } }
      if (type !== 0) throw new Error('another type of echo')
      const returnAddress = reader.readVarOctetString().toString('ascii')
      if (!Ilp.isValidIlpAddress(returnAddress)) throw new Error('no address')
      return { raw: type, view: { type: 'request', returnAddress } }
    }
  },
  odd: (r) => Buffer.concat([ECHO, Buffer.from([r.below(3)]), b.octets(r.oneIn(2) ? r.bytes(5) : Buffer.from(r.address()))])
}

// ---- CCP: the data of the Prepare

const uuid = (id) => id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
const plainId = (id) => id.replace(/-/g, '')
const CCP_UTF8 = 0x10

const ccpControl = {
  name: 'ccp-control',
  random: (r) => ({ mode: r.pick(['idle', 'sync']), tableId: hex(r.bytes(16)), epoch: r.u32(), features: r.many(5, () => r.text(1023)) }),
  request: JSON.stringify,
  shown: (text) => {
    const { mode, tableId, epoch, features } = JSON.parse(text).routeControl
    return { mode, tableId: plainId(tableId), epoch, features }
  },
  theirs: {
    encode: (v) => Ccp.serializeCcpRouteControlRequestPayload({
      mode: v.mode === 'sync' ? 1 : 0,
      lastKnownRoutingTableId: uuid(v.tableId),
      lastKnownEpoch: v.epoch,
      features: v.features
    }),
    decode: (input) => {
      const raw = Ccp.deserializeCcpRouteControlRequestPayload(input)
      return { raw, view: { mode: ['idle', 'sync'][raw.mode], tableId: plainId(raw.lastKnownRoutingTableId), epoch: raw.lastKnownEpoch, features: raw.features } }
    }
  },
  odd: (r) => {
    const features = r.many(4, () => b.octets(r.oneIn(10) ? Buffer.alloc(1022 + r.below(4), 0x66) : r.octets(30)))
    const count = r.oneIn(3) ? b.wideVaruint(features.length, 1 + r.below(10)) : b.varuint(features.length)
    return Buffer.concat([Buffer.from([r.below(3)]), r.bytes(20), count, ...features])
  }
}

function randomProp (r) {
  const meta = r.oneIn(8) ? r.below(256) : r.pick([0x40, 0x50, 0x80, 0x90, 0xc0, 0xd0, 0xe0, 0xf0])
  return { meta, id: r.below(65536), value: hex(meta & CCP_UTF8 ? Buffer.from(r.text(300)) : r.octets(300)) }
}

function randomRoute (r) {
  return { prefix: r.address(60), path: r.many(3, () => r.address(60)), auth: hex(r.bytes(32)), props: r.many(3, () => randomProp(r)) }
}

// Hundreds of these still fit into the data of a Prepare.
function smallRoute (r) {
  return { prefix: r.address(12), path: [], auth: hex(r.bytes(32)), props: [] }
}

// They keep the upper half of meta, so only that can be compared.
function propView (prop) {
  const text = prop.meta & CCP_UTF8
  const value = prop.value
  return { meta: prop.meta & 0xf0, id: prop.id, value: typeof value === 'string' && text ? value : hex(value) }
}

function theirProp (prop) {
  const meta = (prop.isOptional ? 0x80 : 0) | (prop.isTransitive ? 0x40 : 0) | (prop.isPartial ? 0x20 : 0) | (prop.isUtf8 ? 0x10 : 0)
  return propView({ meta, id: prop.id, value: prop.value })
}

const ccpUpdate = {
  name: 'ccp-update',
  random: (r) => ({
    tableId: hex(r.bytes(16)),
    currentEpoch: r.u32(),
    fromEpoch: r.u32(),
    toEpoch: r.u32(),
    holdDownMs: r.u32(),
    speaker: r.address(),
    routes: r.oneIn(30) ? r.many(300, () => smallRoute(r)) : r.many(3, () => randomRoute(r)),
    withdrawn: r.many(3, () => r.address(200))
  }),
  request: JSON.stringify,
  view: (v) => ({
    ...v,
    routes: v.routes.map((route) => ({
      ...route,
      props: route.props.map((p) => propView({ ...p, value: p.meta & CCP_UTF8 ? b.shownText(unhex(p.value)) : unhex(p.value) }))
    }))
  }),
  shown: (text) => {
    const u = JSON.parse(text).routeUpdate
    return {
      tableId: plainId(u.tableId),
      currentEpoch: u.currentEpoch,
      fromEpoch: u.fromEpoch,
      toEpoch: u.toEpoch,
      holdDownMs: u.holdDownMs,
      speaker: u.speaker,
      routes: u.routes.map((route) => ({
        ...route,
        props: route.props.map((p) => propView({ meta: p.meta, id: p.id, value: p.meta & CCP_UTF8 ? p.text : unhex(p.value) }))
      })),
      withdrawn: u.withdrawn
    }
  },
  theirs: {
    encode: (v) => Ccp.serializeCcpRouteUpdateRequestPayload({
      routingTableId: uuid(v.tableId),
      currentEpochIndex: v.currentEpoch,
      fromEpochIndex: v.fromEpoch,
      toEpochIndex: v.toEpoch,
      holdDownTime: v.holdDownMs,
      speaker: v.speaker,
      newRoutes: v.routes.map((route) => ({
        ...route,
        auth: unhex(route.auth),
        props: route.props.map((p) => ({
          isOptional: Boolean(p.meta & 0x80),
          isTransitive: Boolean(p.meta & 0x40),
          isPartial: Boolean(p.meta & 0x20),
          isUtf8: Boolean(p.meta & CCP_UTF8),
          id: p.id,
          value: p.meta & CCP_UTF8 ? unhex(p.value).toString() : unhex(p.value)
        }))
      })),
      withdrawnRoutes: v.withdrawn
    }),
    decode: (input) => {
      const raw = Ccp.deserializeCcpRouteUpdateRequestPayload(input)
      return {
        raw,
        view: {
          tableId: plainId(raw.routingTableId),
          currentEpoch: raw.currentEpochIndex,
          fromEpoch: raw.fromEpochIndex,
          toEpoch: raw.toEpochIndex,
          holdDownMs: raw.holdDownTime,
          speaker: raw.speaker,
          routes: raw.newRoutes.map((route) => ({ prefix: route.prefix, path: route.path, auth: hex(route.auth), props: route.props.map(theirProp) })),
          withdrawn: raw.withdrawnRoutes
        }
      }
    }
  },
  odd: (r) => {
    const count = (list) => r.oneIn(6) ? b.wideVaruint(list.length, 1 + r.below(10)) : b.varuint(list.length)
    const word = () => b.octets(r.oneIn(6) ? r.bytes(4) : r.oneIn(20) ? Buffer.alloc(1022 + r.below(4), 0x67) : Buffer.from(r.address(20)))
    const words = (list = r.many(3, word)) => [count(list), ...list]
    const prop = () => Buffer.concat([r.bytes(3), b.octets(r.octets(20))])
    const props = (list = r.many(3, prop)) => [count(list), ...list]
    const route = () => Buffer.concat([word(), ...words(), r.bytes(32), ...props()])
    const routes = r.many(3, route)
    return Buffer.concat([r.bytes(32), r.oneIn(3) ? word() : b.text(r.address()), count(routes), ...routes, ...words()])
  }
}

// ---- STREAM, unencrypted

const U64 = 'u64'
const LIMIT = 'limit' // a u64; what is wider reads as 2^64-1
const U8 = 'u8'
const TEXT = 'text'
const BYTES = 'bytes'

// our name, our fields, and what they call those
const FRAMES = {
  1: ['ConnectionClose', { code: U8, message: TEXT }, ['errorCode', 'errorMessage']],
  2: ['ConnectionNewAddress', { address: TEXT }, ['sourceAccount']],
  3: ['ConnectionMaxData', { maxOffset: U64 }],
  4: ['ConnectionDataBlocked', { maxOffset: U64 }],
  5: ['ConnectionMaxStreamId', { maxStreamId: U64 }],
  6: ['ConnectionStreamIdBlocked', { maxStreamId: U64 }],
  7: ['ConnectionAssetDetails', { assetCode: TEXT, assetScale: U8 }, ['sourceAssetCode', 'sourceAssetScale']],
  16: ['StreamClose', { streamId: U64, code: U8, message: TEXT }, ['streamId', 'errorCode', 'errorMessage']],
  17: ['StreamMoney', { streamId: U64, shares: U64 }],
  18: ['StreamMaxMoney', { streamId: U64, receiveMax: LIMIT, totalReceived: U64 }],
  19: ['StreamMoneyBlocked', { streamId: U64, sendMax: LIMIT, totalSent: U64 }],
  20: ['StreamData', { streamId: U64, offset: U64, data: BYTES }],
  21: ['StreamMaxData', { streamId: U64, maxOffset: U64 }],
  22: ['StreamDataBlocked', { streamId: U64, maxOffset: U64 }],
  23: ['StreamReceipt', { streamId: U64, receipt: BYTES }]
}
const FRAME_BY_NAME = Object.fromEntries(Object.values(FRAMES).map((row) => [row[0], row]))
const PACKET_TYPES = { 12: 'prepare', 13: 'fulfill', 14: 'reject' }
const PACKET_NUMBERS = { prepare: 12, fulfill: 13, reject: 14 }

function randomFrame (r) {
  const [type, fields] = r.pick(Object.values(FRAMES))
  const make = { [U64]: () => String(r.u64()), [LIMIT]: () => String(r.u64()), [U8]: () => r.u8(), [TEXT]: () => r.text(600), [BYTES]: () => hex(r.octets(600)) }
  return Object.fromEntries([['type', type], ...Object.entries(fields).map(([name, kind]) => [name, make[kind]()])])
}

function theirFrame (frame) {
  const [name, fields] = FRAME_BY_NAME[frame.type]
  const values = Object.entries(fields).map(([field, kind]) => kind === BYTES ? unhex(frame[field]) : frame[field])
  return new Stream[`${name}Frame`](...values)
}

function theirFrameView (frame) {
  const [type, fields, theirNames] = FRAMES[frame.type]
  const values = Object.entries(fields).map(([field, kind], i) => {
    const value = frame[theirNames ? theirNames[i] : field]
    return [field, kind === U64 || kind === LIMIT ? value.toString() : kind === BYTES ? hex(value) : value]
  })
  return Object.fromEntries([['type', type], ...values])
}

// They drop frames of unknown types, so those cannot be compared.
function ourFrameView (frame) {
  const [type, fields] = FRAME_BY_NAME[frame.type]
  return Object.fromEntries([['type', type], ...Object.keys(fields).map((field) => [field, frame[field]])])
}

function theirStreamView (raw) {
  return {
    type: PACKET_TYPES[raw.ilpPacketType],
    sequence: raw.sequence.toString(),
    amount: raw.prepareAmount.toString(),
    frames: raw.frames.map(theirFrameView)
  }
}

function theirStreamPacket (value) {
  return new Stream.Packet(value.sequence, PACKET_NUMBERS[value.type], value.amount, value.frames.map(theirFrame))
}

function ourStreamView (json) {
  const { type, sequence, amount, frames } = json
  return { type, sequence, amount, frames: frames.filter((f) => f.unknownType === undefined).map(ourFrameView) }
}

const stream = {
  name: 'stream',
  random: (r) => ({
    type: r.pick(['prepare', 'fulfill', 'reject']),
    sequence: String(r.u64()),
    amount: String(r.u64()),
    frames: r.many(r.oneIn(50) ? 260 : 6, () => randomFrame(r))
  }),
  request: JSON.stringify,
  shown: (text) => ourStreamView(JSON.parse(text)),
  theirs: {
    encode: (v) => theirStreamPacket(v)._serialize(),
    decode: (input) => {
      const raw = Stream.Packet._deserializeUnencrypted(input)
      return { raw, view: theirStreamView(raw) }
    }
  },
  odd: (r) => {
    const number = () => r.oneIn(6) ? b.wideVaruint(r.u64(), 8 + r.below(3)) : b.varuint(r.u64())
    const limit = () => r.oneIn(2) ? number() : b.octets(r.bytes(r.pick([0, 8, 9, 10, 130])))
    const write = { [U64]: number, [LIMIT]: limit, [U8]: () => r.bytes(1), [TEXT]: () => b.octets(r.octets(20)), [BYTES]: () => b.octets(r.octets(20)) }
    const frame = () => {
      if (r.oneIn(5)) return Buffer.concat([r.bytes(1), b.octets(r.octets(20))])
      const type = r.pick(Object.keys(FRAMES))
      return Buffer.concat([Buffer.from([type]), b.octets(Buffer.concat(Object.values(FRAMES[type][1]).map((kind) => write[kind]())))])
    }
    const frames = r.many(4, frame)
    const count = r.oneIn(4) ? b.wideVaruint(frames.length, 1 + r.below(10)) : b.varuint(frames.length)
    return Buffer.concat([Buffer.from([1, r.pick([12, 13, 14, r.below(256)])]), number(), number(), count, ...frames, Buffer.alloc(r.below(4))])
  }
}

const formats = [length, varuint, varint, octets, timestamp, generalizedTime, prepare, fulfill, reject, btp, ildcp, echo, ccpControl, ccpUpdate, stream]
for (const format of formats) format.view = format.view || same

module.exports = { formats, ilp, ourStreamView, theirStreamView, theirStreamPacket }
