import { ENTITY_RULES, SESSION_RULES } from '../../../../src/lint/verified-revisions.js';
import { lint } from '../../../../src/lint/lint.js';
import { revisionClass } from '../../../../src/generate/write/revision-class.js';
import type { History } from './run.js';

/**
 * The findings of lint in the history of a pair. In the generated files there are none. In the same statements without
 * a proof, which then run under the settings of the session, there is only what the entities declare and what depends
 * on it.
 */
export async function findingsIn({ first, next, generated }: History): Promise<readonly string[]> {
  const unproved = generated.revisions.map(({ id, part }) => revisionClass(id, part));
  const entities = (rule: string) => [...ENTITY_RULES, ...SESSION_RULES].some((one) => one === rule);
  return [
    ...(await linted([...first, ...next])),
    ...(await linted([...first, ...unproved])).filter(
      (words) => !entities(words.split(' ')[0] ?? '') && !KEPT.test(words),
    ),
  ];
}

/** The way down keeps the table of TypeORM's records: other rows may be in it. */
const KEPT = /^down-does-not-undo .* the table "typeorm_metadata" is still there\.$/;

async function linted(classes: History['first']): Promise<readonly string[]> {
  const { findings } = await lint(classes.map((Migration) => new Migration()));
  return findings.map(
    ({ rule, revision, dialect, direction, statement, message }) =>
      `${rule} ${revision} ${dialect} ${direction} ${statement}: ${message}`,
  );
}
