#!/usr/bin/env node
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MANIFEST_FILE } from '../src/migrator/manifest/manifest.js';
import { exitOnStopSignals } from '../src/stop-signals.js';
import { keepCompiled } from './compile-cache.js';
import { isQuickCall } from './quick-call.js';

exitOnStopSignals();
const here = fileURLToPath(import.meta.url);
const isCompiled = here.endsWith('.js');
if (isCompiled) keepCompiled(here);
const argv = process.argv.slice(2);
const own = isCompiled ? join(here, '../..', MANIFEST_FILE) : undefined;
const isDone = isQuickCall(argv, own) && (await (await import('./quick.js')).quick(argv));
if (!isDone) await (await import('./main.js')).main(argv);
// Node keeps what it has compiled: an image in which the manifest is built then starts those commands from that.
if (isCompiled && argv[0] === 'build') await import('./quick.js');
