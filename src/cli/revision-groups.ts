/** Several revisions of one change, as one. */
export interface RevisionGroup {
  /** Of which the others have the name, and more; the only one in most cases. */
  readonly id: string;
  /** In the order of the history. */
  readonly ids: readonly string[];
}

const STAMP = /\d+$/;

/**
 * Puts together what `generate` has written at once: revisions whose stamps follow one another, where the name of one is
 * the beginning of the others.
 *
 * @param ids oldest first
 * @param isAlike whether two may be shown as one; default always
 */
export function revisionGroups(
  ids: readonly string[],
  isAlike: (one: string, other: string) => boolean = () => true,
): readonly RevisionGroup[] {
  const groups: RevisionGroup[] = [];
  for (const id of ids) {
    const last = groups.at(-1);
    const joined = last && isAlike(last.id, id) ? joinedWith(last, id) : undefined;
    if (joined) groups.splice(-1, 1, joined);
    else groups.push({ id, ids: [id] });
  }
  return groups;
}

function joinedWith({ id, ids }: RevisionGroup, next: string): RevisionGroup | undefined {
  if (stampOf(next) !== stampOf(ids.at(-1) ?? '') + 1) return undefined;
  const [one, other] = [nameOf(id), nameOf(next)];
  if (other.startsWith(one)) return { id, ids: [...ids, next] };
  return one.startsWith(other) ? { id: next, ids: [...ids, next] } : undefined;
}

function nameOf(id: string): string {
  return id.replace(STAMP, '');
}

function stampOf(id: string): number {
  return Number(STAMP.exec(id)?.[0] ?? NaN);
}
