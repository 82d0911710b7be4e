import { main } from './main.js';

await main(['init', ...process.argv.slice(2)]);
