// SPDX-License-Identifier: Apache-2.0
// A small disk that only ilpd sees: memory, mounted where it runs, or a file with
// a file system in it. So it may be filled up, or broken, and goes when ilpd does.
'use strict'

const fs = require('fs')
const path = require('path')
const { execFileSync, spawnSync } = require('child_process')
const { folder } = require('../../interop/lib/ilpd')

const PLACE = path.join(folder, 'place')
const PAGE = 4096

// Root may mount what others see, and anybody, on most systems, what he alone
// sees; so do we.
const UNSHARE = process.getuid() === 0 ? ['unshare', '-m'] : ['unshare', '-r', '-m']

// In many containers nothing may be mounted, not even by root: so a test that
// needs a place has to do without, even where nothing may be skipped.
function hasPlaces () {
  const [program, ...options] = UNSHARE
  fs.mkdirSync(PLACE, { recursive: true })
  return spawnSync(program, [...options, 'mount', '-t', 'tmpfs', 'none', PLACE]).status === 0
}

// What ilpd is to be run by. If there is a ledger to begin `from`, the place has
// a copy of it, and cannot be written to.
const wrapper = (size, from = '') => [...UNSHARE, 'sh', '-ec', `
  mount -t tmpfs -o size=${size} none ${PLACE}
  if [ -n "${from}" ]; then
    cp "${from}" ${PLACE}/ledger.db
    mount -o remount,bind,ro ${PLACE}
  fi
  exec "$@"`, 'sh']

const FILE = path.join(PLACE, 'ledger.db')

// The same, seen from outside.
const seen = (pid, name) => `/proc/${pid}/root${PLACE}/${name}`

// Takes what room is left.
function fill (pid) {
  const file = fs.openSync(seen(pid, 'filler'), 'a')
  try {
    for (;;) fs.writeSync(file, Buffer.alloc(PAGE, 1))
  } catch (error) {
    if (error.code !== 'ENOSPC') throw error
  } finally {
    fs.closeSync(file)
  }
}

const clear = (pid) => fs.unlinkSync(seen(pid, 'filler'))

// Gives a file of its own to what is there of the ledger.
function save (pid, to) {
  for (const end of ['', '-wal']) {
    if (fs.existsSync(seen(pid, `ledger.db${end}`))) execFileSync('cp', [seen(pid, `ledger.db${end}`), `${to}${end}`])
  }
}

// ---- a file system that can break ----

const loopOf = (image) => execFileSync('losetup', ['-n', '-O', 'NAME', '-j', image], { encoding: 'latin1' }).trim()
const breaker = (image) => `/sys/fs/ext4/${path.basename(loopOf(image))}/trigger_fs_error`

// In a new file; undefined where none can be made, mounted, or broken.
function makeImage () {
  const image = path.join(folder, 'image')
  fs.writeFileSync(image, '')
  fs.truncateSync(image, 16 * 1024 * 1024)
  const made = process.getuid() === 0 && spawnSync('mkfs.ext4', ['-q', image]).status === 0
  const works = made && spawnSync('unshare', ['-m', 'sh', '-ec', `
    mount -o loop ${image} ${PLACE}
    test -w /sys/fs/ext4/$(basename $(losetup -n -O NAME -j ${image}))/trigger_fs_error`]).status === 0
  return works ? image : undefined
}

const onImage = (image) => ['unshare', '-m', 'sh', '-ec', `
  mount -o loop,errors=remount-ro ${image} ${PLACE}
  exec "$@"`, 'sh']

// As when the kernel finds that the file system makes no sense any more: nothing
// is written to it from now on.
const breakImage = (image) => fs.writeFileSync(breaker(image), 'test\n')

module.exports = { FILE, breakImage, hasPlaces, makeImage, onImage, wrapper, fill, clear, save }
