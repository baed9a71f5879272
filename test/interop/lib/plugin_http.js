// SPDX-License-Identifier: Apache-2.0
// ilp-plugin-http as an end of payments.
'use strict'

const { need } = require('./need')
const { receive } = require('./payment')
require('./loopback')
const PluginHttp = need('ilp-plugin-http')

// Listens on `port`, and asks the node at `url`; `incoming` and `outgoing` are
// options of the plugin beside those.
async function startHttp (port, url, incoming, outgoing, more = {}) {
  const plugin = new PluginHttp({ incoming: { port, ...incoming }, outgoing: { url, ...outgoing }, ...more })
  plugin.registerDataHandler(receive)
  await plugin.connect()
  return plugin
}

module.exports = { startHttp }
