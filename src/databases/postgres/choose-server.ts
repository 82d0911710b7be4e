/** Which server of a list a connection leads to, as libpq chooses it. */

import { setTimeout as pause } from 'node:timers/promises';
import { ConnectError } from '../../errors/base.js';
import type { ServerAddress, ServerList, SessionAttributes } from '../../server-list.js';

/** The servers of a DataSource, in the options of its pool. */
export interface Listed {
  readonly list: ServerList;
  /** The URL for people to read, without a password. */
  readonly shown: string;
}

/** The same servers, of which the primary alone fits. */
export function primaryAlone({ list, shown }: Listed): Listed {
  return { list: { ...list, sessionAttributes: 'primary' }, shown };
}

/** The same servers for who writes: the primary, which must accept writes by default only where the URL says so. */
export function forWrites(listed: Listed): Listed {
  return listed.list.sessionAttributes === 'read-write' ? listed : primaryAlone(listed);
}

/** What a server says of itself, or why it says nothing. */
export type Answer = ServerAddress &
  (
    | {
        readonly isStandby: boolean;
        readonly isReadOnly: boolean;
        /** The same for two addresses of one server. */
        readonly identity: string;
      }
    | { readonly failure: string }
  );
type Answered = Exclude<Answer, { readonly failure: string }>;

/** How long the others are waited for once one is found that fits, milliseconds. */
const GRACE_MS = 500;

const FITS: Readonly<Record<SessionAttributes, (answer: Answered) => boolean>> = {
  any: () => true,
  'read-write': ({ isStandby, isReadOnly }) => !isStandby && !isReadOnly,
  'read-only': ({ isStandby, isReadOnly }) => isStandby || isReadOnly,
  primary: ({ isStandby }) => !isStandby,
  standby: ({ isStandby }) => isStandby,
  'prefer-standby': ({ isStandby }) => isStandby,
};

/** Two of these have no common history from some moment on, so neither is written to. */
const OF_ONE: readonly SessionAttributes[] = ['read-write', 'primary'];

/**
 * The server to connect to. All are asked at once; of those that fit, the first of the list is taken, and a server that
 * does not answer holds nobody up for longer than 0.5 s once another one fits.
 *
 * @param ask gives what one server says; it does not throw
 * @throws ConnectError naming each server and what it says, where none fits, or where two are primaries
 */
export async function chooseServer(
  { list, shown }: Listed,
  ask: (server: ServerAddress) => Promise<Answer>,
): Promise<ServerAddress> {
  const servers = list.isBalanced ? shuffled(list.servers) : list.servers;
  const answers = await answersOf(servers.map(ask), list.sessionAttributes);
  const fitting = distinct(answers.filter((answer) => fits(answer, list.sessionAttributes)));
  if (fitting.length > 1 && OF_ONE.includes(list.sessionAttributes))
    throw new ConnectError(shown, { reason: twoWords(fitting), transient: false });
  const chosen =
    fitting[0] ?? (list.sessionAttributes === 'prefer-standby' ? answers.find(hasAnswered) : undefined);
  if (chosen !== undefined) return chosen;
  throw new ConnectError(shown, { reason: noneWords(list.sessionAttributes, answers), transient: true });
}

/**
 * The same for several lists: a later one is used where no server of an earlier one fits.
 *
 * @throws ConnectError about the first list
 */
export async function chooseInTurn(
  [list, ...others]: readonly [Listed, ...Listed[]],
  ask: (server: ServerAddress) => Promise<Answer>,
): Promise<ServerAddress> {
  try {
    return await chooseServer(list, ask);
  } catch (error) {
    for (const other of others) {
      const server = await chooseServer(other, ask).catch(() => undefined);
      if (server !== undefined) return server;
    }
    throw error;
  }
}

/** Those that have come, in the order of the list. */
async function answersOf(
  asked: readonly Promise<Answer>[],
  attributes: SessionAttributes,
): Promise<readonly Answer[]> {
  const come: (Answer | undefined)[] = asked.map(() => undefined);
  const all = Promise.all(asked.map(async (answer, index) => (come[index] = await answer)));
  const first = Promise.any(
    asked.map(async (answer) => {
      if (!fits(await answer, attributes)) throw new Error('another one');
    }),
  );
  await Promise.race([
    all,
    first.then(
      () => pause(GRACE_MS, undefined, { ref: false }),
      () => all,
    ),
  ]);
  return come.filter((answer) => answer !== undefined);
}

function fits(answer: Answer, attributes: SessionAttributes): answer is Answered {
  return hasAnswered(answer) && FITS[attributes](answer);
}

/** A server that the list has under two names counts once, under the first. */
function distinct(answers: readonly Answered[]): readonly Answered[] {
  const isFirst = ({ identity }: Answered, at: number) =>
    answers.findIndex((other) => other.identity === identity) === at;
  return answers.filter(isFirst);
}

function hasAnswered(answer: Answer): answer is Answered {
  return !('failure' in answer);
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, rank: Math.random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}

function twoWords(primaries: readonly ServerAddress[]): string {
  return (
    `${primaries.map(addressOf).join(' and ')} each say that they are the primary. ` +
    'Nothing is written to either: leave the right one alone in the URL, and end the other or make it a standby'
  );
}

function noneWords(attributes: SessionAttributes, answers: readonly Answer[]): string {
  const says = answers.map((answer) => `${addressOf(answer)} ${saysOf(answer)}`).join('; ');
  const what = attributes === 'any' ? 'answers' : `fits target_session_attrs=${attributes}`;
  const remedy = remedyOf(attributes, answers);
  return `no server of the list ${what}: ${says}${remedy === undefined ? '' : `. ${remedy}`}`;
}

/** Where nothing answers at all, what each server says is enough. */
function remedyOf(attributes: SessionAttributes, answers: readonly Answer[]): string | undefined {
  const hasPrimary = answers.some((answer) => fits(answer, 'primary'));
  if (OF_ONE.includes(attributes))
    return hasPrimary
      ? 'Set target_session_attrs=primary to use that primary all the same'
      : 'Start the primary, or promote a standby; then try again';
  return hasPrimary
    ? 'Add a standby to the list, or set target_session_attrs=prefer-standby to use the primary where there is none. To migrate, set DATABASE_URL without target_session_attrs'
    : undefined;
}

function saysOf(answer: Answer): string {
  if (!hasAnswered(answer)) return answer.failure;
  if (answer.isStandby) return 'is a standby';
  return answer.isReadOnly ? 'is a primary whose transactions are read-only by default' : 'is a primary';
}

function addressOf({ host, port }: ServerAddress): string {
  return `${host}:${port}`;
}
