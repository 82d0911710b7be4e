import { expect } from 'chai';
import { acceptedPlace } from '../support/accepted-file.js';
import { petEntities } from '../support/pet-entities.js';
import { documentOf, NOWHERE, runCommandHere } from '../support/run-shelves.js';

const EXAMPLE = '--accept --reason "named by hand in 2021"';

describe('The command check with accepted differences that are wrong', () => {
  const place = acceptedPlace();
  const run = (command: string, ...args: readonly string[]) =>
    runCommandHere({ entities: [], migrations: [] }, NOWHERE, [command, ...args]);

  for (const [args, words] of [
    [['--accept'], `--accept requires a reason, for the person who reads the file later: ${EXAMPLE}`],
    [
      ['--accept', '--reason', ' '],
      `--accept requires a reason, for the person who reads the file later: ${EXAMPLE}`,
    ],
    [['--reason', 'kept'], `--reason belongs to --accept: ${EXAMPLE}`],
    [
      ['--accepted', 'nowhere.json'],
      'nowhere.json: the file does not exist. check --accept creates it; a relative path starts at the working directory.',
    ],
    [
      ['--prune', '--accepted', 'nowhere.json'],
      'nowhere.json: the file does not exist. check --accept creates it; a relative path starts at the working directory.',
    ],
  ] as const)
    it(`check ${args.join(' ')} exits with 64 before it connects`, async () => {
      expect(await run('check', ...args)).to.deep.equal({
        code: 64,
        stdout: '',
        stderr: `error: ${words}\n`,
      });
    });

  it('check, init and stamp exit with 64 and name the entry of a file that was edited wrongly', async () => {
    const entry = { dialect: 'sqlite', kind: 'drop-column', table: 'jobs', object: 'extra', desired: null };
    await place().put({ version: 1, accepted: [{ ...entry, live: {} }] });
    const words = `${place().path}: accepted[0].reason is missing, in the entry for drop-column jobs.extra. It accepts nothing until it is corrected. Correct it, or restore it from version control.`;
    const file = ['--accepted', place().path];
    for (const args of [
      ['check'],
      ['check', '--accept', '--reason', 'kept'],
      ['init', '--env', 'production'],
    ])
      expect(await run(args[0] ?? '', ...args.slice(1), ...file)).to.deep.equal({
        code: 64,
        stdout: '',
        stderr: `error: ${words}\n`,
      });
    expect(documentOf(await run('check', '--json', ...file))).to.deep.equal({
      status: 'failed',
      error: { code: 'ACCEPTED_DRIFT_INVALID', message: words },
    });
    const before = await place().text();
    const memory = {
      entities: [],
      migrations: [
        class First1700000000000 {
          up = () => Promise.resolve();
          down = () => Promise.resolve();
        },
      ],
    };
    const stamped = await runCommandHere(memory, `sqlite:${place().folder}/a.db`, ['stamp', 'head', ...file]);
    expect([stamped.code, stamped.stderr]).to.deep.equal([64, `error: ${words}\n`]);
    expect(await place().text()).to.equal(before);
  });

  it('check --accept exits with 64 where the file cannot be written', async () => {
    const path = `${place().folder}/missing/accepted.json`;
    const database = `sqlite:${place().folder}/a.db`;
    await runCommandHere({ entities: [], migrations: [] }, database, ['up']);
    const { code, stderr } = await runCommandHere({ entities: petEntities(), migrations: [] }, database, [
      ...['check', '--accept', 'pets', 'owners', '--reason', 'kept', '--accepted', path],
    ]);
    expect([code, stderr]).to.deep.equal([
      64,
      `error: ${path}: the file cannot be written: ENOENT: no such file or directory, open '${path}.next'. Nothing was accepted.\n`,
    ]);
  });
});
