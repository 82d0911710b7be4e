#!/usr/bin/env node
// Stands in for the package node-gyp: runs the one inside npm and, where the running Node carries its own headers,
// has it build against those instead of downloading them. A nodedir that the user configured still wins, since
// node-gyp reads npm_config_nodedir after the command line.
const fs = require('node:fs');
const path = require('node:path');

const prefix = path.join(fs.realpathSync(process.execPath), '..', '..');

if (headersVersion(prefix) === process.versions.node) {
  process.argv.splice(2, 0, `--nodedir=${prefix}`);
}

require(process.env.npm_config_node_gyp);

function headersVersion(folder) {
  try {
    const text = fs.readFileSync(path.join(folder, 'include/node/node_version.h'), 'utf8');
    return ['MAJOR', 'MINOR', 'PATCH']
      .map((part) => new RegExp(`^#define NODE_${part}_VERSION (\\d+)`, 'm').exec(text)[1])
      .join('.');
  } catch {
    return undefined;
  }
}
