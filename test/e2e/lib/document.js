// SPDX-License-Identifier: Apache-2.0
// The document of the admin API, as a node gives it, held against what the node
// does.
'use strict'

const assert = require('assert')
const { need } = require('../../interop/lib/need')
const { ask } = require('./ask')

const Ajv = need('ajv/dist/2020')
const addFormats = need('ajv-formats')

const METHODS = ['get', 'put', 'post', 'delete', 'patch']

const operations = (document) => Object.entries(document.paths).flatMap(([target, item]) =>
  METHODS.filter((method) => item[method]).map((method) => ({ target, method, operation: item[method] })))

const escape = (part) => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1'))
const pointer = (...parts) => parts.map((part) => `/${escape(String(part))}`).join('')

class Document {
  constructor (text) {
    this.whole = text
    this.operations = operations(text)
    this.ajv = new Ajv({ strict: false, allErrors: true })
    addFormats(this.ajv)
    this.ajv.addSchema(text, 'document')
  }

  static async of (at) {
    return new Document((await ask(at, '/v1/openapi.json')).json)
  }

  // What a thing is not that lies there by the document; empty: all is well.
  faults (thing, ...parts) {
    const where = pointer(...parts)
    const validate = this.ajv.getSchema(`document#${where}`)
    assert(validate, `${where} is no schema`)
    return validate(thing) ? '' : this.ajv.errorsText(validate.errors)
  }

  // The schema of what that operation takes; undefined: it takes nothing.
  body ({ operation }) {
    const { schema } = Object.values(operation.requestBody?.content || {})[0] || {}
    return schema && this.resolve(schema)
  }

  resolve (schema) {
    return schema.$ref ? this.whole.components.schemas[schema.$ref.split('/').pop()] : schema
  }

  // May it be sent there?
  allows ({ target, method, operation }, thing) {
    const [type] = Object.keys(operation.requestBody.content)
    return !this.faults(thing, 'paths', target, method, 'requestBody', 'content', type, 'schema')
  }

  // Is that what such a request is answered with?
  judge ({ target, method, operation }, answer, what = `${method} ${target} ${answer.status} ${answer.body}`) {
    const known = operation.responses[answer.status] ? answer.status : 'default'
    const { content } = operation.responses[known]
    if (!content) return assert.strictEqual(answer.body, '', what)
    assert(content[answer.type], `${what}: type ${answer.type}`)
    const faults = this.faults(answer.json, 'paths', target, method, 'responses', known, 'content', answer.type, 'schema')
    assert(!faults, `${what}: ${faults}`)
    if (known === 'default') assert.strictEqual(answer.json.status, answer.status)
  }
}

module.exports = { Document, operations }
