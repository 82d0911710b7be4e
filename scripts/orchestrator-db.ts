#!/usr/bin/env node
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MANIFEST_FILE } from '../src/migrator/manifest/manifest.js';
import { exitOnStopSignals } from '../src/stop-signals.js';
import { cacheFolder, keepCompiled } from './compile-cache.js';
import { isQuickCall } from './quick-call.js';
import { dialectIn, loadQuick, QUICK_DIALECTS } from './quick-file.js';

exitOnStopSignals();
const here = fileURLToPath(import.meta.url);
const isCompiled = here.endsWith('.js');
if (isCompiled) keepCompiled(here);
const argv = process.argv.slice(2);
const own = isCompiled ? join(here, '../..', MANIFEST_FILE) : undefined;
const place = { folder: dirname(here), cache: cacheFolder(here) };
const dialect = dialectIn(process.env);
const isDone = isQuickCall(argv, own) && (await loadQuick(place, dialect)(argv, dialect));
if (!isDone) await (await import('./main.js')).main(argv);
// Compiled code is kept: an image in which the manifest is built then starts those commands from that.
if (isCompiled && argv[0] === 'build') for (const each of QUICK_DIALECTS) loadQuick(place, each);
