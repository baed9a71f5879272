// SPDX-License-Identifier: Apache-2.0
// A peer that speaks ILP over HTTP as RFC 35 has it: nobody waits for an answer
// on the connection of the question. It knows nothing of ilpd but its URL and
// the tokens.
//
//     POST, Prepare, Callback-Url, Request-Id ──► 202
//     200 ◄── POST to that URL, Fulfill or Reject, the same Request-Id
//
// What it should not do it does when a test wants it, by `mood`.
'use strict'

const crypto = require('crypto')
const http = require('http')
const http2 = require('http2')
const { receive } = require('./payment')

const PREPARE = 12
const OCTETS = 'application/octet-stream'
const UUID_4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const ATTEMPTS = 5
const PATIENCE = 1000 // for each, in milliseconds

const body = async (stream) => {
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

// Posts, and gives { status, text }; over a connection of its own, or over the
// one that HTTP/2 shares.
function post1 (url, headers, content) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers: { ...headers, 'content-length': content.length }, timeout: PATIENCE }, (response) => {
      body(response).then((text) => resolve({ status: response.statusCode, text: String(text) }), reject)
    })
    request.on('timeout', () => request.destroy(new Error('nothing is said')))
    request.on('error', reject)
    request.end(content)
  })
}

function post2 (session, url, headers, content) {
  return new Promise((resolve, reject) => {
    const { pathname, search } = new URL(url)
    const stream = session.request({ ':method': 'POST', ':path': pathname + search, ...headers })
    let status
    stream.setTimeout(PATIENCE, () => stream.destroy(new Error('nothing is said')))
    stream.on('response', (fields) => { status = fields[':status'] })
    stream.on('error', reject)
    body(stream).then((text) => resolve({ status, text: String(text) }), reject)
    stream.end(content)
  })
}

class PostingPeer {
  // `ilpd` is where that is to be asked, `tokenIn` what it brings and `tokenOut`
  // what we bring.
  static async start ({ port, ilpd, tokenIn, tokenOut, version = 1 }) {
    const peer = new PostingPeer()
    Object.assign(peer, { ilpd, tokenIn, tokenOut, version, mood: {}, waiting: new Map(), sessions: new Set() })
    peer.callback = `http://127.0.0.1:${port}/replies/of?me`
    peer.faults = [] // rules that ilpd has broken
    peer.replies = [] // ids of those that came, whatever became of them
    peer.ids = new Set() // of Prepares that came
    peer.posted = [] // statuses of what we have posted
    const serve = (request, response) => peer.serve(request, response).catch((error) => peer.faults.push(error.stack))
    peer.server = version === 2 ? http2.createServer(serve) : http.createServer(serve)
    peer.server.on('session', (session) => peer.sessions.add(session))
    await new Promise((resolve) => peer.server.listen(port, '127.0.0.1', resolve))
    return peer
  }

  check (good, what) {
    if (!good) this.faults.push(what)
  }

  async serve (request, response) {
    const { headers } = request
    const packet = await body(request)
    const say = (status) => { response.statusCode = status; response.end() }
    this.check(request.method === 'POST' && headers['content-type'] === OCTETS, 'a request of another kind')
    this.check(headers.authorization === `Bearer ${this.tokenIn}`, 'another token')
    this.check(UUID_4.test(headers['request-id']), `no UUID of version 4: ${headers['request-id']}`)
    if (packet[0] === PREPARE) return this.takePrepare(headers, packet, response)
    this.check(request.url === '/replies/of?me', `a reply to ${request.url}`)
    this.check(headers['callback-url'] === undefined, 'a reply to be replied to')
    return this.takeReply(headers['request-id'], packet, say, response)
  }

  async takePrepare (headers, packet, response) {
    const id = headers['request-id']
    this.check(headers.accept === OCTETS && headers['callback-url'] !== undefined, 'a Prepare without its fields')
    this.check(!this.ids.has(id), 'an id twice')
    this.ids.add(id)
    if (this.mood.answersAtOnce) {
      response.setHeader('content-type', OCTETS)
      return response.end(await receive(packet))
    }
    response.statusCode = 202
    response.end()
    const answer = await receive(packet)
    await this.deliver(headers['callback-url'], id, answer)
    if (this.mood.postsTwice) this.posted.push(['again', (await this.post(headers['callback-url'], { 'request-id': id }, answer)).status])
  }

  // Until it is heard, or refused for good.
  async deliver (url, id, answer) {
    for (let i = 0; i < ATTEMPTS; i++) {
      try {
        const { status } = await this.post(url, { 'request-id': id }, answer)
        this.posted.push([id, status])
        if (status < 500) return
      } catch (error) {
        this.posted.push([id, error.message])
      }
    }
  }

  takeReply (id, packet, say, response) {
    const { fails } = this.mood
    this.replies.push(id)
    if (fails && fails.length) {
      const how = fails.shift()
      if (how === 'breaks') return response.stream ? response.stream.session.destroy() : response.socket.destroy()
      return how === 'sleeps' ? undefined : say(how)
    }
    const resolve = this.waiting.get(id)
    this.waiting.delete(id)
    if (!resolve) return say(400)
    say(200)
    resolve(packet)
  }

  post (url, fields, content) {
    const headers = { 'content-type': OCTETS, authorization: `Bearer ${this.tokenOut}`, ...fields }
    if (this.version === 1) return post1(url, headers, content)
    if (!this.session || this.session.destroyed || this.session.closed) {
      this.session = http2.connect(this.ilpd)
      this.session.on('error', () => {}) // its streams tell
    }
    return post2(this.session, url, headers, content)
  }

  // A Prepare; gives { status, text, reply }, a promise of the answer.
  async ask (packet, { id = crypto.randomUUID(), callback = this.callback } = {}) {
    const reply = new Promise((resolve) => this.waiting.set(id, resolve))
    const said = await this.post(`${this.ilpd}/any/path`, { accept: OCTETS, 'callback-url': callback, 'request-id': id }, packet)
    return { ...said, reply }
  }

  async sendData (packet) {
    const { status, reply } = await this.ask(packet)
    if (status !== 202) throw new Error(`status ${status}`)
    return reply
  }

  async disconnect () {
    if (this.session) this.session.destroy()
    for (const session of this.sessions) session.destroy()
    if (this.server.closeAllConnections) this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

module.exports = { PostingPeer }
