// SPDX-License-Identifier: Apache-2.0
// What must hold between the books of a node that has been killed, as often as
// one likes, and those of its peers, which have not.
'use strict'

const assert = require('assert')

// A ceiling is at most four times what is on hold (node/exposure.h).
const SPARE = 4n

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0n)

class Loss extends Error {}

function claim (good, what) {
  if (!good) throw new Loss(what)
}

class Judge {
  // `mostHeld` is what can ever be on its way to one peer.
  constructor (accounts, mostHeld) {
    this.settings = new Map(accounts.map((account) => [account.id, account]))
    this.mostHeld = mostHeld
    this.numbers = undefined
    this.doubt = new Map() // of each receiver, as it was last
    this.unheard = new Map() // of what each sender is charged for
    this.gaps = new Map() // between our books and those of each peer
    this.posthumous = new Map() // what each receiver has let go for a node that was gone
  }

  // A node has come back, and nobody has asked it for anything yet. `loaded`:
  // there was a load since it was looked at last.
  restarted ({ own, accounts }, books, loaded) {
    this.checkNumbers(own, accounts)
    this.checkSums(own, accounts)
    for (const [id, { heard, charges }] of Object.entries(books.senders)) this.checkSender(accounts[id], heard, charges, own)
    for (const [id, receiver] of Object.entries(books.receivers)) this.checkReceiver(accounts[id], receiver, loaded)
  }

  // Each keeps the number that it has in the ledger.
  checkNumbers (own, accounts) {
    const numbers = [...own, ...Object.values(accounts)].map(({ kind, assetCode, id, number }) => [id, kind, assetCode, number])
    this.numbers = this.numbers || numbers
    assert.deepStrictEqual(numbers, this.numbers)
  }

  // Of each asset, nothing has come out of nothing or gone there.
  checkSums (own, accounts) {
    const balances = new Map()
    const add = (asset, balance) => balances.set(asset, (balances.get(asset) || 0n) + BigInt(balance))
    for (const { assetCode, balance } of own) add(assetCode, balance)
    for (const { id, balance } of Object.values(accounts)) add(this.settings.get(id).assetCode, balance)
    for (const [asset, balance] of balances) claim(balance === 0n, `the balances of ${asset} sum to ${balance}`)
  }

  // What he was told is fulfilled he is charged for, or else we have lost it
  // (but for what was too late by our own fault); and no more than that for
  // which a receiver has let the fulfillment go. What he was charged for and has
  // not heard of, when we were killed, makes up for nothing later.
  checkSender ({ id, balance }, heard, charges, own) {
    const { assetCode, maximum } = this.settings.get(id)
    const charged = BigInt(balance)
    const late = BigInt(own.find((one) => one.kind === 'late' && one.assetCode === assetCode).balance)
    const unheard = charged + late - heard
    const before = this.unheard.get(id) || 0n
    claim(unheard >= before, `${id} was told of ${heard}, and is charged ${charged}, of which he had not heard of ${before} before`)
    claim(charged <= charges, `${id} is charged ${charged}, of which ${charges} are fulfilled`)
    claim(heard <= charges, `${id} was told of ${heard}, of which ${charges} are fulfilled`)
    claim(maximum === 'unlimited' || charged <= BigInt(maximum), `${id} owes ${charged}`)
    this.unheard.set(id, unheard)
    this.widen(id, charges - charged)
  }

  // What we know that we owe him is claimed; and of what he claims we know, or
  // we know that we are in doubt: both of all that ever was, and of what the
  // last run has left.
  checkReceiver ({ id, balance, inDoubt, unresolved, ceiling, heldCredits }, { claims, posthumous }, loaded) {
    const { minimum } = this.settings.get(id)
    const owed = -BigInt(balance)
    const doubt = BigInt(inDoubt) + BigInt(unresolved)
    const before = this.doubt.get(id) || 0n
    claim(owed <= claims, `${id} claims ${claims}, and we owe ${owed}`)
    claim(claims <= owed + doubt, `${id} claims ${claims}, we owe ${owed}, and only ${doubt} are in doubt`)
    claim(doubt >= before, `of ${id} ${before} were in doubt, and now ${doubt}`)
    claim(doubt - before <= (loaded ? SPARE * this.mostHeld : 0n), `of ${id} ${before} were in doubt, and at once ${doubt}`)
    claim(heldCredits === inDoubt && ceiling === inDoubt, `of ${id} ${inDoubt} are in doubt, and ${heldCredits} on hold`)
    claim(minimum === 'unlimited' || owed <= -BigInt(minimum), `we owe ${id} ${owed}`)
    claim(minimum === 'unlimited' || claims <= -BigInt(minimum) + BigInt(unresolved), `${id} claims ${claims}, of which ${unresolved} are unresolved`)
    const lost = claims - owed - (this.gaps.get(id) || 0n) - posthumous + (this.posthumous.get(id) || 0n)
    claim(lost <= doubt - before, `of ${id} ${lost} were lost, and only ${doubt - before} are in doubt`)
    this.doubt.set(id, doubt)
    this.posthumous.set(id, posthumous)
    this.widen(id, claims - owed)
  }

  // A crash may lose what nobody upstream has heard of; nothing gives it back.
  widen (id, gap) {
    const before = this.gaps.get(id) || 0n
    claim(gap >= before, `the books of ${id} differed by ${before}, and now by ${gap}`)
    this.gaps.set(id, gap)
  }

  // Nothing is in flight, and nobody was killed since `restarted`: everyone's
  // books say the same but for what was lost before.
  still (figures, books) {
    const before = [new Map(this.gaps), new Map(this.unheard)]
    this.restarted(figures, books, false)
    assert.deepStrictEqual([this.gaps, this.unheard], before)
  }

  // What was lost by whom, of what is in doubt.
  told () {
    const of = (kind) => sum([...this.gaps].filter(([id]) => id.startsWith(kind)).map(([, gap]) => gap))
    return { lost: of('r'), doubt: sum([...this.doubt.values()]) }
  }
}

module.exports = { Judge, Loss }
