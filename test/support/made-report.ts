import { layoutOf } from '../../src/diagram/layout.js';
import { pictureOf } from '../../src/diagram/picture-of.js';
import { svgElement } from '../../src/diagram/svg.js';
import { lint } from '../../src/lint/lint.js';
import { statusOf } from '../../src/migrator/status.js';
import { historyOf } from '../../src/migrator/history.js';
import type { LoggedRun } from '../../src/migrator/failed-attempts.js';
import { Html } from '../../src/report/html.js';
import type { LiveFacts, Report, ReportedRevision } from '../../src/report/report.js';
import { madeSchema } from './made-schema.js';
import { revision } from './revisions.js';

const FIRST = 1_800_000_000_000;

/** A report of so many tables and revisions, with a history, drift, pending revisions and sizes. */
export async function madeReport(tables: number, revisions: number): Promise<Report> {
  const schema = madeSchema(tables);
  const numbers = Array.from({ length: revisions }, (_none, at) => at);
  const classes = numbers.map((at) => {
    const { name } = schema.tables[at % tables] ?? { name: '' };
    return revision(idOf(at), upOf(name, at, tables), [`DROP INDEX "ix_${at}"`]);
  });
  const svg = svgElement(await layoutOf(pictureOf(schema)), { title: 'Diagram of the schema' });
  const { findings } = await lint(classes.map((one) => new one()));
  return {
    madeAt: '2026-11-30T12:00:00.000Z',
    schema,
    diagram: { value: new Html(svg) },
    revisions: numbers.map((at) => madeRevision(schema.tables[at % tables]?.name ?? '', at, tables)),
    lint: { value: findings },
    live: { value: madeLive(numbers) },
  };
}

function idOf(at: number): string {
  return `MadeRevision${FIRST + at * 1000}`;
}

/** Creates the table at first; later it gets columns and indexes. */
function upOf(table: string, at: number, tables: number): readonly string[] {
  const index = `CREATE INDEX "ix_${at}" ON "${table}" ("name")`;
  const columns = Array.from({ length: 8 }, (_none, number) => `"field_${number}" timestamp(3)`);
  return at < tables
    ? [`CREATE TABLE "${table}" ("id" integer PRIMARY KEY, "name" text, ${columns.join(', ')})`, index]
    : [`ALTER TABLE "${table}" ADD COLUMN "later_${at}" integer DEFAULT 7 NOT NULL`, index];
}

function madeRevision(table: string, at: number, tables: number): ReportedRevision {
  const ways = (['postgres', 'sqlite'] as const).flatMap((dialect) =>
    (['up', 'down'] as const).map((direction) => ({
      ...{ dialect, direction, transaction: true },
      statements: direction === 'up' ? upOf(table, at, tables) : [`DROP INDEX "ix_${at}"`],
    })),
  );
  return {
    id: idOf(at),
    description: `Changes ${table}.`,
    phase: at % 50 === 9 ? 'contract' : 'expand',
    ways,
  };
}

function madeLive(numbers: readonly number[]): LiveFacts {
  const pending = numbers.slice(-2).map(idOf);
  const status = statusOf(historyOf([], []), { attempts: [], open: [] });
  return {
    shown: 'postgres://127.0.0.1:5432/made',
    dialect: 'postgres',
    status: {
      ...status,
      pending,
      server: { role: 'primary' } as LiveFacts['status']['server'],
      current: idOf(numbers.length - 3),
      head: idOf(numbers.length - 1),
    },
    history: { value: { runs: numbers.slice(0, 100).map(madeRun).reverse(), total: numbers.length } },
    drift: {
      value: {
        ...{ status: 'drifted', tables: 200, accepted: [], uncomparable: [] },
        unmanaged: [{ kind: 'trigger', object: 'billing_thing0.tr' }],
        changes: [
          {
            ...{ kind: 'alter-column', table: 'auth_thing0', object: 'name', aspects: ['type'] },
            ...{ desired: 'character varying(200)', live: 'text', message: 'auth_thing0.name: type differs' },
          },
        ],
      },
    },
    sizes: {
      value: {
        ...{ bytes: 5_000_000_000, estimated: true },
        tables: [{ table: 'auth_thing0', rows: 4_321_000, bytes: 900_000_000 }],
      },
    },
    pending: {
      value: pending.map((id) => ({
        ...{ id, description: 'Changes a table.', waitsFor: null },
        locks: [{ table: 'auth_thing0', mode: 'SHARE' }],
        madeStatements: false,
      })),
    },
  };
}

function madeRun(at: number): LoggedRun {
  const time = new Date(FIRST + at * 86_400_000);
  const [startedAt, finishedAt] = [time.toISOString(), new Date(time.getTime() + 4321).toISOString()];
  const outcome = at % 10 === 3 ? 'failed' : 'completed';
  return {
    ...{
      id: String(at + 1),
      direction: 'up',
      planned: [idOf(at)],
      allowed: [],
      actor: 'deployer',
      host: 'web-3',
    },
    ...{ pid: 77, tool: 'orchestrator-db 0.1.0', startedAt, finishedAt, outcome, error: null },
    attempts: [
      {
        ...{ revision: idOf(at), direction: 'up', kind: 'ran', run: String(at + 1), startedAt, finishedAt },
        outcome: outcome === 'failed' ? 'failed' : 'done',
        error: outcome === 'failed' ? 'canceling statement due to lock timeout' : null,
        ...{ durationMs: 1234, tries: 2, checksum: null, phase: 'expand' },
      },
    ],
  };
}
