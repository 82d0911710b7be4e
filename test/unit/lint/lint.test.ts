import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { UsageError } from '../../../src/errors/base.js';
import { RevisionInvalidError } from '../../../src/errors/migration.js';
import { lint, lintDataSource } from '../../../src/lint/lint.js';
import { lintLines } from '../../../src/lint/report.js';
import { migrations } from '../../../src/migrations/index.js';
import { handWritten } from '../../support/hand-written.js';
import { findingsOf, made } from './linted.js';

const MAKE = made('Make1000000000001', {
  up: ['CREATE TABLE "a" ("id" bigint PRIMARY KEY, "b" varchar(9))'],
  down: ['DROP TABLE "a"'],
});
const CHANGE = made('Change1000000000100', {
  up: ['ALTER TABLE "a" ALTER "b" TYPE varchar(8)', 'TRUNCATE "a" CASCADE'],
  down: ['ALTER TABLE "a" ALTER "b" TYPE varchar(9)'],
});
const CASCADE = made('Cascade1000000000200', { up: ['TRUNCATE "a" CASCADE'] });

const rules = (findings: readonly { readonly rule: string }[]) => findings.map(({ rule }) => rule);

describe('lint', () => {
  it('lint accepts revisions in any order and returns findings oldest first', async () => {
    const { findings, notes, revisions } = await lint([CASCADE, CHANGE, MAKE]);
    expect(findings.map(({ revision, rule }) => `${revision} ${rule}`)).to.deep.equal([
      'Change1000000000100 change-type-rewrite',
      'Change1000000000100 truncate-cascade',
      'Cascade1000000000200 truncate-cascade',
    ]);
    expect({ notes, revisions }).to.deep.equal({ notes: [], revisions: 3 });
  });

  it('lint reads revisions that it does not check', async () => {
    const { findings } = await lint([MAKE, CHANGE, CASCADE], { revisions: ['Change'] });
    expect(findings[0]?.message).to.contain('from varchar(9) to varchar(8)');
    expect(rules((await lint([CHANGE, CASCADE], { after: 'Change' })).findings)).to.deep.equal([
      'truncate-cascade',
    ]);
  });

  it('lint groups revisions 1 ms apart and separates revisions 2 ms apart', async () => {
    const make = made('Make1000000000001', {
      up: ['CREATE TABLE "a" ("id" bigint)'],
      down: ['DROP TABLE "a"'],
    });
    const index = (stamp: number) =>
      made(`Index100000000000${stamp}`, { up: ['CREATE INDEX "i" ON "a" ("id")'], down: ['DROP INDEX "i"'] });
    expect(rules((await lint([make, index(2)])).findings)).to.deep.equal([]);
    expect(rules((await lint([make, index(3)])).findings)).to.deep.equal([
      'create-index-blocking',
      'drop-index-blocking',
    ]);
  });

  it('lint prints a note for a group without a proof whose names differ, which may be one by chance', async () => {
    const numbered = [1, 2, 3].map((stamp) => made(`Step${'abc'[stamp - 1]}100000000000${stamp}`, {}));
    const { notes } = await lint(numbered);
    expect(notes).to.deep.equal([
      {
        revision: 'Stepa1000000000001',
        message:
          'linted as one group with Stepb1000000000002, Stepc1000000000003, since each stamp is one millisecond after the one before. If they run at different times, give them stamps that are at least 2 ms apart',
      },
    ]);
    const last = made('Last1000000000100', {});
    expect((await lint([...numbered, last], { after: 'Stepc' })).notes).to.deep.equal([]);
    const written = [made('Step1000000000001', {}), made('StepBuildIx1000000000002', {})];
    expect((await lint(written)).notes).to.deep.equal([]);
  });

  it('lint reports no difference of dialects in a project with one dialect', async () => {
    expect(rules((await lint([MAKE])).findings)).to.deep.equal([]);
    const other = made('Other1000000000900', { sqlite: { up: ['CREATE TABLE "b" ("id" integer)'] } });
    expect(rules((await lint([MAKE, other])).findings)).to.deep.equal([
      'dialects-differ',
      'dialects-differ',
      'dialects-differ',
    ]);
  });

  it('lint names classes written by hand only when they are linted', async () => {
    const manual = new (handWritten('Manual1000000000300', () => Promise.resolve()))();
    const { unlinted } = await lint([MAKE, manual]);
    expect(unlinted.map(({ revision, direction }) => `${revision} ${direction}`)).to.deep.equal([
      'Manual1000000000300 up',
      'Manual1000000000300 down',
    ]);
    expect((await lint([MAKE, manual], { revisions: ['Make'] })).unlinted).to.deep.equal([]);
  });

  it('lint rejects a missing revision and an invalid history', async () => {
    const refusal = await lint([MAKE], { after: 'Nobody' }).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(UsageError);
    const invalid = await lint([MAKE, MAKE]).catch((error: unknown) => error);
    expect(invalid).to.be.instanceOf(RevisionInvalidError);
  });

  it('lint accepts a DataSource, connected or not', async () => {
    const connected = { isInitialized: true, migrations: [MAKE, CASCADE] } as unknown as DataSource;
    expect(rules((await lintDataSource(connected)).findings)).to.deep.equal(['truncate-cascade']);
  });

  it('lint finds in the history of this project only what is older than the rules', async () => {
    const { findings } = await lint(migrations.map((Migration) => new Migration()));
    expect([...new Set(findings.map(({ rule, revision }) => `${rule} ${revision}`))]).to.deep.equal([
      'serial-key InitialSchema1795435200000',
      'serial-key AdminUsers1795438800000',
    ]);
  });

  it('A lint exception silences a rule for one statement, not for another', async () => {
    const drop = (table: string) => `DROP TABLE "${table}"`;
    const findings = await findingsOf({ up: [`-- lint-allow drop-table: so\n${drop('a')}`, drop('b')] });
    expect(
      findings.filter(({ rule }) => rule === 'drop-table').map(({ statement }) => statement),
    ).to.deep.equal([2]);
  });

  it('A lint exception in front of an SQLite statement silences its finding', async () => {
    const sql = 'CREATE INDEX "i" ON "jobs" ("note")';
    expect(rules(await findingsOf({ sqlite: { up: [sql] } }))).to.deep.equal(['dialects-differ']);
    const allowed = `-- lint-allow dialects-differ: PostgreSQL has another one\n${sql}`;
    expect(await findingsOf({ sqlite: { up: [allowed] } })).to.deep.equal([]);
  });
});

describe('lintLines', () => {
  const pagePath = (page: string) => `../${page}`;

  it('lintLines prints the number of findings', () => {
    expect(lintLines({ findings: [], notes: [], revisions: 1, unlinted: [] }, pagePath)).to.deep.equal([
      'no findings in 1 revision',
    ]);
  });

  it('lintLines names the dialect of a statement that is not for PostgreSQL', async () => {
    const findings = await findingsOf({ sqlite: { down: ['DROP INDEX "ix_jobs_status"'] } });
    expect(lintLines({ findings, notes: [], revisions: 1, unlinted: [] }, pagePath)).to.deep.equal([
      'Change1000000001000',
      '  statement 1 of 1 (down, SQLite): dialects-differ: SQLite drops the index "ix_jobs_status", PostgreSQL does not.',
      '    see ../docs/rules/dialects-differ.md',
      '',
      '1 finding in 1 revision',
    ]);
  });
});
