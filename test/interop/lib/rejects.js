// SPDX-License-Identifier: Apache-2.0
// Rejects of every kind, as a receiver may make them up.
'use strict'

const { bigEndian } = require('./bytes')
const { reject } = require('./payment')

const CODES = [
  ...['00', '01', '02', '03', '04', '05', '06', '07', '08', '99'].map((number) => `F${number}`),
  ...['00', '01', '02', '03', '04', '05', '99'].map((number) => `T${number}`),
  ...['00', '01', '02', '99'].map((number) => `R${number}`)
]

// What "amount too large" tells: what came, and what may come.
const tooLarge = (received, maximum) => Buffer.concat([bigEndian(received, 8), bigEndian(maximum, 8)])

function randomReject (random, code = random.pick(CODES)) {
  const data = code === 'F08' ? tooLarge(random.u64(), random.u64()) : random.octets(2000)
  return reject(code, random.oneIn(10) ? '' : random.address(), random.text(300), data)
}

module.exports = { CODES, tooLarge, randomReject }
