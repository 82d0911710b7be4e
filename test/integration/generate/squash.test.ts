import { expect } from 'chai';
import { USUAL_FORM } from '../../../src/generate/write/file-form.js';
import { revisionSource } from '../../../src/generate/write/revision-source.js';
import { statementsIn } from '../../../src/generate/write/revision-class.js';
import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';
import { handWritten } from '../../support/hand-written.js';
import { replacing } from '../../support/replacing.js';
import { revision } from '../../support/revisions.js';
import { refusalOf, squashed } from './squashing.js';

const FIRST = revision(
  'First1800000000501',
  ['CREATE TABLE lots (id integer NOT NULL)'],
  ['DROP TABLE lots'],
);
const ZONES = revision(
  'Zones1800000000502',
  ['CREATE TABLE zones (id integer NOT NULL, word varchar(9))'],
  ['DROP TABLE zones'],
);
const ROWS = revision('Rows1800000000503', [`INSERT INTO zones VALUES (7, 'x')`], ['DELETE FROM zones']);
const HAND = handWritten(
  'Hand1800000000504',
  (queryRunner) => queryRunner.query('ALTER TABLE zones ADD COLUMN hand integer'),
  (queryRunner) => queryRunner.query('ALTER TABLE zones DROP COLUMN hand'),
);
const LAST = revision('Last1800000000506', ['CREATE TABLE ends (id integer)'], ['DROP TABLE ends']);

/** An index that PostgreSQL builds while others write. */
function indexOn(table: string): new () => Revision {
  const made = class extends Revision {
    override readonly transaction = false;
    override readonly postgres: DialectStatements = {
      up: [`CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_word ON ${table} (id)`],
      down: ['DROP INDEX CONCURRENTLY IF EXISTS ix_word'],
    };
    override readonly sqlite: DialectStatements = {
      up: [`CREATE INDEX ix_word ON ${table} (id)`],
      down: ['DROP INDEX ix_word'],
    };
  };
  Object.defineProperty(made, 'name', { value: 'Words1800000000505' });
  return made;
}

