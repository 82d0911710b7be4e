import { expect } from 'chai';
import { columnModel } from '../../../src/lint/replay/apply-column.js';
import { emptySchema } from '../../../src/lint/replay/known-schema.js';
import { defaultMeaning, typeMeaning } from '../../../src/lint/replay/meaning.js';
import { typeFactOf } from '../../../src/lint/replay/types.js';
import type { ActionOf } from '../../../src/lint/sql/action.js';
import { loadParser } from '../../../src/databases/postgres/parse/parser.js';
import { readStatement } from '../../../src/lint/sql/read-statement.js';

/** What a column comes to, as the rule about the way down compares it. */
async function meaningOf(definition: string): Promise<string> {
  const { actions } = readStatement(await loadParser(), `CREATE TABLE "t" ("c" ${definition})`);
  const [{ columns }] = actions as [ActionOf<'create-table'>];
  const column = columnModel(columns[0]!, emptySchema('postgres').model);
  const type = typeFactOf(column.type);
  return `${typeMeaning(type)} ${defaultMeaning(column, type)}`;
}

/** Of each the definitions that are the same. */
const SAME: readonly (readonly string[])[] = [
  [
    'integer DEFAULT 0',
    `integer DEFAULT '0'`,
    `int DEFAULT '0'::integer`,
    `int4 DEFAULT ' +00 '`,
    'integer DEFAULT 0.0',
  ],
  ['bigint DEFAULT -5', `bigint DEFAULT '-5'`, `bigint DEFAULT '-5'::integer`, 'int8 DEFAULT - 5'],
  ['numeric(8) DEFAULT 1.50', `numeric(8, 0) DEFAULT '1.5'`, 'decimal(8) DEFAULT 01.500'],
  ['double precision DEFAULT .5', 'float8 DEFAULT 0.50'],
  ['boolean DEFAULT true', `boolean DEFAULT 't'`, `bool DEFAULT 'yes'`, `bool DEFAULT 'true'::boolean`],
  ['boolean DEFAULT false', `bool DEFAULT 'off'`],
  ['text DEFAULT NULL', 'text', 'text DEFAULT NULL::text'],
  [`varchar(9) DEFAULT 'a'`, `character varying(9) DEFAULT 'a'::character varying`],
  [
    'timestamptz(6) DEFAULT now()',
    'timestamp with time zone DEFAULT CURRENT_TIMESTAMP',
    `timestamptz DEFAULT transaction_timestamp()`,
  ],
  [`jsonb DEFAULT '{"b": 1, "a": [1,2]}'`, `jsonb DEFAULT '{"a": [1, 2], "b": 1}'::jsonb`],
  [`text[] DEFAULT '{}'`, 'text[] DEFAULT ARRAY[]::text[]', `text[] DEFAULT '{}'::text[]`],
  [`integer[] DEFAULT '{1,2}'`, 'integer[] DEFAULT ARRAY[1, 2]'],
  ['serial', `integer DEFAULT nextval('t_c_seq'::regclass)`, `integer DEFAULT nextval('"public"."t_c_seq"')`],
];

/** Pairs that are not. */
const OTHER: readonly (readonly [string, string])[] = [
  ['integer DEFAULT 0', 'integer'],
  ['integer DEFAULT 0', 'integer DEFAULT 10'],
  ['integer DEFAULT 1', 'integer DEFAULT -1'],
  [`text DEFAULT '0'`, `text DEFAULT '0.0'`],
  [`text DEFAULT ''`, 'text'],
  [`text DEFAULT 'now'`, 'text DEFAULT now()::text'],
  ['boolean DEFAULT true', 'boolean DEFAULT false'],
  [`json DEFAULT '{"a":1}'`, `json DEFAULT '{"a": 1}'`],
  ['numeric(8, 1)', 'numeric(8)'],
  ['timestamptz(3)', 'timestamptz'],
  [`text DEFAULT lower('A')`, `text DEFAULT upper('A')`],
];

describe('The meaning of a column', () => {
  for (const definitions of SAME)
    it(`The meaning of a column is the same for ${definitions.join(' and ')}`, async () => {
      expect(new Set(await Promise.all(definitions.map(meaningOf))).size).to.equal(1);
    });

  for (const [one, other] of OTHER)
    it(`The meaning of a column differs for ${one} and ${other}`, async () => {
      expect(await meaningOf(one)).not.to.equal(await meaningOf(other));
    });
});
