// SPDX-License-Identifier: Apache-2.0
// A peer that connects to ilpd, made of a bare WebSocket: so it can do what no
// peer should. What it is asked it answers as the payments have it.
'use strict'

const { need } = require('../../interop/lib/need')
const { receive } = require('../../interop/lib/payment')
const { WebSocket } = need('ws')
const Btp = need('btp-packet')

const LOGIN = 1 // its request id
const OCTETS = Btp.MIME_APPLICATION_OCTET_STREAM
const TEXT = Btp.MIME_TEXT_PLAIN_UTF8

const entry = (protocolName, contentType, data) => ({ protocolName, contentType, data: Buffer.from(data) })

const login = (token, user = '') => Btp.serializeMessage(LOGIN, [
  entry('auth', OCTETS, ''), entry('auth_username', TEXT, user), entry('auth_token', TEXT, token)
])

const message = (request, packet) => Btp.serializeMessage(request, [entry('ilp', OCTETS, packet)])
const response = (request, packet) => Btp.serializeResponse(request, [entry('ilp', OCTETS, packet)])

// A WebSocket that is open; or an error that has the `status` of a refusal.
function openSocket (url, options) {
  const socket = new WebSocket(url, options)
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket))
    socket.once('error', reject)
    socket.once('unexpected-response', (request, { statusCode }) => {
      request.destroy()
      reject(Object.assign(new Error(`HTTP status ${statusCode}`), { status: statusCode }))
    })
  })
}

// What a BTP packet says, in short.
function shown (packet) {
  const { type, requestId, data } = Btp.deserialize(packet)
  return type === Btp.TYPE_ERROR ? [type, requestId, data.code, data.name, data.data] : [type, requestId]
}

class Client {
  // Resolves when it is logged in. The options are those of ws.
  static async connect (port, token, options = {}) {
    const client = new Client()
    const { scheme = 'ws', user, ...rest } = options
    client.socket = await openSocket(`${scheme}://127.0.0.1:${port}/`, rest)
    client.waiting = new Map()
    client.next = LOGIN
    client.closed = new Promise((resolve) => client.socket.on('close', (code, reason) => resolve([code, String(reason)])))
    client.socket.on('message', (packet) => client.hear(Btp.deserialize(packet)))
    client.socket.on('error', () => {}) // its end tells
    client.closed.then(([code, reason]) => {
      for (const { reject } of client.waiting.values()) reject(new Error(`closed: ${code} ${reason}`))
    })
    await client.ask(login(token, user))
    return client
  }

  // Sends a request, whose id is the next one, and gives the answer.
  ask (packet) {
    return new Promise((resolve, reject) => {
      this.waiting.set(this.next++, { resolve, reject })
      this.socket.send(packet, (error) => error && reject(error))
    })
  }

  async sendData (packet) {
    const { protocolData } = await this.ask(message(this.next, packet))
    return protocolData[0].data
  }

  hear ({ type, requestId, data }) {
    if (type === Btp.TYPE_MESSAGE) return this.answer(requestId, data.protocolData[0].data)
    const asked = this.waiting.get(requestId)
    this.waiting.delete(requestId)
    if (!asked) return // a test has sent it by itself
    if (type === Btp.TYPE_RESPONSE) asked.resolve(data)
    else asked.reject(new Error(`${data.code} ${data.name} ${data.data}`))
  }

  async answer (request, packet) {
    this.socket.send(response(request, await receive(packet)))
  }

  // Says goodbye, or not.
  close () {
    this.socket.close()
    return this.closed
  }

  terminate () {
    this.socket.terminate()
  }
}

module.exports = { Btp, Client, login, message, openSocket, shown }
