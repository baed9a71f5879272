// SPDX-License-Identifier: Apache-2.0
// listing.js - somebody who lists all accounts of a node by its admin API, page
// after page, and begins again, until told to stop.
'use strict'

const http = require('http')

const PAGE = 250

// One page's text; nothing is made of it, so that this costs little itself.
const page = (socketPath, agent, cursor) => new Promise((resolve, reject) => {
  http.get({ socketPath, agent, path: `/v1/accounts?limit=${PAGE}${cursor ? `&cursor=${cursor}` : ''}` }, (response) => {
    const parts = []
    response.on('data', (data) => parts.push(data)).on('error', reject).on('end', () => {
      if (response.statusCode === 200) resolve(Buffer.concat(parts).toString('latin1'))
      else reject(new Error(`a page has status ${response.statusCode}`))
    })
  }).on('error', reject)
})

// `pages` is how many it has had; `stop` waits for the last one.
function listOn (socketPath) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const listing = { pages: 0, going: true }
  const go = async () => {
    for (let cursor; listing.going; listing.pages++) {
      const text = await page(socketPath, agent, cursor)
      cursor = (/"next":"([^"]*)"[^"]*$/.exec(text.slice(-80)) || [])[1]
    }
  }
  const gone = go().finally(() => agent.destroy())
  gone.catch(() => {}) // until it is waited for
  listing.stop = () => {
    listing.going = false
    return gone
  }
  return listing
}

module.exports = { listOn, PAGE }
