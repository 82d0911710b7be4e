#!/usr/bin/env node
import { exitOnStopSignals } from '../src/stop-signals.js';

exitOnStopSignals();
const { main } = await import('./main.js');
await main(process.argv.slice(2));
