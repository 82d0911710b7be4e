import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrateUp } from '../../src/migrator/migrate.js';
import { eachDatabase, onDatabase, onServer } from '../support/databases.js';
import { databaseState } from '../support/offline-state.js';
import {
  documentOf,
  NOWHERE,
  runCommandHere,
  runShelves,
  runShelvesProcess,
} from '../support/run-shelves.js';
import { postgresTargetOf } from '../support/chain-database.js';
import { urlOf } from '../support/servers.js';
import { COUNT, FILL, MAKE, shelves } from '../support/shelves.js';

/** Targets that lead nowhere from FILL, and the message for each. */
const TARGETS: readonly (readonly [args: readonly string[], words: string])[] = [
  [['up', 'FilShelves'], `There is no revision "FilShelves". Did you mean ${FILL}, ${MAKE} or ${COUNT}?`],
  [
    ['up', 'Shelves'],
    `"Shelves" matches several revisions: ${MAKE}, ${FILL}, ${COUNT}. Use a longer part of the name.`,
  ],
  [['up', 'Make..Fill'], 'Make..Fill: a range requires --sql. For a database, use its end: Fill'],
  [['up', '+0'], '+0 changes nothing. Use +1, +2 or -1, -2 and so on.'],
  [['up', '-1'], '-1 is the wrong direction: up takes +1, +2 and so on.'],
  [['up', '+2'], `+2 is too far: 1 revision(s) pending: ${COUNT}.`],
  [['up', 'base'], 'up cannot reach base. To see what reverting everything would run: down base --plan'],
  [
    ['up', 'Make'],
    `${MAKE} is applied, and older than the current revision ${FILL}. To see what reverting to it would run: down ${MAKE} --plan`,
  ],
  [['down', 'FilShelves'], `There is no revision "FilShelves". Did you mean ${FILL}, ${MAKE} or ${COUNT}?`],
  [
    ['down', 'shelves1'],
    `"shelves1" matches several revisions: ${MAKE}, ${FILL}, ${COUNT}. Use a longer part of the name.`,
  ],
  [['down', '-0'], '-0 changes nothing. Use +1, +2 or -1, -2 and so on.'],
  [['down', '+1'], '+1 is the wrong direction: down takes -1, -2 and so on.'],
  [['down', '-3'], `-3 is too far: 2 revision(s) applied: ${FILL}, ${MAKE}.`],
  [['down', 'head'], 'down cannot reach head. To apply everything: up head'],
  [['down', 'Count'], `${COUNT} is not applied. To apply it: up ${COUNT}`],
];

eachDatabase('An invalid target', (database) => {
  beforeEach(async () => migrateUp(await database().connect(shelves('made')), { target: FILL }));

  it('up and down exit with 64 for an unknown, ambiguous, zero, too distant or opposite target', async () => {
    const before = await databaseState(database().target);
    for (const [args, words] of TARGETS)
      for (const plan of [[], ['--plan']])
        expect({ args, ...(await runShelves('made', database().url, ...args, ...plan)) }).to.deep.equal({
          args,
          code: 64,
          stdout: '',
          stderr: `error: ${words}\n`,
        });
    expect(await databaseState(database().target)).to.deep.equal(before);
  });

  it('up and down report an invalid target as a document too, in a separate process', async () => {
    const answer = await runShelvesProcess('made', database().url, 'down', '-3', '--json');
    const message = `-3 is too far: 2 revision(s) applied: ${FILL}, ${MAKE}.`;
    expect({ code: answer.code, stderr: answer.stderr }).to.deep.equal({
      code: 64,
      stderr: `error: ${message}\n`,
    });
    expect(documentOf(answer)).to.deep.include({ status: 'failed', error: { code: 'USAGE', message } });
  });
});

