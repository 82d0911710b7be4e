import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource, EntityManager, ObjectLiteral } from 'typeorm';
import { messageOf } from '../src/errors/base.js';
import type { Ledger } from './rollout-ledger.js';
import type { Release } from './rollout-kinds.js';

/** What clients saw together. */
export interface Watched {
  /** How long each operation took from when it was due, milliseconds. */
  latencies: number[];
  /** The messages of those that failed, with how many. */
  readonly failures: Map<string, number>;
}

/** What a client does its work with. */
export interface Place {
  readonly dataSource: DataSource;
  readonly release: Release;
  /** Which rows it may write: those whose number leaves this rest. */
  readonly slot: number;
  readonly slots: number;
  /** Rows from 1 to so many are used. */
  readonly used: number;
  /** Statements in a second. */
  readonly rate: number;
  readonly ledger: Ledger;
  readonly watched: Watched;
  readonly name: string;
}

/** A client that works until it is stopped. */
export interface Client {
  stop(): Promise<void>;
}

/** An operation is so many statements on average: a save reads first, an upsert does not. */
const STATEMENTS_EACH = 1.6;

/** One process of a release: an open load, so an operation that is due while another one takes long waits, which counts. */
export function startClient(place: Place): Client {
  let over = false;
  const work = drive(place, () => over);
  return {
    stop: async () => {
      over = true;
      await work;
    },
  };
}

async function drive(place: Place, isOver: () => boolean): Promise<void> {
  const everyMs = (1000 * STATEMENTS_EACH) / place.rate;
  const random = () => Math.floor(Math.random() * (place.used / place.slots));
  let last: Promise<void> = Promise.resolve();
  let due = performance.now() + Math.random() * everyMs;
  for (let count = 0; !isOver(); count += 1) {
    await pause(Math.max(due - performance.now(), 0));
    const from = due;
    const number = 1 + place.slot + place.slots * random();
    last = last.then(() => timed(place, from, () => operation(place, count, number)));
    due += everyMs;
  }
  await last;
}

async function timed({ watched, name }: Place, due: number, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const words = `${name.replace(/-\d+$/, '')}: ${messageOf(error)}`;
    watched.failures.set(words, (watched.failures.get(words) ?? 0) + 1);
  }
  watched.latencies.push(performance.now() - due);
}

/** In turns: update, read of any row, upsert, a list, save of a new row, save of a changed one, delete of an own new one. */
async function operation(place: Place, count: number, number: number): Promise<void> {
  const { manager } = place.dataSource;
  switch (count % 8) {
    case 0:
    case 3:
      return written(place, `job-${number}`, (values) =>
        manager.update('jobs', { job_id: `job-${number}` }, values),
      );
    case 1:
    case 5:
      return read(place, 1 + Math.floor(Math.random() * place.used));
    case 2:
      return written(place, `job-${number}`, (values) =>
        manager.upsert('jobs', whole(`job-${number}`, values), ['job_id']),
      );
    case 4:
      await manager.find('jobs', { order: { id: 'ASC' }, take: 20 });
      return;
    case 6:
      return written(place, `${place.name}-${count}`, (values) =>
        manager.save('jobs', whole(`${place.name}-${count}`, values)),
      );
    default:
      return written(place, `job-${number}`, (values) => saved(manager, `job-${number}`, values));
  }
}

async function saved(manager: EntityManager, job: string, values: ObjectLiteral): Promise<unknown> {
  const row = await manager.findOneByOrFail<ObjectLiteral>('jobs', { job_id: job });
  return manager.save('jobs', { ...row, ...values });
}

/** What a new row needs; columns that the release does not have are left out by TypeORM. */
function whole(job: string, values: ObjectLiteral): ObjectLiteral {
  return { job_id: job, status: 'PENDING', title: 'a job', external_key: `key of ${job}`, ...values };
}

async function written(
  { release, ledger }: Place,
  row: string,
  write: (values: ObjectLiteral) => Promise<unknown>,
): Promise<void> {
  const value = ledger.next(row);
  await write(release.write(value));
  ledger.acknowledge(row, value);
}

async function read({ dataSource, release, ledger, name }: Place, number: number): Promise<void> {
  const row = `job-${number}`;
  const least = ledger.before(row);
  const found = await dataSource.manager.findOneByOrFail<ObjectLiteral>('jobs', { job_id: row });
  if (least !== undefined) ledger.judge({ row, least, value: release.read(found), by: name });
}

/** Reads every written row once more. */
export async function judgeAll(dataSource: DataSource, release: Release, ledger: Ledger): Promise<void> {
  const rows = [...ledger.rows];
  while (rows.length > 0) {
    const some = rows.splice(0, 1000);
    const found = await dataSource
      .getRepository<ObjectLiteral>('jobs')
      .createQueryBuilder('j')
      .where('j.job_id IN (:...some)', { some })
      .getMany();
    const byJob = new Map(found.map((row) => [String(row['job_id']), row]));
    for (const row of some) {
      const has = byJob.get(row);
      ledger.judge({
        row,
        least: ledger.before(row) ?? 0,
        value: has && release.read(has),
        by: 'the last look',
      });
    }
  }
}
