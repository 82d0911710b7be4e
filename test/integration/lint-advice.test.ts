import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { EntitySchemaColumnOptions } from 'typeorm';
import type { PostgresTarget } from '../../src/database-url.js';
import { RULE_IDS, type RuleId } from '../../src/lint/rule-id.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { blocksOf, pageOf, revisionOf, stepsOf } from '../support/advice.js';
import { useTable, type Application } from '../support/advice-use.js';
import { code, COUNTED, MEASURED, UNLOGGED, worldOf, type Code } from '../support/advice-world.js';
import { execute, rowsOf, type Row } from '../support/cli-database.js';
import { onDatabase, onServer, type TestDatabase } from '../support/databases.js';

/** What has to hold for one block of a page. */
interface Followed {
  readonly title?: string;
  /** What is there before. */
  readonly given?: readonly string[];
  /** Code that runs before, and until a step waits for its end. */
  readonly former?: Code;
  /** Code that runs from the first step on. */
  readonly always?: Code;
  /** Code that runs once all is done; the former, unless specified otherwise. */
  readonly current?: Code;
  /** What is different on purpose afterwards. */
  readonly differs?: Partial<Row>;
  /** What has to hold once the first step is done, as SQL that gives true. */
  readonly meanwhile?: (reader: string) => string;
  /** What else has to hold at the end. */
  readonly holds?: string;
}

const FORMER = code();
const integer: EntitySchemaColumnOptions = { type: 'integer', nullable: true };
const ADD_DEPTH = 'ALTER TABLE "jobs" ADD COLUMN "depth" integer DEFAULT 1';
const depth = (values: Readonly<Record<string, unknown>> = {}) =>
  code({ columns: { depth: integer }, values });
const hasIndex = (name: string, table = 'jobs') =>
  `SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('${name}') AND indrelid = '${table}'::regclass AND indisvalid) AS holds`;
const hasConstraint = (name: string) =>
  `SELECT EXISTS (SELECT FROM pg_constraint WHERE conname = '${name}' AND convalidated) AS holds`;
const isNotNull = (column: string) =>
  `SELECT attnotnull AS holds FROM pg_attribute WHERE attrelid = 'jobs'::regclass AND attname = '${column}'`;
const none = (condition: string) => `SELECT NOT EXISTS (SELECT FROM "jobs" WHERE ${condition}) AS holds`;
const WITHOUT_NOTE = code({ columns: { note: null } });
const DESCRIBED = code({
  columns: { task: null, description: { type: 'varchar', length: 200 } },
  values: { description: 'to do' },
});
const RENAMED = code({ table: 'tasks' });
const statused = (status: string) =>
  code({
    columns: { status: { type: 'enum', enum: ['PENDING', 'COMPLETED', 'DONE'], enumName: 'jobstatus' } },
    values: { status },
  });
const WIDE = code({ columns: { note: { type: 'varchar', length: 100 } }, values: { note: 'x'.repeat(80) } });
const isWide = `(SELECT format_type(atttypid, atttypmod) = 'character varying(100)' FROM pg_attribute
  WHERE attrelid = 'jobs'::regclass AND attname = 'note')`;
/** Sessions that are in New York unless they specify another time zone, and a table whose file is known. */
const EVENTS = [
  `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'America/New_York'); END $$`,
  'CREATE TABLE "events" ("at" timestamp)',
  `INSERT INTO "events" VALUES ('2026-01-10 12:00'), ('2026-07-10 12:00')`,
  `CREATE TABLE "files" AS SELECT pg_relation_filenode('events') AS "file"`,
];
const areInstants = (isRewritten: boolean, ...instants: readonly string[]) =>
  `SELECT (SELECT array_agg("at" ORDER BY "at") FROM "events") = ARRAY['${instants.join("', '")}']::timestamptz[]
     AND (SELECT pg_typeof("at") = 'timestamptz'::regtype FROM "events" LIMIT 1) AND current_setting('TimeZone') = 'America/New_York'
     AND (SELECT "file" <> pg_relation_filenode('events') FROM "files") = ${isRewritten} AS holds`;

