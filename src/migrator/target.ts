import { UsageError } from '../errors/base.js';
import { suggest } from './suggest.js';

/** The target of a run, as written. */
export type Target =
  | { readonly kind: 'head' }
  | { readonly kind: 'base' }
  /** So many revisions from here; negative is down. */
  | { readonly kind: 'relative'; readonly by: number }
  /** An id, or a part of one. */
  | { readonly kind: 'name'; readonly name: string };

/**
 * Understands `head`, `base`, `+2`, `-1`, and an id or an unambiguous part of one.
 *
 * @throws UsageError for +0 and -0, for nothing, and for a range
 */
export function parseTarget(text: string): Target {
  if (text === '') throw new UsageError('The target is empty. Use head, base, a revision, +1 or -1.');
  if (text.includes('..'))
    throw new UsageError(
      `${text}: a range requires --sql. For a database, use its end: ${text.split('..').at(-1) || 'head'}`,
    );
  if (text === 'head' || text === 'base') return { kind: text };
  if (!/^[+-]\d+$/.test(text)) return { kind: 'name', name: text };
  const by = Number(text);
  if (by === 0) throw new UsageError(`${text} changes nothing. Use +1, +2 or -1, -2 and so on.`);
  return { kind: 'relative', by };
}

/** The target as written. */
export function targetWords(target: Target): string {
  if (target.kind === 'relative') return target.by > 0 ? `+${target.by}` : String(target.by);
  return target.kind === 'name' ? target.name : target.kind;
}

/** Ids that another revision replaces, each with that revision. */
type ReplacedBy = ReadonlyMap<string, string>;

/**
 * The one id that a name means, see `namedIds`.
 *
 * @throws UsageError naming the matches, or ids like it; the revision in its place where it is replaced
 */
export function resolveName(
  name: string,
  ids: readonly string[],
  replacedBy: ReplacedBy = new Map(),
): string {
  const [only, ...others] = namedIds(name, ids, replacedBy);
  if (only !== undefined && others.length === 0) return only;
  throw new UsageError(
    `"${name}" matches several revisions: ${[only, ...others].join(', ')}. Use a longer part of the name.`,
  );
}

/**
 * The ids that a name means: that id itself; or those whose name without the stamp it is; or all that have it in them.
 * Capitals do not matter.
 *
 * @throws UsageError where there are none, naming ids like it
 */
export function namedIds(
  name: string,
  ids: readonly string[],
  replacedBy: ReplacedBy = new Map(),
): readonly string[] {
  if (ids.includes(name)) return [name];
  const wanted = name.toLowerCase();
  const isMatch = (id: string) => id.toLowerCase().includes(wanted);
  // The last revision of a group has the name that the names of the others begin with.
  const whole = ids.filter((id) => id.replace(/\d+$/, '').toLowerCase() === wanted);
  const matches = whole.length > 0 ? whole : ids.filter(isMatch);
  if (matches.length > 0) return matches;
  const replaced = [...replacedBy].find(([id]) => isMatch(id));
  if (replaced)
    throw new UsageError(
      `${replaced[0]} is a part of ${replaced[1]}, which replaces it. Use ${replaced[1]}.`,
    );
  throw new UsageError(`There is no revision "${name}". ${hintFor(name, ids)}`);
}

function hintFor(name: string, ids: readonly string[]): string {
  const near = suggest(name, ids);
  if (ids.length === 0) return 'The history is empty.';
  return near.length > 0
    ? `Did you mean ${near.join(', ').replace(/, ([^,]+)$/, ' or $1')}?`
    : 'To list all revisions: npm run -s db:status';
}
