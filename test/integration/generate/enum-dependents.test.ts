import { expect } from 'chai';
import { check, index, job, KEY, table, TEXT, unique, type Columns } from './case.js';
import { GROWN, SHRUNK, state, verifyKept } from './attached-case.js';
import { runTogether } from './together.js';
import type { Entities } from './property/run.js';
import type { Rest } from '../drift/no-false-alarm-database.js';

const WORD = "CASE WHEN st = 'a' THEN 'x' ELSE 'y' END";
const COMPUTED: Columns = {
  g: { type: 'text', nullable: true, asExpression: WORD, generatedType: 'STORED' },
};
const PARTS: Rest = {
  indices: [
    { name: 'ix', columns: ['g'] },
    { name: 'ux', columns: ['g', 'id'], unique: true },
    { name: 'part', columns: ['id'], where: "st = 'b'" },
  ],
  uniques: [{ name: 'uq', columns: ['g', 'st', 'id'] }],
  checks: [{ name: 'ck', expression: "g <> 'z' AND (st <> 'b' OR id > 0)" }],
  foreignKeys: [{ name: 'fk', target: 'word', columnNames: ['g'], referencedColumnNames: ['w'] }],
  exclusions: [{ name: 'ex', expression: `USING btree ("id" WITH =) WHERE (st = 'a')` }],
};

/** Of the type, in a revision written by hand. */
const TYPE_PROPERTIES = [
  `COMMENT ON TYPE job_st_enum IS 'it''s by hand'`,
  'REVOKE ALL ON TYPE job_st_enum FROM PUBLIC',
  'GRANT USAGE ON TYPE job_st_enum TO pg_monitor WITH GRANT OPTION',
];

function words(values: readonly string[]): Entities {
  const parents = table('word', { ...KEY, w: TEXT }, { uniques: [{ name: 'pq', columns: ['w'] }] });
  return [...parents, ...job({ ...state(...values), ...COMPUTED }, PARTS)];
}

function paired(values: readonly string[]): Entities {
  const type = { type: 'enum', enum: [...values], enumName: 'mood' } as const;
  const own = table('own', { m: { ...type, primary: true } });
  const dep = table(
    'dep',
    { ...KEY, m: { ...type, nullable: true } },
    {
      foreignKeys: [{ name: 'fk', target: 'own', columnNames: ['m'], referencedColumnNames: ['m'] }],
    },
  );
  return [...own, ...dep];
}

function referring(values: readonly string[]): Entities {
  const type = { type: 'enum', enum: [...values], enumName: 'mood' } as const;
  const own = table('own', { n: { type: 'integer', primary: true }, m: { ...type, primary: true } });
  const key = { name: 'fk', target: 'own', columnNames: ['n', 'm'], referencedColumnNames: ['n', 'm'] };
  const rest: Rest = { foreignKeys: [{ ...key, onDelete: 'SET NULL' }] };
  return [...own, ...table('dep', { n: { type: 'integer' }, m: { ...type, nullable: true } }, rest)];
}

/** A statement for servers of a version and newer. */
function since(version: number, sql: string): string {
  return onVersions(`>= ${version}0000`, sql);
}

function before(version: number, sql: string): string {
  return onVersions(`< ${version}0000`, sql);
}

function onVersions(which: string, sql: string): string {
  const quoted = sql.replaceAll("'", "''");
  return `DO $$BEGIN IF current_setting('server_version_num')::integer ${which} THEN EXECUTE '${quoted}'; END IF; END$$`;
}

describe('What uses an enumerated type whose values change (PostgreSQL)', function () {
  this.timeout(120_000);

  for (const [what, before, after] of [
    ['one more value', ['a', 'b'], ['a', 'b', 'c']],
    ['one value less', ['a', 'b', 'c'], ['a', 'b']],
    ['another order', ['a', 'b'], ['b', 'a']],
  ] as const)
    it(`A computed column and all parts that use a type are the same afterwards, and after down: ${what}`, async () => {
      expect(await runTogether({ before: words(before), after: words(after) })).to.deep.equal([]);
    });

  it('A foreign key between two columns of a type is the same afterwards, and after down', async () => {
    const given = { before: paired(['a', 'b']), after: paired(['a', 'b', 'c']) };
    expect(await runTogether(given)).to.deep.equal([]);
  });

  it('A partial index over a value that goes gets the condition that the entity declares instead', async () => {
    const given = {
      before: job(state('a', 'b'), index(['id'], "st = 'a'")),
      after: job(state('b'), index(['id'], "st = 'b'")),
    };
    expect(await runTogether(given)).to.deep.equal([
      `gone: index CREATE INDEX ix ON public.job USING btree (id) WHERE (st = 'a'::public.job_st_enum)`,
      `new: index CREATE INDEX ix ON public.job USING btree (id) WHERE (st = 'b'::public.job_st_enum)`,
    ]);
  });

  it('A partial unique index and a check beside a value that goes are the same afterwards', async () => {
    const parts = {
      ...index(['id'], "st = 'a'", true),
      ...check('st IS NOT NULL OR id > 0'),
      ...unique('st', 'id'),
    };
    const given = { before: job(state('a', 'b', 'c'), parts), after: job(state('a', 'b'), parts) };
    expect(await runTogether(given)).to.deep.equal([]);
  });
});

verifyKept('An index or a constraint over an enumerated type', [
  [
    'where it gets one more value',
    GROWN,
    [
      `CREATE INDEX ei ON job ((st = 'a'))`,
      `ALTER TABLE job ADD CONSTRAINT late CHECK (st <> 'b') NOT VALID`,
      `ALTER TABLE job ADD CONSTRAINT alone CHECK (st <> 'b') NO INHERIT`,
      `ALTER TABLE job ADD CONSTRAINT casts CHECK (id::text::job_st_enum = 'a' OR id > 0)`,
      since(18, `ALTER TABLE job ADD CONSTRAINT loose CHECK (st <> 'b') NOT ENFORCED`),
      `ALTER TABLE job ADD CONSTRAINT ex EXCLUDE USING btree (id WITH =) WHERE (st = 'a')`,
    ],
  ],
  [
    'where it loses a value',
    SHRUNK,
    [
      `ALTER TABLE job ADD CONSTRAINT ex EXCLUDE USING btree (id WITH =) WHERE (st = 'a')`,
      `ALTER TABLE job ADD CONSTRAINT alone CHECK (st <> 'b') NO INHERIT`,
      since(18, `ALTER TABLE job ADD CONSTRAINT loose CHECK (st <> 'b') NOT ENFORCED`),
    ],
  ],
  [
    'of which the columns behind ON DELETE SET NULL are some',
    { before: referring(['a', 'b', 'c']), after: referring(['a', 'b']) },
    [
      'ALTER TABLE dep DROP CONSTRAINT fk',
      since(18, 'ALTER TABLE dep ALTER n DROP NOT NULL'),
      since(18, 'ALTER TABLE dep ADD CONSTRAINT nn NOT NULL n NO INHERIT'),
      since(
        15,
        'ALTER TABLE dep ADD CONSTRAINT fk FOREIGN KEY (n, m) REFERENCES own (n, m) ON DELETE SET NULL (m)',
      ),
      before(
        15,
        'ALTER TABLE dep ADD CONSTRAINT fk FOREIGN KEY (n, m) REFERENCES own (n, m) ON DELETE SET NULL',
      ),
    ],
  ],
]);

verifyKept('A comment on an enumerated type, and rights on it', [
  ['where it gets one more value', GROWN, TYPE_PROPERTIES],
  ['where it loses a value', SHRUNK, TYPE_PROPERTIES],
]);
