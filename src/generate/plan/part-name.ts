/** Longest name of a part of a group, without its stamp: it is read in lists, in names of files and in the database. */
const LONGEST = 39;

/**
 * The name of a revision of a group. Where it would be too long, it loses words at its end, but for the first one after
 * the given name, which names the work.
 *
 * @param name as it was given
 * @param words of the work and its subject
 */
function partName(name: string, words: string): string {
  if (words === '') return name;
  const [work = '', ...more] = words.split(/(?=[A-Z])/);
  const names = [...more.keys(), more.length].map(
    (count) => `${name}${work}${more.slice(0, count).join('')}`,
  );
  const [shortest = ''] = names;
  return beforeStamp(names.findLast((one) => beforeStamp(one).length <= LONGEST) ?? shortest);
}

/** The names of the parts of a group. One that an earlier part has gets a letter, so that each is a target alone. */
export function partNames(name: string, suffixes: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return suffixes.map((words) => {
    const own = partName(name, words);
    let free = own;
    for (let letter = 'B'.charCodeAt(0); taken.has(free); letter += 1)
      free = `${own}${String.fromCharCode(letter)}`;
    taken.add(free);
    return free;
  });
}

/** A class name ends in its stamp, so nothing before that may be a digit. */
function beforeStamp(name: string): string {
  return /\d$/.test(name) ? `${name}_` : name;
}
