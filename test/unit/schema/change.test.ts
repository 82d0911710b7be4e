import { expect } from 'chai';
import { objectOf, sidesOf, type Change } from '../../../src/schema/change.js';
import { describeChange } from '../../../src/schema/describe-change.js';
import { raw } from '../../../src/schema/model.js';
import {
  check,
  column,
  exclusion,
  foreignKey,
  full,
  index,
  indexKey,
  key,
  canonicalized,
  table,
} from './samples.js';

const at = (object: string) => ({ table: 'jobs', object });
const whole = (object: string) => ({ table: object, object });

const SENTENCES: readonly (readonly [change: Change, sentence: string])[] = [
  [
    { kind: 'create-table', ...whole('jobs'), desired: full },
    'Table jobs is missing in the database; the entities declare 2 columns.',
  ],
  [
    { kind: 'drop-table', ...whole('audit'), live: table('audit') },
    'Table audit is in the database, but no entity declares it: 0 columns.',
  ],
  [
    {
      kind: 'alter-table',
      ...whole('jobs'),
      aspects: ['persistence', 'comment'],
      live: table('jobs', { persistence: 'unlogged' }),
      desired: table('jobs', { comment: 'What is to be done' }),
    },
    'Table jobs: persistence is unlogged, the entities declare permanent; comment is none, the entities declare What is to be done.',
  ],
  [
    { kind: 'add-column', ...at('note'), desired: column('note') },
    'Column jobs.note is missing in the database; the entities declare type integer, nullable no.',
  ],
  [
    {
      kind: 'drop-column',
      ...at('note'),
      live: column('note', { nullable: true, default: raw('7'), collation: 'C', identity: null }),
    },
    'Column jobs.note is in the database, but no entity declares it: type integer, nullable yes, default 7, collation C.',
  ],
  [
    {
      kind: 'alter-column',
      ...at('note'),
      aspects: ['type', 'nullable', 'default'],
      live: column('note', { type: 'text', nullable: true, default: canonicalized("'x'::text", "'x'") }),
      desired: column('note', { type: 'varchar(20)' }),
    },
    "Column jobs.note: type is text, the entities declare varchar(20); nullable is yes, the entities declare no; default is 'x'::text, the entities declare none.",
  ],
  [
    {
      kind: 'alter-primary-key',
      ...at('pk_jobs'),
      aspects: ['name', 'columns'],
      live: key('pk', 'a', 'b'),
      desired: key('pk_jobs', 'a'),
    },
    'Primary key of jobs: name is pk, the entities declare pk_jobs; columns are (a, b), the entities declare (a).',
  ],
  [
    { kind: 'add-unique', ...at('uq_jobs_a'), desired: { ...key('uq_jobs_a', 'a'), nulls: 'not distinct' } },
    'Unique jobs.uq_jobs_a is missing in the database; the entities declare columns (a), treatment of nulls not distinct.',
  ],
  [
    {
      kind: 'alter-index',
      ...at('ix_jobs_a'),
      aspects: ['keys', 'unique', 'where', 'valid'],
      live: index('ix_jobs_a', { valid: false }),
      desired: index('ix_jobs_a', {
        keys: [
          indexKey('a', { order: 'DESC', nulls: 'FIRST' }),
          indexKey('b', { nulls: 'FIRST', collation: 'C', opclass: 'text_pattern_ops' }),
          indexKey('', { column: null, expression: 'lower(c)', order: 'DESC' }),
        ],
        unique: true,
        where: raw('a > 0'),
      }),
    },
    'Index jobs.ix_jobs_a: columns are (a), the entities declare (a DESC, b COLLATE C text_pattern_ops NULLS FIRST, lower(c) DESC NULLS LAST); ' +
      'unique is no, the entities declare yes; predicate is none, the entities declare a > 0; valid is no, the entities declare yes.',
  ],
  [
    {
      kind: 'alter-foreign-key',
      ...at('fk_jobs_a'),
      aspects: ['table', 'references', 'onDelete', 'onUpdate', 'deferrable', 'validated'],
      live: foreignKey('fk_jobs_a', { onDelete: 'NO ACTION', validated: false }),
      desired: foreignKey('fk_jobs_a', {
        table: 'users',
        references: ['user_id'],
        onDelete: 'SET NULL',
        onUpdate: 'RESTRICT',
        deferrable: 'INITIALLY DEFERRED',
      }),
    },
    'Foreign key jobs.fk_jobs_a: referenced table is workers, the entities declare users; referenced columns are (id), the entities declare (user_id); ' +
      'ON DELETE is NO ACTION, the entities declare SET NULL; ON UPDATE is NO ACTION, the entities declare RESTRICT; ' +
      'deferrable is none, the entities declare INITIALLY DEFERRED; validated is no, the entities declare yes.',
  ],
  [
    { kind: 'drop-check', ...at('ck_jobs_a'), live: check('ck_jobs_a', 'a > 0') },
    'Check jobs.ck_jobs_a is in the database, but no entity declares it: expression a > 0.',
  ],
  [
    { kind: 'add-exclusion', ...at('ex_jobs'), desired: exclusion('ex_jobs', { where: raw('active') }) },
    'Exclusion jobs.ex_jobs is missing in the database; the entities declare method gist, elements (room WITH =, during WITH &&), predicate active.',
  ],
  [
    { kind: 'add-enum', table: '', object: 'mood', desired: { name: 'mood', values: ['A'] } },
    'Enum mood is missing in the database; the entities declare values (A).',
  ],
  [
    {
      kind: 'alter-enum',
      table: '',
      object: 'mood',
      aspects: ['values'],
      live: { name: 'mood', values: ['A', 'B'] },
      desired: { name: 'mood', values: ['B', 'A'] },
    },
    'Enum mood: values are (A, B), the entities declare (B, A).',
  ],
];

