import 'reflect-metadata';
import type { QueryRunner } from 'typeorm';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';
import { handWritten } from './hand-written.js';
import { revision } from './revisions.js';

const COUNTER = revision(
  'MakeCounter1800000000351',
  ['CREATE TABLE counter (n integer)', 'INSERT INTO counter VALUES (0)'],
  ['DROP TABLE counter'],
);
const BUMP = revision(
  'BumpCounter1800000000352',
  ['UPDATE counter SET n = n + 1'],
  ['UPDATE counter SET n = n - 1'],
);
/** What it writes rests on what it has read. */
const times = (factor: number) => async (queryRunner: QueryRunner) => {
  const [row] = (await queryRunner.query('SELECT n FROM counter')) as readonly { readonly n: number }[];
  await queryRunner.query('UPDATE counter SET n = $1', [(row?.n ?? 0) * factor]);
};
const DOUBLE = handWritten('DoubleCounter1800000000353', times(2), times(0.5));

/** For `-d`, against DATABASE_URL: three revisions, each of which counts when it is run twice. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: [COUNTER, BUMP, DOUBLE],
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
});
