import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entities } from '../../src/entities/index.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { migrations } from '../../src/migrations/index.js';
import { onChain } from '../support/chain-database.js';
import { databaseState } from '../support/offline-state.js';
import { eachPair, expectEqual } from '../support/pair.js';
import {
  documentOf,
  NOWHERE,
  runCommandHere,
  runOwnProcess,
  runShelves,
  runShelvesProcess,
} from '../support/run-shelves.js';
import { runInShell } from '../support/shells.js';
import { COUNT, FILL, MAKE } from '../support/shelves.js';

const OWN = { entities, migrations };

eachPair('The script that the command prints', (pair, dialect) => {
  /** A database that does not exist, on a port without a server or in a folder that is not there. */
  const nowhere =
    dialect === 'postgres' ? NOWHERE : `sqlite:${join(tmpdir(), 'orchestrator-db-nowhere', 'a.db')}`;
  const other = dialect === 'postgres' ? 'sqlite:./nowhere/other.db' : NOWHERE;

  it('The script that the command prints is written without a database, and leaves what running online leaves, there and back', async () => {
    const { online, offline } = pair();
    const up = await runOwnProcess({ DATABASE_URL: nowhere }, 'up', '--sql');
    const down = await runOwnProcess({ DATABASE_URL: other }, 'down', 'base', '--sql', '--dialect', dialect);
    for (const { code, stderr } of [up, down])
      expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    await onChain(online, (dataSource) => migrateUp(dataSource), OWN);
    expect((await runInShell(offline.target, up.stdout)).code).to.equal(0);
    await expectEqual(pair());
    expect((await runCommandHere(OWN, offline.url, ['check'])).code).to.equal(0);
    expect((await runInShell(offline.target, down.stdout)).code).to.equal(0);
    expect((await runCommandHere(OWN, online.url, ['down', 'base'])).code).to.equal(0);
    await expectEqual(pair());
    expect([join(tmpdir(), 'orchestrator-db-nowhere'), './nowhere'].map(existsSync)).to.deep.equal([
      false,
      false,
    ]);
  });

  it('The script that the command prints leads from one revision to another, each written by a part of its name', async () => {
    const { online, offline } = pair();
    for (const range of [`base..${FILL}`, 'Fill..Count', 'CountS..']) {
      const { code, stdout } = await runShelves('made', nowhere, 'up', range, '--sql');
      expect(code).to.equal(0);
      expect((await runInShell(offline.target, stdout)).code).to.equal(0);
    }
    for (const target of [FILL, COUNT]) await runShelves('made', online.url, 'up', target);
    await expectEqual(pair());
    const back = await runShelves('made', nowhere, 'down', 'Count..Make', '--sql');
    expect((await runInShell(offline.target, back.stdout)).code).to.equal(0);
    await runShelves('made', online.url, 'down', MAKE);
    await expectEqual(pair());
  });

  it('The script that the command prints names its start, its end and the command that runs it', async () => {
    const program = { postgres: 'psql -X -v ON_ERROR_STOP=1', sqlite: 'sqlite3 -bail' }[dialect];
    for (const [args, words] of [
      [['up'], `up from base to ${COUNT}`],
      [['up', `${MAKE}..${FILL}`], `up from ${MAKE} to ${FILL}`],
      [['down', 'base'], `down from ${COUNT} to base`],
      [['down', `${FILL}..${MAKE}`], `down from ${FILL} to ${MAKE}`],
      [['down'], `down from ${COUNT} to ${FILL}`],
    ] as const) {
      const { stdout } = await runShelves('made', nowhere, ...args, '--sql');
      const header = stdout.split('\n').filter((line) => line.startsWith('-- '));
      expect(header[1]).to.contain(`-- It runs ${words}: `);
      expect(header[2]).to.contain(program);
    }
  });

  it('The script that the command prints is in one JSON document where that is asked for', async () => {
    const text = (await runShelves('made', nowhere, 'up', '--sql')).stdout;
    const { script } = documentOf(await runShelves('made', nowhere, 'up', '--sql', '--json')) as {
      readonly script: string;
    };
    expect(script.trimEnd()).to.equal(text.trimEnd());
  });

  const RANGES: readonly (readonly [args: readonly string[], words: string])[] = [
    [
      ['up', 'Fill..Make'],
      `${MAKE} is applied, and older than the current revision ${FILL}. To see what reverting to it would run: down ${MAKE} --plan`,
    ],
    [['down', 'Make..Fill'], `${FILL} is not applied. To apply it: up ${FILL}`],
    [['up', 'Nothing..Fill'], 'There is no revision "Nothing". To list all revisions: '],
    [['up', 'Make..Nothing'], 'There is no revision "Nothing". To list all revisions: '],
    [
      ['up', 'Shelves..Fill'],
      `"Shelves" matches several revisions: ${MAKE}, ${FILL}, ${COUNT}. Use a longer part of the name.`,
    ],
    [['up', '+0'], '+0 changes nothing. Use +1, +2 or -1, -2 and so on.'],
    [['up', 'Make..+0'], '+0 changes nothing. Use +1, +2 or -1, -2 and so on.'],
    [['up', '+9'], `+9 is too far: 3 `],
    [['up', '+1..Fill'], 'A script begins at base, head or a revision, not at +1'],
    [['up', 'base'], 'up cannot reach base. To see what reverting everything would run: down base --plan'],
    [['down', 'head'], 'down cannot reach head. To apply everything: up head'],
    [['up', 'Make..Fill..Count'], ''],
  ];
  for (const [args, words] of RANGES)
    it(`The script that the command prints is none for ${args.join(' ')}, which ends with 64`, async () => {
      const { code, stdout, stderr } = await runShelves('made', nowhere, ...args, '--sql');
      expect({ code, stdout }).to.deep.equal({ code: 64, stdout: '' });
      expect(stderr.startsWith(`error: ${words}`), stderr).to.equal(true);
    });

  it('The script that the command prints is none where a class written by hand reads: it is named, with the range behind it, and not a line is printed', async () => {
    const message = new RegExp(
      `^error: ${FILL}: written by hand, and its up cannot be recorded without a database: it reads the database: SELECT .*\\. ` +
        `No script was written\\. Declare its statements as lists \\(class \\.\\.\\. extends Revision\\), or run up ${FILL}, then write a script for the rest: up ${FILL}\\.\\.head --sql\\n$`,
    );
    const { code, stdout, stderr } = await runShelvesProcess('reading', nowhere, 'up', '--sql');
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: '' });
    expect(stderr).to.match(message);
    expect((await runShelves('reading', nowhere, 'up', 'Make', '--sql')).code).to.equal(0);
    expect((await runShelves('reading', nowhere, 'up', `${FILL}..head`, '--sql')).code).to.equal(0);
  });

  it('The script that the command prints changes nothing in the database that DATABASE_URL names', async () => {
    const { online } = pair();
    await runShelves('made', online.url, 'up', FILL);
    const before = await databaseState(online.target);
    for (const args of [['up'], ['down', 'base'], ['up', 'Fill..Count']])
      expect((await runShelves('made', online.url, ...args, '--sql')).code).to.equal(0);
    expect(await databaseState(online.target)).to.deep.equal(before);
  });
});