/** Every block of SQL that stands under "Instead", in its order. */
const PAGES: Partial<Readonly<Record<RuleId, readonly Followed[]>>> = {
  'add-foreign-key-validated': [{ holds: hasConstraint('fk_jobs_worker_id') }],
  'add-check-validated': [{ given: [ADD_DEPTH], holds: hasConstraint('ck_jobs_depth') }],
  'validate-in-same-transaction': [{ given: [ADD_DEPTH], holds: hasConstraint('ck_jobs_depth') }],
  'add-unique-constraint': [{ holds: hasConstraint('uq_jobs_job_id') }],
  'create-index-blocking': [{ given: ['DROP INDEX "ix_jobs_status"'], holds: hasIndex('ix_jobs_status') }],
  'drop-index-blocking': [{ holds: `SELECT to_regclass('ix_jobs_status') IS NULL AS holds` }],
  'set-not-null-unproven': [{ given: [ADD_DEPTH], former: depth({ depth: 4 }), holds: isNotNull('depth') }],
  'add-column-volatile-default': [
    {
      current: code({ columns: { key: { type: 'uuid', default: () => 'gen_random_uuid()' } } }),
      holds: none('"key" IS NULL'),
    },
  ],
  'add-column-required': [
    { current: depth({ depth: 3 }), holds: isNotNull('depth') },
    { current: depth({ depth: 3 }), holds: isNotNull('depth') },
  ],
  'change-type-rewrite': [
    {
      current: code({ columns: { cost: { type: 'bigint', default: 0 } } }),
      holds: `SELECT (SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'ck_jobs_cost' AND convalidated) AND to_regclass('ix_jobs_cost') IS NOT NULL
        AND (SELECT attnotnull AND format_type(atttypid, atttypmod) = 'bigint' FROM pg_attribute WHERE attrelid = 'jobs'::regclass AND attname = 'cost') AS holds`,
    },
    {
      current: code({
        columns: { id: { type: 'bigint', primary: true, generated: 'increment' } },
      }),
    },
  ],
  'change-type-rebuild': [
    {
      given: ['ALTER TABLE "jobs" ADD CONSTRAINT "ck_jobs_note" CHECK (length("note") > 0)'],
      current: WIDE,
      holds: `${hasConstraint('ck_jobs_note').replace(/ AS holds$/, '')} AND ${isWide} AS holds`,
    },
    {
      given: ['CREATE INDEX "ix_jobs_note_lower" ON "jobs" (lower("note"))'],
      current: WIDE,
      holds: `${hasIndex('ix_jobs_note_lower').replace(/ AS holds$/, '')} AND ${isWide} AS holds`,
    },
    {
      given: ['CREATE MATERIALIZED VIEW "job_notes" AS SELECT "id", "note" FROM "jobs"'],
      current: WIDE,
      holds: `SELECT (SELECT count(*) FROM "job_notes") = (SELECT count(*) FROM "jobs") AND ${isWide} AS holds`,
    },
  ],
  'change-type-without-zone': [
    { given: EVENTS, holds: areInstants(false, '2026-01-10 12:00Z', '2026-07-10 12:00Z') },
    { given: EVENTS, holds: areInstants(true, '2026-01-10 11:00Z', '2026-07-10 10:00Z') },
  ],
  'drop-column': [{ former: WITHOUT_NOTE }],
  'drop-table': [{}],
  'drop-database': [{}],
  'drop-not-null': [
    {
      given: [`UPDATE "jobs" SET "note" = ''`, 'ALTER TABLE "jobs" ALTER "note" SET NOT NULL'],
      former: code({ values: { note: 'x' } }),
    },
  ],
  'drop-primary-key': [{ differs: { key: ['job_id'] }, holds: hasConstraint('uq_jobs_id') }],
  'rename-column': [{ always: DESCRIBED, current: DESCRIBED, holds: isNotNull('description') }],
  'rename-table': [
    {
      always: RENAMED,
      current: RENAMED,
      meanwhile: (reader) =>
        `SELECT has_column_privilege('${reader}', 'jobs', 'job_id', 'SELECT WITH GRANT OPTION') AND NOT has_column_privilege('${reader}', 'jobs', 'task', 'SELECT')
          AND ('security_invoker=true' = ANY (reloptions) OR current_setting('server_version_num')::int < 150000) AS holds FROM pg_class WHERE oid = 'jobs'::regclass`,
    },
  ],
  'rename-enum-value': [
    {
      former: statused('COMPLETED'),
      current: statused('DONE'),
      holds: none(`"status" = 'COMPLETED'`),
    },
  ],
  'enum-value-used-at-once': [{ current: code({ columns: { status: null } }) }],
  'truncate-cascade': [{ differs: { rows: [] } }],
  'truncate-table': [{ holds: 'SELECT count(*) = 0 AS holds FROM "notes"' }],
  'drop-cascade': [{ former: code({ columns: { status: null } }) }],
  'reindex-blocking': [{ holds: hasIndex('ix_jobs_status') }],
  'rewrite-table': [{ given: COUNTED }, { holds: UNLOGGED }],
  'attach-partition-unproven': [
    { given: MEASURED, holds: hasIndex('measure_2028_value_idx', 'measure_2028') },
  ],
  'write-without-where': [{ given: [ADD_DEPTH], former: depth(), holds: none('"depth" <> 0') }],
  'set-without-local': [{}],
  'down-does-not-undo': [{ holds: `SELECT to_regclass('ix_jobs_depth') IS NULL AS holds` }],
  'dialects-differ': [{ holds: hasIndex('ix_jobs_created_at_brin') }],
  'unused-exception': [{ former: WITHOUT_NOTE }],
};

