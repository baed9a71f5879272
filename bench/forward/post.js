// SPDX-License-Identifier: Apache-2.0
// post.js - what a POST costs a server of HTTP: h2load sends a Prepare to ilpd,
// which rejects it for want of a route, and to nginx, which answers anything
// with as many bytes. So the one has TCP, HTTP and a packet to do with, and the
// other TCP and HTTP.
'use strict'

const fs = require('fs')
const path = require('path')
const { execFile, execFileSync } = require('child_process')
const { promisify } = require('util')
const { launch, pinned, until, listens, freePorts, nodes } = require('./nodes')

const CONNECTIONS = 64
const ANSWER = 70 // bytes, as the Reject has
const TICK_US = 10000 // of the times in /proc

function prepare () {
  const Ilp = require(path.join(__dirname, '../../test/interop/node_modules/ilp-packet'))
  return Ilp.serializeIlpPrepare({
    amount: '1000',
    expiresAt: new Date(Date.now() + 300000),
    executionCondition: Buffer.alloc(32, 1),
    destination: 'test.bench.nobody',
    data: Buffer.alloc(200)
  })
}

// CPU that a process has used so far.
function cpuUs (pid) {
  const [, , ...fields] = fs.readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/\(.*\)/, 'name').split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_US
}

const child = (pid) => Number(execFileSync('pgrep', ['-P', pid], { encoding: 'latin1' }).trim())

async function nginx (folder) {
  const [port] = await freePorts(1)
  const file = path.join(folder, 'nginx.conf')
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  fs.writeFileSync(file, `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000000; client_body_buffer_size 64k; ${places.join(' ')}
  server {
    listen 127.0.0.1:${port};
    location / { default_type application/octet-stream; return 200 "${'x'.repeat(ANSWER)}"; }
  }
}`)
  const node = launch(pinned(0, ['nginx', '-e', `${folder}/nginx.log`, '-c', file]))
  await until(node, 'nginx', () => listens(port))
  return { pid: child(node.pid), port, stop: async () => { node.kill(); await node.ended } }
}

async function ilpd (place) {
  const node = await nodes.memory({ links: 1 }, place)
  return { ...node, port: node.ports[0] }
}

const servers = { nginx: ({ folder }) => nginx(folder), ilpd }

// As many requests as take about so many seconds; { rate, cpu } of each.
async function measurePost (name, { version }, { seconds }, place) {
  const file = path.join(place.folder, 'prepare')
  fs.writeFileSync(file, prepare())
  const server = await servers[name](place)
  const load = async (count) => {
    const [program, ...args] = pinned(1, ['h2load', ...(version === 1 ? ['--h1'] : ['-m', '64']),
      '-c', version === 1 ? CONNECTIONS : 8, '-n', count, '-d', file,
      '-H', 'content-type: application/octet-stream', '-H', 'authorization: Bearer token-s00',
      `http://127.0.0.1:${server.port}/ilp`]).map(String)
    const { stdout } = await promisify(execFile)(program, args)
    if (!stdout.includes(` ${count} succeeded,`)) throw new Error(`not every request succeeded: ${stdout}`)
    return Number(/finished in .*?, ([\d.]+) req\/s/.exec(stdout)[1])
  }
  try {
    const count = Math.ceil(await load(10000) * seconds)
    const before = cpuUs(server.pid)
    const rate = await load(count)
    return { rate, cpu: (cpuUs(server.pid) - before) / count }
  } finally {
    await server.stop()
  }
}

module.exports = { measurePost }