describe('squash', function () {
  this.timeout(120_000);

  it('squash makes one revision with the statements of all, data and hand-written ones included, proved on both databases', async () => {
    const one = await squashed([FIRST, ZONES, ROWS, HAND, indexOn('zones'), LAST], 'Zones..Words');
    expect({
      id: one.id,
      replaces: one.replaces,
      isNewest: one.isNewest,
      warnings: one.warnings,
    }).to.deep.equal({
      id: 'SquashZones1800000000505',
      replaces: ['Zones1800000000502', 'Rows1800000000503', 'Hand1800000000504', 'Words1800000000505'],
      isNewest: false,
      warnings: [],
    });
    expect(one.part.transaction).to.equal(true);
    expect(statementsIn(one.part.groups.postgres)).to.deep.equal({
      up: [
        'CREATE TABLE zones (id integer NOT NULL, word varchar(9))',
        `INSERT INTO zones VALUES (7, 'x')`,
        'ALTER TABLE zones ADD COLUMN hand integer',
        'CREATE INDEX IF NOT EXISTS ix_word ON zones (id)',
      ],
      down: [
        'DROP INDEX IF EXISTS ix_word',
        'ALTER TABLE zones DROP COLUMN hand',
        'DELETE FROM zones',
        'DROP TABLE zones',
      ],
    });
    expect(statementsIn(one.part.groups.sqlite).up).to.include('CREATE INDEX ix_word ON zones (id)');
    expect(revisionSource({ ...one, importFrom: 'orchestrator-db', form: USUAL_FORM, proof: '' })).to
      .contain(`
  static override readonly replaces = [
    'Zones1800000000502',
    'Rows1800000000503',
    'Hand1800000000504',
    'Words1800000000505',
  ];
`);
  });

  it('squash refuses an index that one transaction builds on an older table, unless locks are allowed', async () => {
    const list = [FIRST, ZONES, indexOn('lots')];
    const error = await refusalOf(squashed(list, 'Zones..Words'));
    expect(error).to.have.property('code', 'SQUASH_REFUSED');
    expect(error.message).to.contain(
      'Words1800000000505: create-index-blocking: Building the index "ix_word" blocks writes to "lots" until it is done.',
    );
    expect(error.message).to.contain(
      'Choose a range that also creates the table, or accept that: --allow-locks',
    );
    const { part } = await squashed(list, 'Zones..Words', { allowLocks: true });
    expect(statementsIn(part.groups.postgres).up[1]).to.match(
      /^-- lint-allow create-index-blocking: Words1800000000505 ran it apart; .*\n *CREATE INDEX IF NOT EXISTS ix_word ON lots \(id\)$/,
    );
  });

  it('squash refuses a statement that only runs alone, and a class whose statements depend on the database', async () => {
    class Vacuum1800000000503 extends Revision {
      override readonly transaction = false;
      override readonly postgres: DialectStatements = { up: ['VACUUM lots'], down: [] };
      override readonly sqlite: DialectStatements = { up: [], down: [] };
    }
    const asks = handWritten('Asks1800000000504', (queryRunner) => queryRunner.query('SELECT id FROM lots'));
    const error = await refusalOf(squashed([FIRST, ZONES, Vacuum1800000000503, asks], 'Zones..Asks'));
    expect(error.message).to.equal(
      'Nothing was written: these revisions cannot become one. ' +
        'Vacuum1800000000503: it runs outside a transaction (VACUUM lots), and the others run inside one. ' +
        'Asks1800000000504: it is written by hand, and its statements cannot be recorded: it reads the database: SELECT id FROM lots. ' +
        'Choose a range without them, or declare their statements as lists (class ... extends Revision).',
    );
    const listed = await refusalOf(squashed([FIRST, ZONES, Vacuum1800000000503], 'Zones..Vacuum'));
    expect(listed.message).to.match(/Choose a range without them\.$/);
  });

  it('squash names the revision whose statement fails in one transaction with the others', async () => {
    const type = revision('Kinds1800000000502', [`CREATE TYPE kind AS ENUM ('a')`], ['DROP TYPE kind']);
    const more = revision('More1800000000503', [`ALTER TYPE kind ADD VALUE 'b'`], []);
    const used = revision(
      'Used1800000000504',
      [`CREATE TABLE uses (k kind DEFAULT 'b')`],
      ['DROP TABLE uses'],
    );
    const none: DialectStatements = { up: [], down: [] };
    const postgresOnly = [type, more, used].map((Made) => {
      const own = class extends Revision {
        override readonly postgres = new Made().postgres;
        override readonly sqlite = none;
      };
      Object.defineProperty(own, 'name', { value: Made.name });
      return own;
    });
    const error = await refusalOf(squashed([...postgresOnly, LAST], 'More..Used', { allowLocks: true }));
    expect(error.message).to.contain(
      'Used1800000000504: PostgreSQL, up in one transaction: unsafe use of new value "b" of enum type kind',
    );
    expect(error.message).to.contain('Choose a range without it.');
  });

  it('squash warns where the way down fails in several revisions as well', async () => {
    const lost = revision('Lost1800000000503', ['CREATE TABLE lost (id integer)'], ['DROP TABLE never']);
    const { warnings } = await squashed([ZONES, lost], 'Zones..Lost');
    expect(warnings.join()).to.match(
      /PostgreSQL: the way down is not proved, .*Lost1800000000503: down: .*never/,
    );
  });

  it('squash of a squash keeps what that one replaces', async () => {
    const once = replacing(['Old1800000000499', 'Zones1800000000502'], revision('Once1800000000502', [], []));
    const { replaces } = await squashed([once, ZONES, LAST], 'Once..Last', { name: 'All' });
    expect(replaces).to.deep.equal([
      { id: 'Once1800000000502', replaces: ['Old1800000000499', 'Zones1800000000502'] },
      'Last1800000000506',
    ]);
  });

  const usage: readonly (readonly [range: string, words: string])[] = [
    [
      'Zones',
      'Zones: squash takes a range with two ends, both included. Example: squash AddJobs..AddWorkers',
    ],
    [
      'Last..Zones',
      'Last1800000000506 comes after Zones1800000000502. Swap the ends of the range: Zones..Last',
    ],
    [
      'Zones..Zones',
      'Zones1800000000502 is one revision already. Name the first and the last revision of several.',
    ],
    ['Zones..Nowhere', 'There is no revision "Nowhere". To list all revisions: npm run -s db:status'],
  ];
  for (const [range, words] of usage)
    it(`squash ${range} is refused`, async () => {
      const error = await refusalOf(squashed([FIRST, ZONES, LAST], range));
      expect(error).to.deep.include({ code: 'USAGE', message: words });
    });
});
