/** Longest name of a revision: the stamp and the purpose of a part of the group also have to fit into a file name. */
const LONGEST = 100;

/** How much of a name that is too long a message shows. */
const SHOWN = 20;

/**
 * The rule that the name of a revision breaks, as a sentence; undefined where a class can have the name. The stamp
 * follows the name, so the name does not end with a digit.
 */
export function nameProblem(name: string): string | undefined {
  const rule = brokenRule(name);
  return rule && `"${name.length > LONGEST ? `${name.slice(0, SHOWN)}...` : name}": ${rule}`;
}

function brokenRule(name: string): string | undefined {
  if (name === '') return 'a revision needs a name.';
  if (name.length > LONGEST)
    return `a revision name has at most ${LONGEST} characters; this one has ${name.length}.`;
  const [foreign] = /[^A-Za-z0-9]/u.exec(name) ?? [];
  if (foreign !== undefined)
    return `a revision name contains only the letters A to Z, a to z and digits, not "${foreign}".`;
  if (!/^[A-Z]/.test(name)) return 'a revision name starts with an uppercase letter.';
  if (/\d$/.test(name)) return 'a revision name does not end with a digit, because its stamp follows it.';
  return undefined;
}
