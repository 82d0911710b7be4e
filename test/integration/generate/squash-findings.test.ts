import { expect } from 'chai';
import { proofOf, revisionClass, statementsIn } from '../../../src/generate/write/revision-class.js';
import { lint } from '../../../src/lint/lint.js';
import { Revision } from '../../../src/migrator/revision.js';
import { statement } from '../../../src/sql/statement.js';
import { handWritten } from '../../support/hand-written.js';
import { revision } from '../../support/revisions.js';
import { refusalOf, squashed } from './squashing.js';

const TABLE = 'CREATE TABLE lots (id integer PRIMARY KEY)';
const HAND = handWritten(
  'Hand1800000000511',
  (queryRunner) => queryRunner.query('CREATE TABLE keys (id integer PRIMARY KEY)'),
  (queryRunner) => queryRunner.query('DROP TABLE keys'),
);

/** A class with the proof that the generator writes. */
function generated(id: string, up: readonly string[], down: readonly string[]): new () => Revision {
  const groupsOf = (list: readonly string[]) => [
    { reason: id, statements: list.map((sql) => statement(sql)) },
  ];
  const own = { up: groupsOf(up), down: groupsOf(down) };
  const part = { description: '', transaction: true, groups: { postgres: own, sqlite: own } };
  return revisionClass(id, part, { proof: proofOf([part]) });
}

/** A class with a statement each way, for PostgreSQL alone. */
function onPostgres(id: string, up: string, down: string): new () => Revision {
  const made = class extends Revision {
    override readonly postgres = { up: [up], down: [down] };
    override readonly sqlite = { up: [], down: [] };
  };
  Object.defineProperty(made, 'name', { value: id });
  return made;
}

const LOTS = generated('Lots1800000000501', [TABLE], ['DROP TABLE lots']);

describe('squash, and what lint reports', function () {
  this.timeout(120_000);

  it('A range of generated revisions keeps a proof, so nothing is allowed in it', async () => {
    const more = generated(
      'More1800000000511',
      ['CREATE TABLE more (id integer PRIMARY KEY)'],
      ['DROP TABLE more'],
    );
    const { part, proof } = await squashed([LOTS, more], 'Lots..More');
    expect(proof).to.match(/^[0-9a-f]{64}$/);
    expect(statementsIn(part.groups.postgres).up[0]).to.equal(TABLE);
  });

  it('What a proof answered stays as it was where one of them is written by hand, and what lint reports there stays', async () => {
    const { id, part, proof, replaces } = await squashed([LOTS, HAND], 'Lots..Hand');
    expect(proof).to.equal(undefined);
    const { up } = statementsIn(part.groups.postgres);
    expect(up).to.deep.equal([
      `-- lint-allow integer-key: as Lots1800000000501 has it\n        ${TABLE}`,
      'CREATE TABLE keys (id integer PRIMARY KEY)',
    ]);
    const { findings } = await lint([new (revisionClass(id, part, { replaces }))()]);
    expect(findings.map(({ rule, statement: number }) => [rule, number])).to.deep.equal([['integer-key', 2]]);
  });

  it('An exception that nothing needs in the one is left out, since the one creates the table, and others stay', async () => {
    const reason = ': its rows are few';
    const exceptions = ['change-type-rewrite', 'no-such-rule'].map(
      (rule) => `-- lint-allow ${rule}${reason}\n`,
    );
    const change = (type: string) => `ALTER TABLE lots ALTER COLUMN code TYPE ${type}`;
    const lots = onPostgres(
      'Lots1800000000501',
      'CREATE TABLE lots (code varchar(40) PRIMARY KEY)',
      'DROP TABLE lots',
    );
    const wider = onPostgres(
      'Wider1800000000511',
      change('varchar(80)'),
      exceptions.join('') + change('varchar(40)'),
    );
    const { id, part, replaces } = await squashed([lots, wider], 'Lots..Wider');
    const { up, down } = statementsIn(part.groups.postgres);
    expect(up[1]).to.equal(change('varchar(80)'));
    expect(down[0]).to.equal(`-- lint-allow no-such-rule${reason}\n${change('varchar(40)')}`);
    const { findings } = await lint([new (revisionClass(id, part, { replaces }))()]);
    expect(findings.map(({ message }) => message)).to.deep.equal([
      'There is no rule "no-such-rule", so this exception has no effect.',
    ]);
  });

  it('What a class allows for all of its statements is allowed for them in the one, with its reason', async () => {
    const allowed = revision('Allowed1800000000521', ['DROP TABLE lots'], [TABLE]);
    Object.defineProperty(allowed, 'lintAllow', { value: { 'drop-table': 'no code reads it' } });
    const made = revision('Lots1800000000501', [TABLE], ['DROP TABLE lots']);
    const { part } = await squashed([made, HAND, allowed], 'Hand..Allowed');
    expect(statementsIn(part.groups.postgres).up[1]).to.equal(
      '-- lint-allow drop-table: no code reads it\n        DROP TABLE lots',
    );
  });

  it('A generated statement that would lose the settings of its revision is refused, or allowed with that reason', async () => {
    const none = { up: [], down: [] };
    const zoned = ['TYPE timestamptz', 'TYPE timestamp'].map(
      (type) => `ALTER TABLE times ALTER COLUMN at ${type}`,
    );
    const [up = '', down = ''] = zoned;
    const own = {
      up: [{ reason: '', statements: [statement(up)] }],
      down: [{ reason: '', statements: [statement(down)] }],
    };
    const part = { description: '', transaction: true, groups: { postgres: own, sqlite: none } };
    const times = revision('Times1800000000491', ['CREATE TABLE times (at timestamp)'], ['DROP TABLE times']);
    const zone = revisionClass('Zone1800000000501', part, { proof: proofOf([part]) });
    const error = await refusalOf(squashed([times, zone, HAND], 'Zone..Hand'));
    expect(error.message).to.match(
      /^Nothing was written: these revisions cannot become one\. Zone1800000000501: change-type-without-zone: .*Generated revisions run with settings of their own, a time zone for example\. The one revision does not, because one of them is written by hand\. Choose a range of generated revisions alone, or accept that and longer locks: --allow-locks$/,
    );
    const { part: one } = await squashed([times, zone, HAND], 'Zone..Hand', { allowLocks: true });
    expect(statementsIn(one.groups.postgres).up[0]).to.contain(
      '-- lint-allow change-type-without-zone: Zone1800000000501 ran it with settings of its own, and they are not used here\n',
    );
  });
});