/** A key that a foreign sequence numbers, which is not owned by the column. */
const BY_HAND = [
  'ALTER TABLE "jobs" ALTER COLUMN "id" DROP IDENTITY',
  'CREATE SEQUENCE "job_numbers" START 101',
  `ALTER TABLE "jobs" ALTER COLUMN "id" SET DEFAULT nextval('job_numbers')`,
  'GRANT USAGE ON SEQUENCE "job_numbers" TO PUBLIC',
];
const KEY = PAGES['change-type-rewrite']?.[1] ?? {};

const FRAGMENTS: readonly RuleId[] = ['integer-key', 'serial-key', 'timestamp-without-zone'];

/** The rows and rights of the table, and what ties it to others. */
async function stateOf(
  database: TestDatabase,
  { app, reader, table }: Readonly<Record<string, string>>,
): Promise<Row> {
  const rows = await rowsOf(
    database,
    `SELECT "job_id", (SELECT p."job_id" FROM "${table}" p WHERE p."id" = t."parent_id") AS parent FROM "${table}" t ORDER BY 1`,
  );
  const [state] = await rowsOf(
    database,
    `SELECT (SELECT array_agg(attname::text) FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)
              WHERE conrelid = '${table}'::regclass AND contype = 'p') AS key,
            (SELECT array_agg(conname::text ORDER BY conname) FROM pg_constraint WHERE contype = 'f' AND convalidated
                AND conname IN ('fk_jobs_parent_id', 'fk_resource_allocations_job_id') AND confrelid = '${table}'::regclass) AS keys,
            has_table_privilege('${app}', '${table}', 'SELECT') AND has_table_privilege('${app}', '${table}', 'INSERT')
              AND has_table_privilege('${app}', '${table}', 'UPDATE') AND has_table_privilege('${app}', '${table}', 'DELETE') AS app,
            has_column_privilege('${reader}', '${table}', 'job_id', 'SELECT') AS reader,
            pg_get_serial_sequence('${table}', 'id') IS NOT NULL AS numbered`,
  );
  return { rows, ...state };
}

