// SPDX-License-Identifier: Apache-2.0
// Two peers of an ilpd who pay each other: packets that flow while a test does
// something else.
'use strict'

const assert = require('assert')
const { Payment } = require('../../interop/lib/payment')
const { until, within } = require('../../interop/lib/wait')
const { Client } = require('./client')

// They are alice and bob, whose tokens are TOKEN-a and TOKEN-b, and pay until
// they are told to end; `paid` is how often they did. `expected` is called with
// each payment that was rejected, and says whether that may be.
async function keepPaying (port, expected = () => false) {
  const alice = await Client.connect(port, 'TOKEN-a')
  const bob = await Client.connect(port, 'TOKEN-b')
  const peers = { alice, bob, paid: 0, rejected: 0, ended: false }
  const pay = async (from, destination) => {
    while (!peers.ended) {
      const payment = new Payment({ destination })
      await payment.send(from)
      if (payment.fulfilled) {
        peers.paid++
      } else {
        assert(expected(payment), JSON.stringify(payment.reject))
        peers.rejected++
      }
    }
  }
  const all = Promise.all([pay(alice, 'test.bob'), pay(bob, 'test.alice')])
  all.catch(() => {})
  peers.goOn = (times) => {
    const before = peers.paid
    return within('packets go on', Promise.race([all, until('packets go on', () => peers.paid >= before + times)]))
  }
  peers.end = () => { peers.ended = true; return all }
  return peers
}

module.exports = { keepPaying }
