/**
 * `npm run test:stress`: more processes at once, more often, kill -9 on both sides of every statement, sessions that
 * are ended at random, primaries that end while a standby is promoted, and the tests that `npm test` repeats less
 * often, in full. It prints totals and ends with code 1 when there is a fault. A word behind `--` runs only what has it
 * in its title.
 */
import 'reflect-metadata';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { attack, attackTotals } from '../support/attack.js';
import { failOverAtRandom } from '../support/failover.js';
import { FAILOVER_HEADER, failoverRow, failoverTotals, faultsOf } from '../support/failover-table.js';
import { killEverywhere } from '../support/kill-everywhere.js';
import { startPooler, type Pooler } from '../support/pgbouncer.js';
import { RACES, runRace, type Race, type RaceResult } from '../support/races.js';
import { root } from '../support/root.js';
import { startServers, stopServers } from '../support/servers.js';

const PROCESSES = Number(process.env['STRESS_PROCESSES'] ?? 32);
const TIMES = Number(process.env['STRESS_TIMES'] ?? 20);
const ATTACKS = Number(process.env['STRESS_ATTACKS'] ?? 100);
const FAILOVERS = Number(process.env['STRESS_FAILOVERS'] ?? 30);
const FAILED_OVER = 'failover at random';
const ATTACKED = 'sessions ended at random';
const KILLED = 'killed at every statement';
const IN_FULL = 'repeated in full';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const [word = ''] = process.argv.slice(2);

// What was started ends with this process, and what was written goes when it exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

await startServers();
const pooler = await startPooler();
try {
  await race(pooler);
  if (KILLED.includes(word)) await killFromBothSides();
  if (ATTACKED.includes(word)) await attackAtRandom();
  if (FAILED_OVER.includes(word)) await failOver();
} finally {
  await pooler.stop();
  await stopServers();
}
if (IN_FULL.includes(word)) repeatInFull();

/** The tests of test/stress/.mocharc.json, at the highest level of test/support/repetitions.ts. */
function repeatInFull(): void {
  const mocha = join(dirname(createRequire(import.meta.url).resolve('mocha/package.json')), 'bin/mocha.js');
  const { status } = spawnSync(process.execPath, [mocha, '--config', 'test/stress/.mocharc.json'], {
    cwd: root,
    env: { ...process.env, TEST_LEVEL: 'full' },
    stdio: 'inherit',
  });
  say(`${IN_FULL}: ${status === 0 ? 'no fault' : 'faults, see above'}`);
  if (status !== 0) process.exitCode = 1;
}

async function race(through: Pooler): Promise<void> {
  const results: RaceResult[] = [];
  for (const one of RACES.filter(({ title }) => title.includes(word)))
    results.push(...(await repeat(one, through)));
  say(totals('all', results));
  if (results.some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

async function repeat(one: Race, through: Pooler): Promise<readonly RaceResult[]> {
  const results: RaceResult[] = [];
  const started = performance.now();
  for (let time = 1; time <= TIMES; time += 1) {
    const result = await runRace(one, { processes: PROCESSES, pooler: through });
    for (const fault of result.faults) say(`fault, ${one.title}, time ${time}: ${fault}`);
    results.push(result);
  }
  say(`${totals(one.title, results)}, ${Math.round((performance.now() - started) / 1000)} s`);
  return results;
}

function totals(title: string, results: readonly RaceResult[]): string {
  const sum = (count: (result: RaceResult) => number) =>
    results.reduce((total, result) => total + count(result), 0);
  return (
    `${title}: ${results.length} times ${PROCESSES} processes, ` +
    `${sum(({ fine }) => fine)} of ${sum(({ processes }) => processes)} ended with 0, ` +
    `${sum(({ revisions }) => revisions)} revisions committed, ${sum(({ faults }) => faults.length)} faults`
  );
}

async function attackAtRandom(): Promise<void> {
  const result = await attack({ rounds: ATTACKS, migrators: 6, pauseMs: 60, where: 'processes' });
  const faults = [...result.wrong, ...result.uncoded, ...result.uncaught];
  for (const fault of faults) say(`fault, ${ATTACKED}: ${fault}`);
  say(attackTotals(result));
  if (faults.length > 0) process.exitCode = 1;
}

/** A line for each round. */
async function failOver(): Promise<void> {
  say(FAILOVER_HEADER);
  const rounds = await failOverAtRandom({ rounds: FAILOVERS, migrators: 4 }, (round, number) => {
    say(failoverRow(round, number));
    for (const fault of faultsOf(round)) say(`fault, ${FAILED_OVER}, round ${number}: ${fault}`);
  });
  say(failoverTotals(rounds));
  if (rounds.some((round) => faultsOf(round).length > 0)) process.exitCode = 1;
}

/** It throws at the first fault. */
async function killFromBothSides(): Promise<void> {
  let points = 0;
  for (const dialect of ['sqlite', 'postgres'] as const)
    for (const direction of ['up', 'down'] as const)
      for (const when of ['before', 'after'] as const)
        points += (await killEverywhere(dialect, { direction, when, say })).length;
  say(`${KILLED}: ${points} points, each made good by the next run`);
}
