// SPDX-License-Identifier: Apache-2.0
// A running ilp-connector.
'use strict'

const http = require('http')
const { need } = require('./need')
const { freePorts } = require('./plugin')
const { Program } = require('./program')
need('ilp-connector')

const OUT_OF_REACH = 1000000000 // packets a minute

// An account that nothing is refused to, and which neither gives nor takes
// routes. The options are those of ilp-plugin-btp.
const peer = (asset, options, more) => ({
  relation: 'peer',
  plugin: 'ilp-plugin-btp',
  ...asset,
  sendRoutes: false,
  receiveRoutes: false,
  balance: { maximum: 'Infinity', minimum: '-Infinity' },
  rateLimit: { refillCount: OUT_OF_REACH, capacity: OUT_OF_REACH },
  options,
  ...more
})

const listener = (port, secret) => ({ listener: { port, secret, wsOpts: { host: '127.0.0.1', port } } })

class IlpConnector {
  // Its settings are objects and texts as in its documentation, under the
  // names of its environment variables but for their beginning.
  static async start (settings) {
    const connector = new IlpConnector()
    const [port] = await freePorts(1)
    const env = { PATH: process.env.PATH, NODE_ENV: 'production', DEBUG: '', NODE_OPTIONS: `--require ${require.resolve('./loopback')}` }
    const all = {
      STORE: 'memory', INITIAL_CONNECT_TIMEOUT: '500', ADMIN_API: 'true', ADMIN_API_PORT: port, ...settings
    }
    for (const [name, value] of Object.entries(all)) {
      env[`CONNECTOR_${name}`] = typeof value === 'object' ? JSON.stringify(value) : String(value)
    }
    connector.port = port
    connector.program = new Program([process.execPath, require.resolve('ilp-connector/dist/index.js')], env)
    return connector
  }

  // From its administration interface; undefined while there is none.
  get (path) {
    return new Promise((resolve) => {
      const request = http.get({ host: '127.0.0.1', port: this.port, path }, (response) => {
        let body = ''
        response.on('data', (data) => { body += data })
        response.on('end', () => resolve(response.statusCode === 200 ? JSON.parse(body) : undefined))
      })
      request.on('error', () => resolve(undefined))
    })
  }

  connected (...ids) {
    return this.program.until(`${ids} connected to ilp-connector`, async () => {
      const status = await this.get('/status')
      return status && ids.every((id) => status.connected[id])
    })
  }

  // Of all accounts, by their ids.
  async balances () {
    const { accounts } = await this.get('/balance')
    return Object.fromEntries(Object.entries(accounts).map(([id, { balance }]) => [id, balance]))
  }

  async stop () {
    this.program.signal('SIGINT')
    await this.program.wait()
  }
}

module.exports = { IlpConnector, peer, listener }
