// SPDX-License-Identifier: Apache-2.0
// Payments of one packet, whose sender and receiver are both in this process:
// so it is known what each of them saw. No two have the same condition.
'use strict'

const crypto = require('crypto')
const { need } = require('./need')
const Ilp = need('ilp-packet')

const LIFETIME = 20000 // in milliseconds
const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest()

const underWay = new Map()

class Payment {
  // `answer` gives what the receiver answers to the Prepare that it got: a
  // packet, or a promise of one. Without it, it fulfills.
  constructor ({ destination, amount = '1000', lifetime = LIFETIME, data = Buffer.alloc(0), answer }) {
    this.preimage = crypto.randomBytes(32)
    this.prepare = {
      amount: String(amount), expiresAt: new Date(Date.now() + lifetime), executionCondition: sha256(this.preimage), destination, data
    }
    this.packet = Ilp.serializeIlpPrepare(this.prepare)
    this.answer = answer || (() => this.fulfill())
    this.came = [] // what the receiver got
    this.answered = undefined // what it answered
    this.reply = undefined // what the sender heard
  }

  fulfill (data = Buffer.alloc(0)) {
    return Ilp.serializeIlpFulfill({ fulfillment: this.preimage, data })
  }

  // Sends it, and gives what is answered.
  async send (sender) {
    const key = this.prepare.executionCondition.toString('hex')
    underWay.set(key, this)
    try {
      this.reply = await sender.sendData(this.packet)
    } finally {
      underWay.delete(key)
    }
    return this.reply
  }

  get fulfilled () {
    return this.reply !== undefined && this.reply[0] === Ilp.Type.TYPE_ILP_FULFILL
  }

  // The Reject that was answered, with its data in hex.
  get reject () {
    if (this.reply[0] !== Ilp.Type.TYPE_ILP_REJECT) return { code: 'none, it is fulfilled' }
    const { code, triggeredBy, message, data } = Ilp.deserializeIlpReject(this.reply)
    return { code, triggeredBy, message, data: data.toString('hex') }
  }
}

const reject = (code, triggeredBy, message, data = Buffer.alloc(0)) =>
  Ilp.serializeIlpReject({ code, triggeredBy, message, data })

// What every receiver does with a packet.
async function receive (packet) {
  const prepare = Ilp.deserializeIlpPrepare(packet)
  const payment = underWay.get(prepare.executionCondition.toString('hex'))
  if (!payment) return reject('F06', 'test.nobody', 'nobody waits for this')
  payment.came.push(prepare)
  payment.answered = await payment.answer(prepare)
  return payment.answered
}

// Sends many, so many at a time.
async function sendAll (payments, atOnce, sender) {
  const left = payments.slice()
  const one = async () => { for (let next; (next = left.pop());) await next.send(sender(next)) }
  await Promise.all(Array.from({ length: atOnce }, one))
}

module.exports = { Payment, reject, receive, sendAll }
