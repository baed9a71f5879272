// SPDX-License-Identifier: Apache-2.0
// ilp-plugin-btp as an end of payments.
'use strict'

const net = require('net')
const { need } = require('./need')
const { receive } = require('./payment')
const Plugin = need('ilp-plugin-btp')

const RECONNECT = [20, 100] // as soon as a test wants it, in milliseconds

// Resolves once it is connected.
async function startPlugin (options) {
  const plugin = new Plugin({ reconnectIntervals: RECONNECT, ...options })
  plugin.registerDataHandler(receive)
  await plugin.connect()
  return plugin
}

// Connects to a node.
const dialing = (port, token, user = '') =>
  startPlugin({ server: `btp+ws://${user}:${token}@127.0.0.1:${port}` })

// Waits for a node, and resolves when that has come.
const listening = (port, secret) =>
  startPlugin({ listener: { port, secret, wsOpts: { host: '127.0.0.1', port } } })

// Ports that are free now, all of them different.
async function freePorts (count) {
  const servers = await Promise.all(Array.from({ length: count }, () => new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server))
  })))
  return Promise.all(servers.map((server) => new Promise((resolve) => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })))
}

module.exports = { Plugin, dialing, listening, freePorts }
