/** Which revision made an object, as far as their texts show. No class is run for that. */

import { literalPattern } from '../text/pattern.js';
import { withFormerNames } from './former-names.js';
import { proofIn } from './proof-checksum.js';
import { statementsOf, type KnownRevision } from './revision.js';

/**
 * The oldest revision whose `up` mentions a name, in its statements or, of a class written by hand, in its source. A
 * generated one may mention what it only creates again.
 */
export function firstMention(
  revisions: readonly KnownRevision[],
  dialect: string,
  name: string,
): KnownRevision | undefined {
  const mention = mentionOf(name);
  return revisions.find((revision) => textsOf(revision, dialect).some((text) => mention.test(text)));
}

/**
 * Whether a statement of a revision written by hand has a name and words of SQL. It has the name that the object had
 * then: later revisions may have renamed it.
 */
export function isMentionedByHand(
  revisions: readonly KnownRevision[],
  dialect: string,
  words: MentionedWords,
): boolean {
  return isMentionedIn({ revisions, dialect, by: isByHand }, words);
}

/** The same of all revisions: for words that the generator only keeps. */
export function isMentioned(
  revisions: readonly KnownRevision[],
  dialect: string,
  words: MentionedWords,
): boolean {
  return isMentionedIn({ revisions, dialect, by: () => true }, words);
}

/** Statements that may have a mention. */
interface Searched {
  readonly revisions: readonly KnownRevision[];
  readonly dialect: string;
  readonly by: (revision: KnownRevision) => boolean;
}

function isMentionedIn({ revisions, dialect, by }: Searched, [name, ...words]: MentionedWords): boolean {
  const wanted = words.map(mentionOf);
  let names: readonly string[] = [name];
  return [...revisions].reverse().some((revision) =>
    [...textsOf(revision, dialect)].reverse().some((text) => {
      names = withFormerNames(names, text);
      const isNamed = () => names.some((one) => mentionOf(one).test(text));
      return by(revision) && wanted.every((one) => one.test(text)) && isNamed();
    }),
  );
}

/** The name of an object, and words of SQL. */
export type MentionedWords = readonly [name: string, ...words: string[]];

function mentionOf(name: string): RegExp {
  return new RegExp(`(?<![\\w$])${literalPattern(name.replaceAll('"', '""'))}(?![\\w$])`, 'i');
}

/** Tells whether a text has each of some names and words, wherever they stand. */
export function naming(words: readonly string[]): (text: string) => boolean {
  const mentions = words.map(mentionOf);
  return (text) => mentions.every((mention) => mention.test(text));
}

/** The statements of `up`; of a class written by hand, its source. */
export function textsOf(revision: KnownRevision, dialect: string): readonly string[] {
  const { up } = revision.migration as unknown as Readonly<Record<'up', unknown>>;
  return statementsOf(revision, dialect, 'up') ?? [String(up)];
}

/** Whether a revision was written by hand, as far as it shows: the generator leaves a proof in its own. */
export function isByHand({ migration }: KnownRevision): boolean {
  return proofIn(migration) === '';
}

/** Names that TypeORM gives to what decorators declare without a name. */
const GIVEN_BY_TYPEORM = /^(?:IDX|UQ|REL|CHK|XCL|FK)_[0-9a-f]{26,27}$/;

/** Whether a name is one that TypeORM gives, so that a decorator may have declared the object. */
export function isGivenByTypeorm(name: string): boolean {
  return GIVEN_BY_TYPEORM.test(name);
}
