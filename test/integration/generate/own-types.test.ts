import { expect } from 'chai';
import type { DataSource, EntitySchema } from 'typeorm';
import { onDatabase } from '../../support/databases.js';
import {
  entity,
  findings,
  IN_SYNC,
  plainDataSource,
  type Columns,
} from '../drift/no-false-alarm-database.js';
import { History, statementsIn } from './history.js';

/** Types as an entity names them; a project adds them to the driver, since TypeORM knows no others. */
const TYPES = ['email', '"Email"', 'aux.code', '"Aux"."Code"', 'money_t', 'floats', 'public.word'] as const;
const MADE = [
  'CREATE SCHEMA aux',
  'CREATE SCHEMA "Aux"',
  "CREATE DOMAIN email AS text CHECK (value LIKE '%@%')",
  'CREATE DOMAIN "Email" AS varchar(20)',
  'CREATE DOMAIN aux.code AS integer',
  'CREATE DOMAIN "Aux"."Code" AS integer',
  'CREATE DOMAIN word AS text',
  'CREATE TYPE money_t AS (amount numeric, currency char(3))',
  'CREATE TYPE floats AS RANGE (subtype = float8)',
];
const COLUMNS = Object.fromEntries(
  TYPES.flatMap((type, index) => [
    [`c${index}`, { type, nullable: true }],
    [`l${index}`, { type, array: true, nullable: true }],
  ]),
) as unknown as Columns;

const knowing = (dataSource: DataSource) => {
  dataSource.driver.supportedDataTypes.push(...(TYPES as unknown as 'text'[]));
  return dataSource;
};
const shop = (more: Columns = {}): EntitySchema[] => [entity('shop', { ...COLUMNS, ...more })];

onDatabase('postgres', 'Domains, composite types and types of other schemas (PostgreSQL)', (database) => {
  it('Columns of types of the database are in sync as TypeORM creates them', async () => {
    const dataSource = knowing(plainDataSource(database(), { entities: shop() }));
    await dataSource.initialize();
    try {
      for (const sql of MADE) await dataSource.query(sql);
      await dataSource.synchronize();
      expect(await findings(dataSource)).to.deep.equal(IN_SYNC);
    } finally {
      await dataSource.destroy();
    }
  });

  it('Columns of types of the database are generated, and a later change leaves them', () =>
    History.lend('postgres', async (history) => {
      history.prepare = knowing;
      history.byHand(MADE);
      await history.generate(shop());
      const later = shop({ more: { type: 'integer', nullable: true } });
      expect(statementsIn(await history.generate(later), 'postgres')).to.equal(
        'ALTER TABLE "shop" ADD COLUMN "more" integer',
      );
      expect(await history.checked(database(), later)).to.deep.equal(IN_SYNC);
    }));
});
