/** Makes one revision of several, and proves on scratch databases that both lead to the same schema. Writes nothing. */

import type { DataSource, MigrationInterface } from 'typeorm';
import { databaseNamed, DATABASES, type DialectName } from '../../databases/registry.js';
import { databaseWords, GenerateError } from '../../errors/base.js';
import { GenerateAbortedError } from '../../errors/generate.js';
import { RevisionFailedError } from '../../errors/migration.js';
import { SquashRefusedError, type SquashProblem } from '../../errors/replaced.js';
import { loadRevisions } from '../../migrator/load-revisions.js';
import { proofIn } from '../../migrator/proof-checksum.js';
import { replacesIn, type Replaced } from '../../migrator/replaced.js';
import type { KnownRevision, Revision } from '../../migrator/revision.js';
import { withScratchDatabases, type ScratchDatabases } from '../../scratch/scratch-databases.js';
import type { ScratchSources } from '../../scratch/scratch-sources.js';
import type { ScratchSettings } from '../../settings.js';
import type { RevisionPart } from '../plan/revision-part.js';
import { proofOf, revisionClass } from '../write/revision-class.js';
import { newLocks, type NewLocks } from './locks.js';
import { isProblem, listsIn, originOf, squashedPart, textsOf, type RevisionTexts } from './part.js';
import { squashRange, type SquashRange } from './range.js';
import { compareWalks, walk, type Walk } from './walk.js';

