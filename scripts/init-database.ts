import { exitOnStopSignals } from '../src/stop-signals.js';

exitOnStopSignals();
const { main } = await import('./main.js');
await main(['init', ...process.argv.slice(2)]);
