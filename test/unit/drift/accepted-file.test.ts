import { expect } from 'chai';
import { chmod, mkdir } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { AcceptedDifference } from '../../../src/drift/accepted/accepted-difference.js';
import { acceptedText, loadAccepted, readAccepted } from '../../../src/drift/accepted/accepted-file.js';
import { AcceptedDriftInvalidError } from '../../../src/errors/accepted-drift.js';
import { acceptedPlace } from '../../support/accepted-file.js';

const ENTRY: AcceptedDifference = {
  dialect: 'postgres',
  kind: 'alter-column',
  table: 'jobs',
  object: 'id',
  aspect: 'default',
  desired: 'gen_random_uuid()',
  live: 'uuid_generate_v4()',
  reason: 'made by synchronize',
};
const NAME: AcceptedDifference = {
  ...ENTRY,
  kind: 'alter-primary-key',
  object: 'pk_jobs',
  aspect: 'name',
  desired: 'pk_jobs',
  live: 'PK_a1',
};
const RESTORE = 'It accepts nothing until it is corrected. Correct it, or restore it from version control.';
const OF = 'in the entry for alter-column jobs.id (default)';

function without(field: keyof AcceptedDifference): object {
  return Object.fromEntries(Object.entries(ENTRY).filter(([name]) => name !== field));
}

function file(...accepted: readonly unknown[]): object {
  return { version: 1, accepted };
}

/** A file that was edited wrongly, and the words after its name. */
const WRONG: readonly (readonly [title: string, content: string | object, words: string])[] = [
  ['is not JSON', '{"version": 1,', `the file is not JSON: ${problemOfJson('{"version": 1,')}. ${RESTORE}`],
  [
    'git could not merge',
    '{\n<<<<<<< HEAD\n"version": 1\n=======\n>>>>>>> other\n}',
    'two branches changed the file, and git could not merge it. Keep the entries of both.',
  ],
  [
    'has an unknown version',
    { version: 2, accepted: [], rules: [] },
    'its version is 2, and this version of orchestrator-db knows 1. Install the version of orchestrator-db that wrote it.',
  ],
  ['has no version', { accepted: [] }, `version is missing. ${RESTORE}`],
  [
    'is a list',
    [ENTRY],
    `the file must be an object with the fields version and accepted, not a list. ${RESTORE}`,
  ],
  ['is empty', 'null', `the file must be an object, not null. ${RESTORE}`],
  ['has no entries', { version: 1 }, `accepted is missing. ${RESTORE}`],
  ['has an unknown field', { ...file(), owner: 'ada' }, `owner is an unknown field. ${RESTORE}`],
  [
    'has an entry with an unknown field',
    file(NAME, { ...ENTRY, until: '2027' }),
    `accepted[1].until is an unknown field, ${OF}. ${RESTORE}`,
  ],
  [
    'has an entry without a reason',
    file(NAME, without('reason')),
    `accepted[1].reason is missing, ${OF}. ${RESTORE}`,
  ],
  [
    'has an entry with a blank reason',
    file({ ...ENTRY, reason: '  ' }),
    `accepted[0].reason must not be empty, ${OF}. ${RESTORE}`,
  ],
  ['has an entry without a value', file(without('live')), `accepted[0].live is missing, ${OF}. ${RESTORE}`],
  [
    'has an entry for an unknown kind of database',
    file({ ...ENTRY, dialect: 'mysql' }),
    `accepted[0].dialect must be ("postgres" | "sqlite"), not "mysql", ${OF}. ${RESTORE}`,
  ],
  [
    'has an entry that is a text',
    file('jobs.id'),
    `accepted[0] must be an object, not "jobs.id". ${RESTORE}`,
  ],
  [
    'has an entry twice',
    file(NAME, ENTRY, { ...ENTRY, reason: 'another reason' }),
    'accepted[1] and accepted[2] are the same difference, alter-column jobs.id (default). Remove one of them.',
  ],
];

/** Each version of Node has words of its own. */
function problemOfJson(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch (error) {
    return (error as Error).message;
  }
}

async function refusalOf(work: Promise<unknown>): Promise<AcceptedDriftInvalidError> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AcceptedDriftInvalidError) return error;
  throw new Error(`It was not refused: ${String(error)}`);
}

describe('The file of accepted differences', () => {
  const place = acceptedPlace();

  it('A mark of the encoding before the file of accepted differences is no part of it', async () => {
    await place().put(`\uFEFF${JSON.stringify(file(ENTRY))}`);
    expect((await readAccepted(place().path))?.entries).to.deep.equal([ENTRY]);
  });

  for (const [title, content, words] of WRONG)
    it(`The file of accepted differences is refused where it ${title}`, async () => {
      await place().put(content);
      const { message, code } = await refusalOf(readAccepted(place().path));
      expect([code, message]).to.deep.equal(['ACCEPTED_DRIFT_INVALID', `${place().path}: ${words}`]);
    });

  it('The file of accepted differences is refused where it is a folder', async () => {
    await mkdir(place().path);
    expect((await refusalOf(readAccepted(place().path))).message).to.equal(
      `${place().path}: the file cannot be read: EISDIR: illegal operation on a directory, read. Make it a readable file.`,
    );
    await chmod(place().path, 0o700);
  });

  it('A file that a program names must exist', async () => {
    expect((await refusalOf(loadAccepted('/nowhere/accepted.json'))).message).to.equal(
      '/nowhere/accepted.json: the file does not exist. check --accept creates it; a relative path starts at the working directory.',
    );
    expect(await readAccepted('/nowhere/accepted.json')).to.equal(undefined);
  });

  it('Accepted differences are read by path, by URL and from their content', async () => {
    await place().put(file(ENTRY));
    const { path } = place();
    const entries = [ENTRY];
    expect(await loadAccepted(path)).to.deep.equal({ file: path, entries });
    expect(await loadAccepted(pathToFileURL(path))).to.deep.equal({ file: path, entries });
    expect(await loadAccepted(file(ENTRY))).to.deep.equal({ file: 'accepted-drift.json', entries });
    const { message } = await refusalOf(loadAccepted({}));
    expect(message).to.equal(`accepted-drift.json: version is missing. ${RESTORE}`);
  });

  it('The same differences are the same text, whatever their order and that of their fields', async () => {
    const { reason, ...rest } = NAME;
    const text = acceptedText([ENTRY, NAME]);
    expect(acceptedText([{ reason, ...rest }, ENTRY])).to.equal(text);
    await place().put(text);
    expect((await readAccepted(place().path))?.entries).to.deep.equal([ENTRY, NAME]);
    expect(text.endsWith('}\n')).to.equal(true);
  });
});
