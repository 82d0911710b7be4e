/** Major versions of PostgreSQL on which the corpus runs. */
export const MAJORS = [14, 18] as const;

/** One of them. */
export type Major = (typeof MAJORS)[number];

/** A statement of the corpus: what is there before, and what about lint is known to be as it is. */
export interface CorpusCase {
  readonly statement: string;
  /** What earlier revisions did besides the tables of the world. */
  readonly given?: readonly string[];
  /** The majors to which it applies; default: all. */
  readonly on?: readonly Major[];
  /** Whether it runs outside a transaction. */
  readonly outside?: true;
  /** Why lint reports nothing, though the server locks, reads or loses something. */
  readonly silent?: string;
  /** Why lint reports it, though the server does less; on these majors. */
  readonly less?: { readonly on: readonly Major[]; readonly reason: string };
  /** Why the catalog differs after the advice. */
  readonly differs?: string;
  /** What only the author knows, in the place of words in angle brackets. */
  readonly filled?: Readonly<Record<string, string>>;
}

/** The server changes its catalog alone. */
export const CATALOG =
  'It changes the catalog alone: the lock lasts for milliseconds, and the migrator bounds the wait for it.';

/** Each finding is about one command of a statement with several. */
export const ONE_COMMAND = 'The advice is about one command of the statement.';

/** Names of what a server makes for each partition. */
export const PARTS = 'The server gives the parts of the partitions other names.';

/** A statement that says which rows it deletes. */
export const NAMED_ROWS = 'The statement says which rows it deletes.';

/** The author asks for the lock. */
export const ASKED = 'The statement asks for nothing but this lock.';

/** A trigger, a rule or a policy is a row of the catalog, but writers wait for it. */
export const TRIGGER =
  'It writes a row of the catalog: writers wait for milliseconds, and the migrator bounds the wait for the lock.';

/** Cases that have one reason in common. */
export function silent(reason: string, ...statements: readonly string[]): readonly CorpusCase[] {
  return statements.map((statement) => ({ statement, silent: reason }));
}

/** Cases about which nothing else has to be said. */
export function plain(...statements: readonly string[]): readonly CorpusCase[] {
  return statements.map((statement) => ({ statement }));
}

/** The same for one major. */
export function on(major: Major, cases: readonly CorpusCase[]): readonly CorpusCase[] {
  return cases.map((one) => ({ ...one, on: [major] }));
}
