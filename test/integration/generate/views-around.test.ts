import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { onDatabase } from '../../support/databases.js';
import { table, view, ViewWorld } from './view-world.js';

const ITEM = (weight: string) =>
  table('item', { weight: { type: weight as 'integer' }, kind: { type: 'varchar' } });
const HEAVY = view('heavy', `SELECT "id", "weight" FROM "item" WHERE "weight" > 9 AND "kind" = 'a'`);
const HEAVIEST = view('heaviest', 'SELECT "id" FROM "heavy" WHERE "id" > 100');

/** What hangs on views, as people with rights of their own see it. */
const ATTACHED = `
  SELECT c.relname, c.relkind, coalesce(c.relacl, acldefault('r', c.relowner))::text AS rights, pg_get_userbyid(c.relowner) AS owner, c.reloptions::text,
         obj_description(c.oid) AS comment, col_description(c.oid, 1) AS "column",
         (SELECT string_agg(attacl::text, ',') FROM pg_attribute WHERE attrelid = c.oid) AS columns,
         (SELECT string_agg(pg_get_ruledef(oid), ' ' ORDER BY rulename) FROM pg_rewrite WHERE ev_class = c.oid) AS rules,
         (SELECT string_agg(pg_get_triggerdef(oid), ' ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = c.oid) AS triggers,
         (SELECT string_agg(pg_get_indexdef(indexrelid), ' ' ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = c.oid) AS indexes
    FROM pg_class c WHERE c.relkind IN ('v', 'm') AND c.relnamespace = 'public'::regnamespace ORDER BY 1`;

onDatabase('postgres', 'Views around a change of a column', (database) => {
  let world: ViewWorld;
  beforeEach(async () => {
    world = await ViewWorld.make('postgres');
  });
  afterEach(() => world.remove());

  it('What hangs on the views of a database stays, in both directions', async () => {
    await world.generate([ITEM('integer'), HEAVY, HEAVIEST]);
    world.byHand(
      [
        'CREATE VIEW by_hand AS SELECT max(weight) AS most FROM item',
        'CREATE MATERIALIZED VIEW stored AS SELECT id, weight FROM item',
        'CREATE UNIQUE INDEX ix_stored ON stored (id)',
      ],
      ['DROP MATERIALIZED VIEW stored', 'DROP VIEW by_hand'],
    );
    const before = world.migrations.length;
    await world.generate([ITEM('bigint'), HEAVY, HEAVIEST], { allowRewrite: ['item.weight'] });
    const entities = [ITEM('bigint'), HEAVY, HEAVIEST];
    await world.connected(database(), entities, async (dataSource) => {
      await migrateUp(dataSource, { target: nameAt(world, before - 1) });
      for (const sql of HANGS) await dataSource.query(sql);
      const was = await attached(dataSource);
      await migrateUp(dataSource);
      const is = await attached(dataSource);
      expect(withoutCasts(is)).to.deep.equal(withoutCasts(was));
      expect((await checkDrift(dataSource)).changes).to.deep.equal([]);
      await migrateDown(dataSource, { target: nameAt(world, before - 1) });
      expect(await attached(dataSource)).to.deep.equal(was);
      await migrateUp(dataSource);
    });
  });
});

const HANGS = [
  'DO $$ BEGIN CREATE ROLE reads_views; EXCEPTION WHEN duplicate_object THEN NULL; END $$',
  'ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reads_views',
  'GRANT UPDATE ON heavy TO reads_views WITH GRANT OPTION',
  'GRANT SELECT (id) ON heaviest TO PUBLIC',
  'GRANT SELECT ON stored TO reads_views',
  'ALTER VIEW by_hand OWNER TO reads_views',
  `COMMENT ON VIEW heavy IS 'it''s heavy'`,
  `COMMENT ON COLUMN heavy.id IS 'its id'`,
  `COMMENT ON MATERIALIZED VIEW stored IS 'kept'`,
  'ALTER VIEW heavy SET (security_barrier = true, check_option = local)',
  'CREATE RULE quiet AS ON DELETE TO heavy DO INSTEAD NOTHING',
  'CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
  'CREATE TRIGGER silent INSTEAD OF INSERT ON heaviest FOR EACH ROW EXECUTE FUNCTION nothing()',
];

function nameAt({ migrations }: ViewWorld, index: number): string {
  return migrations[index]?.name ?? '';
}

function attached(dataSource: DataSource): Promise<unknown> {
  return dataSource.query(ATTACHED);
}

/** The server writes a number with its type where that is not integer. */
function withoutCasts(rows: unknown): unknown {
  return JSON.parse(JSON.stringify(rows).replaceAll('::bigint', ''));
}