onDatabase('postgres', 'The replacements on the pages of the rules', (database) => {
  const roles: string[] = [];

  async function newRole(kind: string): Promise<Application> {
    const [role, password] = [`${kind}_${randomBytes(6).toString('hex')}`, randomBytes(9).toString('hex')];
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
    roles.push(role);
    return {
      role,
      target: { ...(database().target as PostgresTarget), user: role, password },
      keys: new Set(),
    };
  }

  // The database is gone by then, and all that they have rights on.
  afterEach(async () => {
    for (const role of roles.splice(0)) await onServer(`DROP ROLE ${role}`);
  });

  const holds = async (sql: string | undefined, what: string) => {
    if (sql !== undefined) expect(await rowsOf(database(), sql), what).to.deep.equal([{ holds: true }]);
  };

  async function follow(advice: string, followed: Followed): Promise<void> {
    const { given = [], former = FORMER, always, current = former, differs = {} } = followed;
    const [app, { role: reader }] = [await newRole('app'), await newRole('reader')];
    await execute(database(), [...worldOf({ app: app.role, reader }), ...given]);
    const names = { app: app.role, reader };
    const before = await stateOf(database(), { ...names, table: former.table });
    await useTable(app, former);
    const steps = await stepsOf(advice);
    const revisions = steps.map(revisionOf);
    for (const [index, { afterRelease }] of steps.entries()) {
      const migrations = revisions.slice(0, index + 1);
      await migrateUp(await database().connect({ entities: [], migrations }));
      if (!afterRelease) await useTable(app, former);
      if (always) await useTable(app, always);
      if (index === 0) await holds(followed.meanwhile?.(reader), 'meanwhile');
    }
    await useTable(app, current);
    expect(await stateOf(database(), { ...names, table: current.table })).to.deep.equal({
      ...before,
      ...differs,
    });
    await holds(followed.holds, 'at the end');
  }

  for (const rule of RULE_IDS.filter((id) => !FRAGMENTS.includes(id)))
    for (const [index, block] of blocksOf(rule, 'Instead').entries())
      it(`${rule}, block ${index + 1}, keeps rows, rights and keys, and TypeORM's writes`, async function () {
        this.timeout(60_000);
        const followed = PAGES[rule]?.[index];
        if (followed === undefined) throw new Error(`Nothing says what has to hold for block ${index + 1}.`);
        await follow(block, followed);
      });

  const keyBlock = () => blocksOf('change-type-rewrite', 'Instead')[1] ?? '';

  it('The replacement on the page of change-type-rewrite takes over a sequence made by hand, once its page made the key own it', async function () {
    this.timeout(60_000);
    const remedy = /`(ALTER SEQUENCE [^`]*);`/.exec(pageOf('change-type-rewrite'))?.[1] ?? '';
    await follow(keyBlock(), { ...KEY, given: [...BY_HAND, remedy] });
  });

  for (const [title, given] of [
    ['a sequence that the key does not own', BY_HAND],
    ['a sequence beside the one that it owns', [...BY_HAND, 'CREATE SEQUENCE "other" OWNED BY "jobs"."id"']],
  ] as const)
    it(`The replacement on the page of change-type-rewrite stops before any change at ${title}`, async function () {
      this.timeout(60_000);
      const app = await newRole('app');
      await execute(database(), [...worldOf({ app: app.role, reader: app.role }), ...given]);
      const [first] = (await stepsOf(keyBlock())).map(revisionOf);
      const migrations = first ? [first] : [];
      const dataSource = await database().connect({ entities: [], migrations });
      const error: unknown = await migrateUp(dataSource).catch((reason: unknown) => reason);
      expect(String(error)).to.include('"jobs"."id" does not own the sequence that numbers it');
      await holds(`SELECT count(*) = 0 AS holds FROM pg_attribute WHERE attname = 'id_new'`, 'no change');
      await useTable(app, FORMER);
    });

  for (const rule of FRAGMENTS)
    it(`The definition that ${rule} prints is the definition of a column`, async () => {
      const [column = '', ...more] = blocksOf(rule, 'Instead');
      expect(more).to.deep.equal([]);
      await execute(database(), [`CREATE TABLE "boxes" ("words" text, ${column})`]);
      if (rule !== 'timestamp-without-zone')
        expect(
          await rowsOf(database(), `INSERT INTO "boxes" ("words") VALUES ('a') RETURNING "id"`),
        ).to.deep.equal([{ id: '1' }]);
    });

  it('The replacements on the pages of the rules are all tried: no page has more blocks than this file knows, and none fewer', () => {
    for (const rule of RULE_IDS.filter((id) => !FRAGMENTS.includes(id)))
      expect(PAGES[rule]?.length ?? 0, rule).to.equal(blocksOf(rule, 'Instead').length);
  });
});
