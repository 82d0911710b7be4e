/** `npm run bench -- <name>`: measures, in one run, ours beside what it is compared with. */
import { all } from './all.js';
import { driftAccuracy } from './drift-accuracy.js';
import { driftPartitions } from './drift-partitions.js';
import { drift } from './drift.js';
import { generateAccuracy } from './generate-accuracy.js';
import { lintAccuracy } from './lint-accuracy.js';
import { log } from './log.js';
import { migrate } from './migrate.js';
import { models } from './models.js';
import { online } from './online.js';
import { rebuild } from './rebuild.js';
import { rollout } from './rollout.js';
import { scale } from './scale.js';
import { testDatabase } from './test-database.js';
import { trips } from './trips.js';

const benches: Readonly<Record<string, () => Promise<unknown>>> = {
  all,
  drift,
  'drift-accuracy': driftAccuracy,
  'drift-partitions': driftPartitions,
  'generate-accuracy': generateAccuracy,
  'lint-accuracy': lintAccuracy,
  log,
  migrate,
  models,
  online,
  rebuild,
  rollout,
  scale,
  'test-database': testDatabase,
  trips,
};
const name = process.argv[2] ?? '';
const bench = benches[name];

if (bench) await bench();
else {
  process.stderr.write(`"${name}" is no bench; there are: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 64;
}
