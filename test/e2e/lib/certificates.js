// SPDX-License-Identifier: Apache-2.0
// Certificates for tests, made by openssl.
'use strict'

const { execFileSync } = require('child_process')
const fs = require('fs')
const path = require('path')
const { X509Certificate } = require('crypto')
const { folder } = require('../../interop/lib/ilpd')

let count = 0

const openssl = (...words) => execFileSync('openssl', words, { stdio: ['ignore', 'pipe', 'ignore'] })

// A certificate and its key, and where they lie: signed by itself, or by an
// authority that was made here.
function makeCertificate ({ name = '127.0.0.1', authority, alternative = 'IP:127.0.0.1' } = {}) {
  const base = path.join(folder, `certificate-${++count}`)
  const made = { certificate: `${base}.pem`, key: `${base}.key` }
  const who = authority
    ? ['-CA', authority.certificate, '-CAkey', authority.key, '-addext', `subjectAltName=${alternative}`, '-addext', 'basicConstraints=critical,CA:FALSE']
    : []
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-keyout', made.key, '-out', made.certificate, ...who)
  made.pem = fs.readFileSync(made.certificate)
  made.keyPem = fs.readFileSync(made.key)
  made.serial = new X509Certificate(made.pem).serialNumber
  return made
}

module.exports = { makeCertificate }
