/** Longest name of a revision: the stamp and the purpose of a part of the group have to fit into a file name beside it. */
const LONGEST = 100;

/** How much of a name that is too long a message shows. */
const SHOWN = 20;

/**
 * What is wrong with the name of a revision, as a sentence; undefined where a class can have it. Its stamp follows it, so
 * it does not end in a digit.
 */
export function nameProblem(name: string): string | undefined {
  if (name.length > LONGEST)
    return `"${name.slice(0, SHOWN)}...": the name of a revision has at most ${LONGEST} characters; this one has ${name.length}.`;
  if (!/^[A-Z](?:[A-Za-z0-9]*[A-Za-z])?$/.test(name))
    return `"${name}": the name of a revision is in PascalCase and does not end in a digit.`;
  return undefined;
}
