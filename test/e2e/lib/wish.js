// SPDX-License-Identifier: Apache-2.0
// Things that a JSON Schema asks for, and things that are nearly so.
'use strict'

const OPTIONAL = 20 // one member in so many is there
const ALPHABET = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

class Wish {
  // `names` are texts that things are called by, so that some meet again;
  // `resolve` follows a reference.
  constructor (random, names, resolve) {
    this.random = random
    this.names = names
    this.resolve = resolve
  }

  string (schema) {
    const { random } = this
    const { minLength = 0, maxLength = 40, pattern, examples = [] } = schema
    if (schema.enum) return random.pick(schema.enum)
    if (examples.length && random.oneIn(2)) return random.pick(examples)
    if (/\[1-9\]/.test(pattern || '')) return `${random.oneIn(3) && /-\?/.test(pattern) ? '-' : ''}${random.u64()}`
    if (random.oneIn(2)) return random.pick(this.names)
    if (pattern) return Array.from({ length: Math.max(minLength, random.length(maxLength)) }, () => random.pick(ALPHABET)).join('')
    return random.text(maxLength).padEnd(minLength, 'x')
  }

  number ({ minimum = 0, maximum = 2 ** 32 }) {
    const { random } = this
    return random.pick([minimum, maximum, minimum + random.below(Math.min(maximum - minimum, 2 ** 32) + 1)])
  }

  object ({ properties = {}, required = [] }) {
    const made = {}
    for (const [name, schema] of Object.entries(properties)) {
      if (required.includes(name) || this.random.oneIn(OPTIONAL)) made[name] = this.value(schema)
    }
    return made
  }

  value (given) {
    const { random } = this
    const schema = this.resolve(given)
    if (schema.anyOf) return this.value(random.pick(schema.anyOf))
    if ('const' in schema) return schema.const
    switch (random.pick([schema.type ?? 'string'].flat())) {
      case 'string': return this.string(schema)
      case 'integer': return this.number(schema)
      case 'number': return random.pick([0, 1, 0.5, 0.000001, 0.1234567])
      case 'boolean': return random.oneIn(2)
      case 'array': return random.many(3, () => this.value(schema.items ?? {}))
      case 'object': return this.object(schema)
      default: return null
    }
  }

  // Something else in its place.
  other () {
    const { random } = this
    return random.pick([null, true, -1, 0.5, 1e300, '', 'x'.repeat(20000), [], {}, [[[]]], { a: { b: {} } }, random.text(300), '18446744073709551616', '-0', '007', ' 1'])
  }

  // With one place in it changed.
  spoiled (thing) {
    const { random } = this
    const names = thing && typeof thing === 'object' ? Object.keys(thing) : []
    if (!names.length || random.oneIn(8)) return this.other()
    const name = random.pick(names)
    switch (random.below(4)) {
      case 0: {
        const { [name]: gone, ...rest } = thing
        return rest
      }
      case 1: return { ...thing, [random.pick([`${name}s`, name.toUpperCase(), '__proto__x', random.text(40)])]: thing[name] }
      default: return { ...thing, [name]: this.spoiled(thing[name]) }
    }
  }
}

module.exports = { Wish }
