// SPDX-License-Identifier: Apache-2.0
// One request to the admin API, by a Unix socket or by TCP.
'use strict'

const http = require('http')
const { within } = require('../../interop/lib/wait')

// `at` is what http.request takes for where: { socketPath, agent } or { port }.
// Gives { status, type, headers, body, json }.
function ask (at, target, { method = 'GET', body, token, headers: more } = {}) {
  const headers = { ...more }
  if (token) headers.authorization = `Bearer ${token}`
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  if (text !== undefined) {
    headers['content-type'] = 'application/json'
    headers['content-length'] = Buffer.byteLength(text) // which Node leaves out for some methods
  }
  return within(`${method} ${target}`, new Promise((resolve, reject) => {
    const request = http.request({ ...at, method, path: target, headers }, (response) => {
      const parts = []
      response.on('data', (part) => parts.push(part)).on('error', reject).on('end', () => {
        const heard = Buffer.concat(parts).toString()
        const type = response.headers['content-type']
        const json = heard && /json/.test(type) ? JSON.parse(heard) : heard || undefined
        resolve({ status: response.statusCode, type, headers: response.headers, body: heard, json })
      })
    })
    request.on('error', reject).end(text)
  }))
}

module.exports = { ask }
