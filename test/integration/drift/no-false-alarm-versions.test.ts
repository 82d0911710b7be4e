import { expect } from 'chai';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { changeJson } from '../../../src/drift/report.js';
import { onDatabase } from '../../support/databases.js';
import { entity, synchronized } from './no-false-alarm-database.js';

const PARENT = entity('parent', { code: { type: 'varchar', unique: true } });
const CHILD = entity(
  'child',
  {
    status: { type: 'varchar', length: 20, default: 'new' },
    amount: { type: 'numeric', precision: 10, scale: 2, default: '0.10' },
    at: { type: 'timestamptz', default: () => 'now()' },
    level: { type: 'enum', enum: ['low', 'high'], default: 'low' },
    double: { type: 'numeric', generatedType: 'STORED', asExpression: 'amount * 2' },
  },
  {
    relations: { parent: { type: 'many-to-one', target: 'parent', onDelete: 'CASCADE' } },
    checks: [{ name: 'known status', expression: `status IN ('new', 'old')` }],
    indices: [{ name: 'by_status', columns: ['status', 'at'], where: `status <> 'old'` }],
    exclusions: [{ name: 'one_amount', expression: 'USING btree (amount WITH =)' }],
  },
);

const CHANGED = `
  ALTER TABLE child DROP double;
  ALTER TABLE child ALTER status SET DEFAULT 'old', ALTER amount TYPE numeric(12,2), ALTER at SET DEFAULT clock_timestamp(),
    ALTER level DROP DEFAULT, DROP CONSTRAINT "known status", ADD CONSTRAINT "known status" CHECK (status BETWEEN 'a' AND 'z');
  ALTER TABLE child ADD double numeric GENERATED ALWAYS AS (amount * 3) STORED;
  ALTER TABLE child DROP CONSTRAINT one_amount, ADD CONSTRAINT one_amount EXCLUDE USING btree (amount WITH =) WHERE (amount > 1);
  ALTER TYPE child_level_enum ADD VALUE 'middle' BEFORE 'high';
  DROP INDEX by_status;
  CREATE INDEX by_status ON child (at DESC, status) INCLUDE (amount) WHERE status IN ('old', 'older');
  ALTER TABLE parent ALTER code DROP NOT NULL`;

const MESSAGES = [
  'Enum child_level_enum: values are (low, middle, high), the entities declare (low, high).',
  'Column child.amount: type is numeric(12,2), the entities declare numeric(10,2).',
  'Column child.at: default is clock_timestamp(), the entities declare now().',
  'Column child.double: nullable is yes, the entities declare no; generated is (amount * (3)::numeric), the entities declare amount * 2.',
  "Column child.level: default is none, the entities declare 'low'.",
  "Column child.status: default is 'old', the entities declare 'new'.",
  "Index child.by_status: columns are (at DESC, status), the entities declare (status, at); include are (amount), the entities declare (); predicate is ((status)::text = ANY ((ARRAY['old'::character varying, 'older'::character varying])::text[])), the entities declare status <> 'old'.",
  "Check child.known status: expression is (((status)::text >= 'a'::text) AND ((status)::text <= 'z'::text)), the entities declare status IN ('new', 'old').",
  'Exclusion child.one_amount: predicate is (amount > (1)::numeric), the entities declare none.',
  'Column parent.code: nullable is yes, the entities declare no.',
];

// The suite runs on the oldest and on the newest version that is supported, and finds these words on both.
onDatabase('postgres', 'The report about PostgreSQL, whatever its version,', (database) => {
  it('The report about PostgreSQL is the same word for word on every version', async () => {
    const { messages, uncomparable } = await synchronized(
      database(),
      { entities: [PARENT, CHILD] },
      async (dataSource) => {
        for (const sql of CHANGED.split(';\n')) await dataSource.query(sql);
        const report = await checkDrift(dataSource);
        const texts = report.changes.map((change) => changeJson(change).message);
        return { messages: texts, uncomparable: report.uncomparable };
      },
    );
    expect(uncomparable).to.deep.equal([]);
    expect(messages).to.deep.equal(MESSAGES);
  });
});
