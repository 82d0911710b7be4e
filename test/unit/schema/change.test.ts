import { expect } from 'chai';
import { describeChange, type Change } from '../../../src/schema/change.js';
import { check, column, foreignKey, full, index, key, table } from './samples.js';

const at = (object: string) => ({ table: 'jobs', object });

const SENTENCES: readonly (readonly [change: Change, sentence: string])[] = [
  [{ kind: 'create-table', table: 'jobs', desired: full }, 'table jobs is missing'],
  [
    { kind: 'drop-table', table: 'audit', live: table('audit') },
    'table audit is in the database, but no entity says it',
  ],
  [{ kind: 'add-column', ...at('note'), desired: column('note') }, 'column jobs.note is missing'],
  [
    { kind: 'drop-column', ...at('note'), live: column('note') },
    'column jobs.note is in the database, but no entity says it',
  ],
  [
    {
      kind: 'alter-column',
      ...at('note'),
      aspects: ['type', 'nullable', 'default'],
      live: column('note', { type: 'text', nullable: true, default: "'x'" }),
      desired: column('note', { type: 'varchar(20)' }),
    },
    "column jobs.note: type is text, should be varchar(20), nullable is true, should be false, default is 'x', should be none",
  ],
  [
    {
      kind: 'alter-primary-key',
      ...at('primary key'),
      aspects: ['columns'],
      live: key('pk_jobs', 'a', 'b'),
      desired: key('pk_jobs', 'a'),
    },
    'primary key jobs.primary key: columns is (a, b), should be (a)',
  ],
  [
    { kind: 'add-unique', ...at('uq_jobs_a'), desired: key('uq_jobs_a', 'a') },
    'unique jobs.uq_jobs_a is missing',
  ],
  [
    {
      kind: 'alter-index',
      ...at('ix_jobs_a'),
      aspects: ['unique', 'where'],
      live: index('ix_jobs_a'),
      desired: index('ix_jobs_a', { unique: true, where: 'a > 0' }),
    },
    'index jobs.ix_jobs_a: unique is false, should be true, where is none, should be a > 0',
  ],
  [
    {
      kind: 'alter-foreign-key',
      ...at('fk_jobs_a'),
      aspects: ['onDelete'],
      live: foreignKey('fk_jobs_a', { onDelete: 'NO ACTION' }),
      desired: foreignKey('fk_jobs_a', { onDelete: 'SET NULL' }),
    },
    'foreign key jobs.fk_jobs_a: onDelete is NO ACTION, should be SET NULL',
  ],
  [
    { kind: 'drop-check', ...at('ck_jobs_a'), live: check('ck_jobs_a', 'a > 0') },
    'check jobs.ck_jobs_a is in the database, but no entity says it',
  ],
  [
    { kind: 'add-enum', table: '', object: 'mood', desired: { name: 'mood', values: ['A'] } },
    'enum mood is missing',
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
    'enum mood: values is (A, B), should be (B, A)',
  ],
];

describe('describeChange', () => {
  for (const [change, sentence] of SENTENCES) {
    it(`says of a change ${change.kind}: ${sentence}`, () => {
      expect(describeChange(change)).to.equal(sentence);
    });
  }
});
