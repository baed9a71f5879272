// SPDX-License-Identifier: Apache-2.0
// Do we and they agree about some bytes? If not, is it a known difference?
'use strict'

const { differences } = require('./differences')

// { raw, view } or { error }
function theirOpinion (format, input) {
  try {
    return format.theirs.decode(input)
  } catch (error) {
    return { error: error.message }
  }
}

function ourOpinion (format, answer) {
  return answer.error ? answer : { view: format.shown(answer.text) }
}

// What their decoder reads as text: { as, bytes } in its order.
function textReads (format, input) {
  const toString = Buffer.prototype.toString
  const reads = []
  Buffer.prototype.toString = function (encoding, ...range) {
    if (encoding === undefined || encoding === 'utf8' || encoding === 'ascii') {
      reads.push({ as: encoding || 'utf8', bytes: Buffer.from(this) })
    }
    return toString.call(this, encoding, ...range)
  }
  theirOpinion(format, input)
  Buffer.prototype.toString = toString
  return reads
}

// The single values in which two trees differ: [{ path, ours, theirs }].
function leaves (ours, theirs, path = '') {
  const trees = [ours, theirs].every((tree) => typeof tree === 'object' && tree !== null)
  const keys = trees && Object.keys(ours)
  if (trees && JSON.stringify(keys) === JSON.stringify(Object.keys(theirs))) {
    return keys.flatMap((key) => leaves(ours[key], theirs[key], path ? `${path}.${key}` : key))
  }
  return Object.is(ours, theirs) ? [] : [{ path, ours, theirs }]
}

function known (kind, d) {
  return differences.find((difference) => difference.kind === kind && difference.when(d))
}

// { agreed } and the ids of the differences, or { unknown } with an account
// of what is different.
function judge (format, input, answer) {
  const ours = ourOpinion(format, answer)
  const theirs = theirOpinion(format, input)
  if (ours.error && theirs.error) return { agreed: 'refuse', ids: [] }
  if (!ours.error && !theirs.error && JSON.stringify(ours.view) === JSON.stringify(theirs.view)) {
    return { agreed: 'take', ids: [], view: ours.view }
  }
  const d = { format: format.name, input, ours, theirs, reads: textReads(format, input) }
  const found = ours.error ? [known('we-refuse', d)]
    : theirs.error ? [known('they-refuse', d)]
      : leaves(ours.view, theirs.view).map((leaf) => known('value', { ...d, leaf }))
  if (found.length === 0 || found.includes(undefined)) return { unknown: account(d) }
  return { ids: [...new Set(found.map((difference) => difference.id))], view: ours.view }
}

function account ({ format, input, ours, theirs }) {
  const side = (opinion) => opinion.error ? `refuse: ${opinion.error}` : JSON.stringify(opinion.view)
  const short = (text) => text.length > 1500 ? `${text.slice(0, 1500)}… (${text.length})` : text
  const where = ours.error || theirs.error ? '' : `\n  differ ${short(JSON.stringify(leaves(ours.view, theirs.view)))}`
  return `${format} ${short(input.toString('hex'))}\n  we     ${short(side(ours))}\n  they   ${short(side(theirs))}${where}`
}

module.exports = { judge }
