import { ENTITY_RULES, SESSION_RULES } from '../../../../src/lint/verified-revisions.js';
import { lint } from '../../../../src/lint/lint.js';
import { revisionClass } from '../../../../src/generate/write/revision-class.js';
import type { History } from './run.js';

/**
 * What lint finds in the history of a pair: in what the generator wrote, nothing at all; in the same statements without
 * a proof, which then run under the settings of the session, nothing but what the entities declare and what depends on these.
 */
export async function findingsIn({ first, next, generated }: History): Promise<readonly string[]> {
  const unproved = generated.revisions.map(({ id, part }) => revisionClass(id, part));
  const entities = (rule: string) => [...ENTITY_RULES, ...SESSION_RULES].some((one) => one === rule);
  return [
    ...(await linted([...first, ...next])),
    ...(await linted([...first, ...unproved])).filter((words) => !entities(words.split(' ')[0] ?? '')),
  ];
}

async function linted(classes: History['first']): Promise<readonly string[]> {
  const { findings } = await lint(classes.map((Migration) => new Migration()));
  return findings.map(
    ({ rule, revision, dialect, direction, statement, message }) =>
      `${rule} ${revision} ${dialect} ${direction} ${statement}: ${message}`,
  );
}