describe('describeChange', () => {
  for (const [change, sentence] of SENTENCES) {
    it(`describeChange describes a change ${change.kind}: ${sentence}`, () => {
      expect(describeChange(change)).to.equal(sentence);
    });
  }
});

describe('sidesOf', () => {
  const note = column('note', { type: 'text', default: raw("'x'") });

  it('sidesOf returns only one side of an added or dropped object', () => {
    expect(sidesOf({ kind: 'add-column', ...at('note'), desired: note })).to.deep.equal({
      live: null,
      desired: "type text, nullable no, default 'x'",
    });
    expect(sidesOf({ kind: 'drop-column', ...at('note'), live: note })).to.deep.equal({
      live: "type text, nullable no, default 'x'",
      desired: null,
    });
  });

  it('sidesOf returns only the differences of an altered object', () => {
    const change = { kind: 'alter-column', ...at('note'), live: note, desired: column('note') } as const;
    expect(sidesOf({ ...change, aspects: ['type'] })).to.deep.equal({ live: 'text', desired: 'integer' });
    expect(sidesOf({ ...change, aspects: ['type', 'default'] })).to.deep.equal({
      live: "type text, default 'x'",
      desired: 'type integer',
    });
  });
});

describe('objectOf', () => {
  it('objectOf returns the name of a part, or the content of a part without a name', () => {
    expect(objectOf('index', index('ix'))).to.equal('ix');
    expect(objectOf('check', check(null, canonicalized('(a)', 'a')))).to.equal('(a)');
    expect(objectOf('unique', key(null, 'a', 'b'))).to.equal('(a, b)');
    expect(objectOf('foreign-key', foreignKey(null))).to.equal('(a)');
    expect(objectOf('exclusion', exclusion(null))).to.equal('(room WITH =, during WITH &&)');
    expect(objectOf('primary-key', key(null, 'a'))).to.equal('primary key');
  });
});
