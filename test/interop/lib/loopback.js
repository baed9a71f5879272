// SPDX-License-Identifier: Apache-2.0
// Loaded into a program that listens on a port without saying where, such as
// one with ilp-plugin-http in it: it listens on loopback then.
'use strict'

const { Server } = require('net')
const { listen } = Server.prototype

Server.prototype.listen = function (port, ...rest) {
  const bare = typeof port === 'number' && typeof rest[0] !== 'string'
  return bare ? listen.call(this, port, '127.0.0.1', ...rest) : listen.call(this, port, ...rest)
}