describe('An invalid command line', () => {
  const CASES: readonly (readonly [args: readonly string[], words: string])[] = [
    [['up', '--dialect', 'postgres'], '--dialect requires --sql'],
    [['up', '--plan', '--sql'], '--plan reads the database, --sql does not: pass only one of them'],
    [['up', 'a', 'b'], "too many arguments for 'up'. Expected 1 argument but got 2."],
    [['stamp'], "missing required argument 'target'"],
    [
      ['up', '--sql', '--dialect', 'mysql'],
      "option '--dialect <dialect>' argument 'mysql' is invalid. Allowed choices are postgres, sqlite.",
    ],
    [
      ['up', '--lock-wait', 'soon'],
      "option '--lock-wait <seconds>' argument 'soon' is invalid. Use a whole number of seconds, up to 99999.",
    ],
    [
      ['down', '--lock-timeout', 'none'],
      "option '--lock-timeout <seconds>' argument 'none' is invalid. Use a number of seconds, 0.5 for example, up to 99999.",
    ],
    [
      ['up', '--statement-timeout', '1s'],
      "option '--statement-timeout <seconds>' argument '1s' is invalid. Use a number of seconds, 0.5 for example, up to 99999.",
    ],
  ];
  for (const [args, words] of CASES)
    it(`The command line exits with 64 before it connects: ${args.join(' ')}`, async () => {
      expect(await runShelves('made', NOWHERE, ...args)).to.deep.equal({
        code: 64,
        stdout: '',
        stderr: `error: ${words}\n`,
      });
    });
});

describe('Revisions without a linear order', () => {
  const COMMANDS = [
    ['up'],
    ['up', '--plan'],
    ['up', '--sql'],
    ['down'],
    ['status'],
    ['history'],
    ['stamp', 'head'],
  ];
  const expectRefused = async (contents: Parameters<typeof runCommandHere>[0], words: string) => {
    for (const args of COMMANDS)
      expect({ args, ...(await runCommandHere(contents, NOWHERE, args)) }).to.deep.equal({
        args,
        code: 1,
        stdout: '',
        stderr: `error: ${words}\n`,
      });
  };

  it('A run refuses two revisions with one stamp before it connects, and names them', () =>
    expectRefused(
      shelves('sameStamp'),
      `Other1800000000410: has the same stamp as ${MAKE}. Stamps define the order, so each revision needs its own. ` +
        'Look at 1800000000410-MakeShelves and 1800000000410-Other.',
    ));

  it('A run refuses two revisions with one class name before it connects, and names them', () =>
    expectRefused(
      shelves('sameName'),
      `${MAKE}: is listed twice. Stamps define the order, so each revision needs its own. Look at 1800000000410-MakeShelves.`,
    ));

  it('A run refuses a revision without a stamp before it connects, and names it', () =>
    expectRefused(
      shelves('noStamp'),
      'AddBoxes: the name of a migration class must end in a 13-digit stamp, AddBoxes1764000000000 for example.',
    ));

  it('A run refuses a file that is not in the index before it connects, and names it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-unlisted-'));
    try {
      for (const file of [
        '1800000000410-MakeShelves.ts',
        '1800000000499-Forgotten.ts',
        'index.ts',
        'notes.md',
      ])
        await writeFile(join(folder, file), '');
      await expectRefused(
        { ...shelves('made'), migrationsFolder: folder },
        `${join(folder, '1800000000499-Forgotten.ts')}: not in the list of migrations (index.ts), so it never runs. ` +
          'Add the class to the list. Delete the file only if no database has applied it.',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

onDatabase('postgres', 'A role that may not create tables', (database) => {
  it('up exits with 1 for a role that may not create tables, and shows the GRANT statement', async () => {
    const target = postgresTargetOf({ ...database(), copy: unused, remove: unused });
    const role = `modest_${target.database.slice(-16)}`;
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'modest'`);
    try {
      const url = urlOf({ ...target, user: role, password: 'modest' });
      const message =
        `The role ${role} may not create tables in the schema "public". Nothing was changed. ` +
        `Migrate as the role that owns the tables, or ask an owner to run: GRANT CREATE, USAGE ON SCHEMA "public" TO ${role};`;
      const before = await databaseState(target);
      await (await database().connect(shelves('made'))).query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
      expect(await runShelves('made', url, 'up')).to.deep.equal({
        code: 1,
        stdout: '',
        stderr: `error: ${message}\n`,
      });
      expect(await databaseState(target)).to.deep.equal(before);
      await (await database().connect(shelves('made'))).query(message.slice(message.indexOf('GRANT')));
      expect((await runShelves('made', url, 'up')).code).to.equal(0);
    } finally {
      await (await database().connect(shelves('made'))).query(`DROP OWNED BY ${role}`);
      await onServer(`DROP ROLE ${role}`);
    }
  });
});

function unused(): never {
  throw new Error('Nothing here asks for this.');
}
