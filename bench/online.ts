import 'reflect-metadata';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresTarget } from '../src/database-url.js';
import { messageOf } from '../src/errors/base.js';
import { withScratchDatabase } from '../src/databases/postgres/scratch/scratch.js';
import { ourChange, typeormChange } from './online-change.js';
import { connected, dataSourceOn, onCopy, onlineServer } from './online-databases.js';
import { KINDS, wordsOf, type Kind } from './online-kinds.js';
import { underTraffic, type Measured, type Scale } from './online-measure.js';
import { entitiesOf } from './online-model.js';
import { report, rowOf, type Compared } from './online-report.js';
import { fill, generated, startRevisions, type Start } from './online-template.js';

/**
 * Applies every kind of generated revision while applications read and write, and prints what those saw; beside it the
 * same change as TypeORM generates it. Ends with 1 when a revision of ours failed a query or blocked one for longer
 * than the lock timeout. BENCH_ROWS and BENCH_RATE scale it, BENCH_ONLY picks kinds by a part of their titles.
 */
export async function online(): Promise<void> {
  const scale = { rows: numberOf('BENCH_ROWS', 1_000_000), rate: numberOf('BENCH_RATE', 200) };
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-bench-'));
  const server = await onlineServer();
  try {
    const given = { server: server.target, folder, rows: scale.rows };
    const start: Start = { ...given, revisions: await startRevisions(given) };
    const compared = await withScratchDatabase(server.target, async (template) => {
      await fill(template, start);
      return compareAll(start, template.database, scale);
    });
    report(compared, scale);
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

function numberOf(variable: string, fallback: number): number {
  return Number(process.env[variable] || fallback);
}

async function compareAll(start: Start, template: string, scale: Scale): Promise<readonly Compared[]> {
  const compared: Compared[] = [];
  const only = process.env['BENCH_ONLY'] ?? '';
  for (const kind of KINDS.filter(({ title }, index) => index === 0 || title.includes(only))) {
    process.stderr.write(`${kind.title}, load ${loadavg()[0]?.toFixed(1) ?? ''}\n`);
    const both = await compare(start, template, { kind, scale });
    process.stderr.write(`  ${rowOf(both).slice(1).join(' ')}\n`);
    compared.push(both);
  }
  return compared;
}

interface Compare {
  readonly kind: Kind;
  readonly scale: Scale;
}

async function compare(start: Start, template: string, about: Compare): Promise<Compared> {
  const { kind } = about;
  const ours = await onCopy(start.server, template, (target) => measureOurs(target, start, about)).catch(
    notMade,
  );
  if (ours.steps === 0) return { kind, ours, typeorm: undefined };
  const typeorm = await onCopy(start.server, template, (target) =>
    connected(dataSourceOn(target, entitiesOf(kind.to), []), async (dataSource) =>
      underTraffic(target, await typeormChange(dataSource, kind), about),
    ),
  );
  return { kind, ours, typeorm };
}

/** A revision that cannot even be generated. */
function notMade(error: unknown): Measured {
  const nothing = {
    steps: NaN,
    retries: 0,
    durationMs: NaN,
    blockedMs: NaN,
    longestMs: NaN,
    p99Ms: NaN,
    failed: 0,
  };
  return { ...nothing, failures: new Map(), error: messageOf(error) };
}

async function measureOurs(target: PostgresTarget, start: Start, about: Compare): Promise<Measured> {
  const { kind } = about;
  const revisions = await generated(start, kind.to, wordsOf(kind));
  const dataSource = dataSourceOn(target, entitiesOf(kind.to), [...start.revisions, ...revisions]);
  return connected(dataSource, () =>
    underTraffic(target, ourChange(dataSource, kind, revisions.length), about),
  );
}
