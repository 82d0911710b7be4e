import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { databaseOf } from '../../../src/databases/registry.js';
import { fillTables } from '../../../src/generate/verify/fixtures/fill-tables.js';
import { schemaToFill } from '../../../src/generate/verify/fill-schema.js';
import { hintsOf } from '../../../src/generate/verify/hints.js';
import { raw, type SchemaModel } from '../../../src/schema/model.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { root } from '../../support/root.js';
import { onScratch, type Scratch } from './verify-scratch.js';

const PAGE = readFileSync(join(root, 'docs/verification.md'), 'utf8');

/** The first cell of each row of the table below a title. */
function rowsOf(title: string): readonly string[] {
  const [, section = ''] = PAGE.split(`## ${title}\n`);
  const lines =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| ')) ?? [];
  return lines.slice(2).map((line) => line.split('|')[1]?.trim() ?? '');
}

/** A table `t`, and a condition that its four rows have to meet together. */
interface Can {
  readonly statements: readonly string[];
  readonly holds: string;
  /** The statements of the next revision for the schema. */
  readonly later?: (schema: SchemaModel) => SchemaModel;
}

const table = (columns: string) => [`CREATE TABLE t (id integer PRIMARY KEY, ${columns})`];

/** The schema with another property of the column `a`, and a check of it. */
function later(schema: SchemaModel, type: string, check?: string): SchemaModel {
  const checks = check === undefined ? [] : [{ name: 'ck', expression: raw(check), validated: true }];
  return {
    ...schema,
    tables: schema.tables.map((one) => ({
      ...one,
      columns: one.columns.map((column) => (column.name === 'a' ? { ...column, type } : column)),
      checks,
    })),
  };
}

const CAN: Readonly<Record<string, Can>> = {
  'a value': {
    statements: table('a integer NOT NULL, b varchar(3) NOT NULL, c date NOT NULL, d numeric(4,2) NOT NULL'),
    holds: 'count(a) = 4 AND count(b) = 4 AND count(c) = 4 AND count(d) = 4',
  },
  'four kinds of rows': {
    statements: table('a integer DEFAULT 777'),
    holds: 'count(a) = 3 AND count(DISTINCT a) = 3 AND max(a) = 777',
  },
  checks: {
    statements: table(
      `a varchar(20) NOT NULL CHECK (a LIKE 'job-%'), b varchar(90) NOT NULL CHECK (length(b) > 77), c integer NOT NULL CHECK (c < -5000)`,
    ),
    holds: 'count(*) = 4',
  },
  'checks over columns': {
    statements: table('a integer NOT NULL, b integer NOT NULL, c integer NOT NULL, CHECK (a + b = c)'),
    holds: 'count(*) = 4',
  },
  'unique keys': {
    statements: table('a integer NOT NULL UNIQUE, b integer NOT NULL UNIQUE'),
    holds: 'count(DISTINCT a) = 4 AND count(DISTINCT b) = 4',
  },
  'foreign keys': {
    statements: [
      'CREATE TABLE z (id integer PRIMARY KEY)',
      ...table('a integer NOT NULL REFERENCES z (id), b integer REFERENCES t (id)'),
    ],
    holds: 'count(a) = 4 AND count(b) = 3',
  },
  conversions: {
    statements: table('a text NOT NULL'),
    later: (schema) => later(schema, 'integer'),
    holds: 'count(*) = 4 AND min(CAST(a AS integer)) > 0',
  },
  'constraints of the change': {
    statements: table('a integer NOT NULL'),
    later: (schema) => later(schema, 'integer', 'a > 5000'),
    holds: 'count(*) = 4 AND min(a) > 5000',
  },
  'numbers and computed values': {
    statements: table('a integer NOT NULL, b integer GENERATED ALWAYS AS (a + 1) STORED'),
    holds: 'count(b) = 4',
  },
};

async function fill({ queryRunner, schema }: Scratch, { later: next }: Pick<Can, 'later'>) {
  if (!next) return fillTables(queryRunner, schema);
  const of = { head: schema, desired: next(schema), renames: [], filled: new Set<string>() };
  const { sql } = await databaseOf(queryRunner.connection).planner();
  return fillTables(queryRunner, schemaToFill(of, sql), { hints: hintsOf(of) });
}

describe('The page about the rows', () => {
  it('The page about the rows lists every case that the tests below try', () => {
    expect(rowsOf('What it can invent')).to.deep.equal(Object.keys(CAN));
    expect(rowsOf('What it cannot invent')).to.include.members(Object.keys(CANNOT));
  });
});

eachDatabase('The rows that the page lists as invented', (database) => {
  for (const [what, can] of Object.entries(CAN))
    it(`The verification invents rows: ${what}`, async () => {
      await onScratch(database(), { statements: can.statements }, async (scratch) => {
        expect((await fill(scratch, can)).empty).to.deep.equal([]);
        const holds = `SELECT CASE WHEN ${can.holds} THEN 1 ELSE 0 END AS held FROM t`;
        const [row] = (await scratch.queryRunner.query(holds)) as { readonly held: number }[];
        expect(row?.held).to.equal(1);
      });
    });
});

const CANNOT: Readonly<Record<string, readonly string[]>> = {
  'a value that a regular expression requires': table(`a text NOT NULL CHECK (a ~ '^[p-q]{3}[0-9]x$')`),
  'a value that a function of yours requires': [
    `CREATE FUNCTION odd(text) RETURNS boolean IMMUTABLE LANGUAGE sql RETURN $1 = concat('q', 'zx')`,
    ...table(`a text NOT NULL CHECK (odd(a))`),
  ],
  'values for a domain, or a type of an extension': [
    `CREATE DOMAIN plate AS text CHECK (VALUE LIKE 'qq-%')`,
    ...table('a plate NOT NULL'),
  ],
  'an array that a check limits to some items': table(
    `a text[] NOT NULL CHECK (a <@ ARRAY['p', 'q'] AND a <> '{}')`,
  ),
  'foreign keys in a circle, none of them nullable': [
    'CREATE TABLE u (id integer PRIMARY KEY, t_id integer NOT NULL)',
    ...table('u_id integer NOT NULL REFERENCES u (id)'),
    'ALTER TABLE u ADD FOREIGN KEY (t_id) REFERENCES t (id)',
  ],
  'rows that a trigger or a rule removes': [
    ...table('a integer'),
    'CREATE RULE none AS ON INSERT TO t DO INSTEAD NOTHING',
  ],
};

onDatabase('postgres', 'The rows that the page lists as not invented', (database) => {
  for (const [what, statements] of Object.entries(CANNOT))
    it(`The verification does not invent rows: ${what}`, async () => {
      const { empty } = await onScratch(database(), { statements }, (scratch) => fill(scratch, {}));
      expect(empty.map(({ table: name }) => name)).to.include('t');
      expect(empty[0]?.reason).to.not.equal('');
    });
});
