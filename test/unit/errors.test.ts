import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { expect } from 'chai';
import * as errors from '../../src/errors.js';

const CAUSE = new Error('table jobs is locked');

/** One of each class, and what `console.error` prints of it. */
const SAMPLES: readonly (readonly [error: errors.OrchestratorDbError, printed: string])[] = [
  [new errors.UsageError('unknown command'), 'unknown command [USAGE]'],
  [
    new errors.SettingsError('DB_LOG', 'is odd', 'info'),
    'DB_LOG: is odd. Example: DB_LOG=info [SETTING_INVALID]',
  ],
  [
    new errors.ConnectError(
      'postgres://ann:***@db.example/orders',
      { reason: 'connection refused', transient: true },
      { cause: CAUSE },
    ),
    'Cannot connect to postgres://ann:***@db.example/orders: connection refused. [CONNECT_FAILED]',
  ],
  [
    new errors.SqliteDriverMissingError(['sqlite3', 'better-sqlite3'], false),
    'No SQLite driver is installed for this version of TypeORM. Install one: npm install sqlite3 or npm install better-sqlite3 [SQLITE_DRIVER_MISSING]',
  ],
  [
    new errors.DialectUnsupportedError('mysql'),
    'The DataSource is of type "mysql"; supported are postgres, sqlite and better-sqlite3. [DIALECT_UNSUPPORTED]',
  ],
  [
    new errors.NotConnectedError(),
    'The DataSource is not connected: call initialize() first. [NOT_CONNECTED]',
  ],
  [
    new errors.SchemaNotRecordedError(['jobs', 'workers'], 'migrations'),
    'The database has tables of the entities (jobs, workers) but no revision is recorded in "migrations". ' +
      'Nothing was changed. Use an empty database or, if these tables are at head already, record that without running anything: ' +
      'npm run typeorm migration:run -- --fake [SCHEMA_NOT_RECORDED]',
  ],
  [new errors.RevisionInvalidError('Alpha: is odd.'), 'Alpha: is odd. [REVISION_INVALID]'],
  [
    new errors.RevisionOutOfOrderError(['Alpha'], 'Bravo'),
    'Alpha: pending, but older than Bravo, which is applied already. History is a line: give it a newer stamp ' +
      '(class name and file name), or revert to before it first. [REVISION_OUT_OF_ORDER]',
  ],
  [
    new errors.RevisionMissingError(['Alpha']),
    'Alpha: recorded in the database, missing in the code. ' +
      'Deploy the version of the code that has it, or add it to the list of migrations. [REVISION_MISSING]',
  ],
  [
    new errors.RevisionFailedError('Alpha', { direction: 'down', left: 'Nothing is left.' }, CAUSE),
    'Alpha: down failed: table jobs is locked. Nothing is left. [REVISION_FAILED]',
  ],
  [
    new errors.TransactionOpenError(),
    'A transaction is open on the SQLite connection. End it before migrating, or migrate with a DataSource of its own. [TRANSACTION_OPEN]',
  ],
  [
    new errors.ForeignKeysBrokenError(['jobs row 7 -> workers', 'jobs row 8 -> workers']),
    'foreign keys point at rows that do not exist any more: jobs row 7 -> workers, jobs row 8 -> workers [FOREIGN_KEYS_BROKEN]',
  ],
  [
    new errors.EntityValidationError('Job', [
      { property: 'jobId', rules: { isString: 'it is no text', isLength: 'it is too long' } },
      { property: 'status', rules: { isEnum: 'it is unknown' } },
    ]),
    'Job is invalid: jobId: it is no text (isString), it is too long (isLength); status: it is unknown (isEnum). Nothing was written. [ENTITY_INVALID]',
  ],
  [new errors.ScratchDatabaseError('no server'), 'no server [SCRATCH_DATABASE]'],
  [new errors.GenerateError('no folder'), 'no folder [GENERATE_FAILED]'],
];

/** What `console.error` writes. */
function printed(value: unknown): string {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  new Console(stream).error(value);
  return text;
}

/** Every class of the module that can be made. */
function concreteClasses(): readonly string[] {
  return Object.entries(errors)
    .filter(([, value]) => Object.prototype.isPrototypeOf.call(errors.OrchestratorDbError, value))
    .map(([name]) => name)
    .sort();
}

describe('Errors', () => {
  it('are all in this table, once', () => {
    expect(SAMPLES.map(([error]) => error.name).sort()).to.deep.equal(concreteClasses());
  });

  it('have codes that differ, in capitals', () => {
    const codes = SAMPLES.map(([error]) => error.code);
    expect(new Set(codes).size).to.equal(codes.length);
    for (const code of codes) expect(code).to.match(/^[A-Z]+(_[A-Z]+)*$/);
  });

  for (const [error, text] of SAMPLES) {
    it(`print as words and a code, without a stack trace: ${error.name}`, () => {
      expect(printed(error)).to.equal(`${text}\n`);
      expect(inspect({ error }, { depth: 5, breakLength: Infinity })).to.equal(`{ error: ${text} }`);
      expect(`${error.message} [${error.code}]`).to.equal(text);
    });
  }

  it('keep their cause for programs', () => {
    expect(SAMPLES.filter(([error]) => error.cause === CAUSE).map(([error]) => error.code)).to.deep.equal([
      'CONNECT_FAILED',
      'REVISION_FAILED',
    ]);
  });

  it('name the one driver that is accepted', () => {
    expect(new errors.SqliteDriverMissingError(['better-sqlite3'], true).message).to.equal(
      'No SQLite driver is installed for this version of TypeORM, which cannot use sqlite3 any more. Install one: npm install better-sqlite3',
    );
  });
});

describe('messageOf', () => {
  for (const [thrown, words] of [
    [new Error('plain'), 'plain'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [new AggregateError([new Error('first'), 'second']), 'first; second'],
    [new AggregateError([new Error('first')], 'both failed'), 'both failed'],
  ] as const) {
    it(`gives "${words}"`, () => {
      expect(errors.messageOf(thrown)).to.equal(words);
    });
  }
});