/** What to squash. */
interface SquashRequest {
  /** The project; it stays unconnected. */
  readonly dataSource: DataSource;
  readonly sources: ScratchSources;
  readonly settings: ScratchSettings;
  /** `A..B`, both included. */
  readonly range: string;
  /** PascalCase, without the stamp; default `Squash` and the name of the first revision, at most 26 characters. */
  readonly name: string | undefined;
  /** Whether statements may lock tables for longer than they did in several revisions. */
  readonly allowLocks: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** One revision in the place of several, proved and not written yet. */
export interface Squashed {
  readonly id: string;
  readonly name: string;
  readonly stamp: number;
  readonly part: Omit<RevisionPart, 'suffix'>;
  readonly replaces: readonly Replaced[];
  /** Those of the project, and those that each replaced revision has lists for. */
  readonly dialects: readonly DialectName[];
  /** Undefined where a replaced revision has none: its statements run with the settings of the session. */
  readonly proof: string | undefined;
  /** The revisions in whose place it stands. */
  readonly revisions: readonly KnownRevision[];
  /** Whether it is at head now. */
  readonly isNewest: boolean;
  readonly warnings: readonly string[];
}

/**
 * @throws SquashRefusedError naming the revisions that cannot become part of one
 * @throws UsageError, GenerateError, GenerateAbortedError, ScratchDatabaseError
 */
export async function squash(request: SquashRequest): Promise<Squashed> {
  const { dataSource, settings, sources, signal } = request;
  const revisions = await loadRevisions(dataSource);
  const range = squashRange(request.range, revisions);
  const known = revisions.map(({ migration }) => migration);
  const name = request.name ?? defaultName(range);
  try {
    return await withScratchDatabases({ settings, sources, signal }, (databases) =>
      squashOn(databases, { ...request, range, name, known }),
    );
  } catch (error) {
    throw signal?.aborted ? new GenerateAbortedError() : error;
  }
}

/** Class names stay below 40 characters, the stamp included. */
const LONGEST = 26;

function defaultName({ revisions: [first] }: SquashRange): string {
  const { id = '', stamp = 0 } = first ?? {};
  return `Squash${id.slice(0, -String(stamp).length)}`.slice(0, LONGEST).replace(/\d+$/, '');
}

interface Given extends Omit<SquashRequest, 'range' | 'name'> {
  readonly range: SquashRange;
  readonly name: string;
  /** All of the project. */
  readonly known: readonly MigrationInterface[];
}

async function squashOn(databases: ScratchDatabases, given: Given): Promise<Squashed> {
  const { range, name, signal } = given;
  const { revisions, isNewest } = range;
  const stamp = Math.max(...revisions.map((one) => one.stamp));
  const id = `${name}${stamp}`;
  const texts = await allTexts(databases, revisions);
  const dialects = DATABASES.map((one) => one.name).filter((dialect) => isWhole(texts, dialect));
  const replaces = revisions.map(replacedOf);
  const made = (locks?: NewLocks) => {
    const part = squashedPart(revisions, locks?.texts ?? texts, locks?.allowed);
    const proof = isGenerated(revisions) ? proofOf([part]) : undefined;
    return { part, proof, Class: revisionClass(id, part, { ...(proof ? { proof } : {}), replaces }) };
  };
  const locks = await newLocks(given.known, made().Class, {
    revisions,
    texts,
    isProved: isGenerated(revisions),
  });
  if (locks.problems.length > 0 && !given.allowLocks)
    throw new SquashRefusedError(locks.problems, locks.isOfSettings ? ALLOW_SETTINGS : ALLOW_LOCKS);
  const { part, proof, Class } = made(locks);
  const warnings: string[] = [];
  for (const dialect of databases.dialects)
    warnings.push(...(await prove(databases, dialect, { range, texts, Class, signal })));
  warnings.push(...revisions.flatMap(limitWords));
  return { id, name, stamp, part, replaces, dialects, proof, revisions, isNewest, warnings };
}

const ALLOW_SETTINGS =
  'Generated revisions run with settings of their own, a time zone for example. The one revision does not, because one of them is written by hand. ' +
  'Choose a range of generated revisions alone, or accept that and longer locks: --allow-locks';

const ALLOW_LOCKS =
  'They ran one by one, and the one revision is one transaction: on a database that has none of them, it holds these locks longer. ' +
  'Choose a range that also creates the table, or accept that: --allow-locks';

function replacedOf({ id, migration }: KnownRevision): Replaced {
  const replaces = replacesIn(migration);
  return replaces.length === 0 ? id : { id, replaces };
}

/** What was generated runs with settings of its own. */
function isGenerated(revisions: readonly KnownRevision[]): boolean {
  return revisions.every(({ migration }) => proofIn(migration) !== '');
}

function limitWords({ id, migration }: KnownRevision): readonly string[] {
  const limits = (['lockTimeoutMs', 'statementTimeoutMs'] as const).filter(
    (limit) => migration[limit] !== undefined,
  );
  return limits.map(
    (limit) => `${id}: sets ${limit}, which the one revision does not have. Add it if it needs it`,
  );
}

/** Whether every revision has texts for the dialect. */
function isWhole(texts: ReadonlyMap<string, RevisionTexts>, dialect: DialectName): boolean {
  return [...texts.values()].every((one) => one[dialect] !== undefined);
}

/**
 * By the id of the revision. A dialect that the project does not have keeps its lists, which nothing proves, if each of
 * them has some.
 */
async function allTexts(
  databases: ScratchDatabases,
  revisions: readonly KnownRevision[],
): Promise<ReadonlyMap<string, RevisionTexts>> {
  const all = new Map<string, RevisionTexts>(revisions.map((revision) => [revision.id, listsIn(revision)]));
  const problems: SquashProblem[] = [];
  for (const dialect of databases.dialects)
    await databases.lend(dialect, [], async (dataSource) => {
      const own = await loadRevisions(dataSource);
      for (const { id } of revisions) {
        const revision = own.find((one) => one.id === id);
        const texts = revision ? await textsOf(dataSource, revision) : { up: [], down: [] };
        if (isProblem(texts)) problems.push(texts);
        else all.set(id, { ...all.get(id), [dialect]: texts });
      }
    });
  const named = [...new Map(problems.map((one) => [`${one.revision} ${one.problem}`, one])).values()];
  if (named.length > 0)
    throw new SquashRefusedError(
      named,
      named.some(({ isByHand }) => isByHand)
        ? 'Choose a range without them, or declare their statements as lists (class ... extends Revision).'
        : 'Choose a range without them.',
    );
  const whole = DATABASES.map(({ name }) => name).filter((dialect) => isWhole(all, dialect));
  return new Map([...all].map(([id, one]) => [id, pick(one, whole)]));
}

function pick(texts: RevisionTexts, dialects: readonly DialectName[]): RevisionTexts {
  return Object.fromEntries(dialects.map((dialect) => [dialect, texts[dialect]]));
}

interface Proving {
  readonly range: SquashRange;
  readonly texts: ReadonlyMap<string, RevisionTexts>;
  readonly Class: new () => Revision;
  readonly signal: AbortSignal | undefined;
}

/** Takes two databases to the end of the range, one by one and at once. @returns warnings */
async function prove(
  databases: ScratchDatabases,
  dialect: DialectName,
  { range, texts, Class, signal }: Proving,
): Promise<readonly string[]> {
  const { before, revisions } = range;
  const { title } = databaseNamed(dialect);
  const last = revisions.at(-1)?.id ?? '';
  const walked = (more: readonly (new () => Revision)[], to: string, isFilled: boolean) =>
    databases.lend(dialect, more, (dataSource) => walk(dataSource, { before, last: to, isFilled, signal }));
  const warnings: string[] = [];
  let isFilled = before !== null;
  let former = await walked([], last, isFilled);
  if (isFilled && !former.up) {
    warnings.push(
      `${title}: the revisions fail on test rows, so they are proved without rows: ${failureWords(former)}`,
    );
    isFilled = false;
    former = await walked([], last, isFilled);
  }
  if (!former.up)
    throw new GenerateError(
      `The revisions do not run on a scratch database (${title}). ${failureWords(former)}`,
    );
  const one = await walked([Class], Class.name, isFilled);
  if (former.failed)
    warnings.push(
      `${title}: the way down is not proved, since it fails in several revisions as well: ${failureWords(former)}`,
    );
  else if (one.failed) throw brokenAt(dialect, one, { revisions, texts });
  if (!one.up) throw brokenAt(dialect, one, { revisions, texts });
  const differences = compareWalks(former, one);
  if (differences.length > 0)
    throw new SquashRefusedError(
      differences.map((problem) => ({ revision: Class.name, problem: `${title}, ${problem}` })),
      'The one revision leads to another schema than the several. Choose a shorter range.',
    );
  return warnings;
}

/** The database names the statement that fails in one transaction; the revision is that which it comes from. */
function brokenAt(
  dialect: DialectName,
  { failed }: Walk,
  { revisions, texts }: Pick<Proving, 'texts'> & Pick<SquashRange, 'revisions'>,
): SquashRefusedError {
  const direction = failed?.step === 'down' ? 'down' : 'up';
  const statement = Math.max(failed?.statement ?? 1, 1);
  const { id } = originOf(revisions, texts, { dialect, direction, statement });
  return new SquashRefusedError(
    [
      {
        revision: id,
        problem: `${databaseNamed(dialect).title}, ${direction} in one transaction: ${reasonIn(failed?.error)}`,
      },
    ],
    'It runs alone, but not in one transaction with the others. Choose a range without it.',
  );
}

function failureWords({ failed }: Walk): string {
  const { error } = failed ?? {};
  const revision = error instanceof RevisionFailedError ? `${error.revision}: ` : '';
  return `${revision}${failed?.step === 'down' ? 'down' : 'up'}: ${reasonIn(error)}`;
}

function reasonIn(error: unknown): string {
  const words = databaseWords(error instanceof RevisionFailedError ? error.cause : error);
  return (words.split('\n')[0] ?? '').replace(/\.?$/, '.');
}
