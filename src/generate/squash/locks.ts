import type { MigrationInterface } from 'typeorm';
import { byDialect } from '../../databases/registry.js';
import type { SquashProblem } from '../../errors/replaced.js';
import { classExceptions } from '../../lint/class-exceptions.js';
import type { Finding } from '../../lint/finding.js';
import { lint } from '../../lint/lint.js';
import type { RuleId } from '../../lint/rule-id.js';
import { isAnswered, SESSION_RULES } from '../../lint/verified-revisions.js';
import { proofIn } from '../../migrator/proof-checksum.js';
import { Revision, runsOutside, statementsOf, type KnownRevision } from '../../migrator/revision.js';
import { originOf, type Allowed, type RevisionTexts } from './part.js';
import { withoutUseless } from './useless-exceptions.js';

/** What one transaction makes worse than several. */
export interface NewLocks {
  readonly allowed: readonly Allowed[];
  /** The statements, without exceptions that nothing needs any more. */
  readonly texts: ReadonlyMap<string, RevisionTexts>;
  readonly problems: readonly SquashProblem[];
  /** Whether a problem is that a generated statement would run without the settings of its revision. */
  readonly isOfSettings: boolean;
}

/** The revisions that become one. */
interface Several {
  readonly revisions: readonly KnownRevision[];
  readonly texts: ReadonlyMap<string, RevisionTexts>;
}

/** A finding in the one revision, and the statement that it comes from. */
interface Added {
  readonly finding: Finding;
  readonly origin: ReturnType<typeof originOf>;
}

/**
 * What lint reports in the one revision, and does not report in those that it replaces: an index that is built while
 * others wait, on a table that was there before, for example.
 *
 * @param isProved whether its class keeps a proof, which answers the rules about results
 */
export async function newLocks(
  migrations: readonly MigrationInterface[],
  one: new () => Revision,
  { isProved, ...several }: Several & { readonly isProved: boolean },
): Promise<NewLocks> {
  const { revisions, texts } = several;
  const isGenerated = generatedIn(revisions);
  const reasonOf = classReasons(revisions);
  const isFormer = await formerFindings(migrations, several);
  const { findings } = await lint([...migrations, new one()], { revisions: [one.name] });
  const all = findings
    .map((finding) => ({ finding, origin: originOf(revisions, texts, finding) }))
    .filter(({ finding }) => !(isProved && isAnswered(finding.rule)))
    .filter((one) => reasonOf(one) !== undefined || !isFormer(one));
  const added = all.filter((one) => !isUseless(one));
  // The one revision has no proof where one of them is written by hand. What the others answered stays as it was.
  const isAsBefore = ({ finding: { rule }, origin: { id } }: Added) =>
    isAnswered(rule) && !SESSION_RULES.has(rule) && isGenerated(id);
  const problems = added.filter((one) => reasonOf(one) === undefined && !isAsBefore(one));
  return {
    allowed: added.map((one) => allowedFor(one, reasonOf(one))),
    texts: withoutUseless(texts, all.filter(isUseless)),
    problems: problems.map(({ finding: { rule, message }, origin }) => ({
      revision: origin.id,
      problem: `${rule}: ${message}`,
    })),
    isOfSettings: problems.some(({ finding: { rule } }) => SESSION_RULES.has(rule)),
  };
}

/** Whether it is about an exception: the table of the statement is created in the same revision now, for example. */
function isUseless({ finding: { rule } }: Added): boolean {
  return rule === 'unused-exception';
}

function generatedIn(revisions: readonly KnownRevision[]): (id: string) => boolean {
  const generated = revisions.filter(({ migration }) => proofIn(migration) !== '').map(({ id }) => id);
  return (id) => generated.includes(id);
}

/** The reasons that classes of the range give for all of their statements. */
function classReasons(revisions: readonly KnownRevision[]): (one: Added) => string | undefined {
  const given = new Map(revisions.map((revision) => [revision.id, classExceptions(revision).rules]));
  return ({ finding, origin }) =>
    given.get(origin.id)?.find(({ rule, reason }) => rule === finding.rule && reason !== '')?.reason;
}

function allowedFor(
  { finding: { rule, dialect, direction, statement }, origin: { id } }: Added,
  reason = reasonFor(rule, id),
): Allowed {
  return { rule, dialect, direction, statement, reason };
}

function reasonFor(rule: RuleId, id: string): string {
  if (SESSION_RULES.has(rule)) return `${id} ran it with settings of its own, and they are not used here`;
  return isAnswered(rule)
    ? `as ${id} has it`
    : `${id} ran it apart; here nothing of the range is applied yet`;
}

/** Whether lint reports the same of the statement where it comes from. */
async function formerFindings(
  migrations: readonly MigrationInterface[],
  { revisions, texts }: Several,
): Promise<(one: Added) => boolean> {
  const listed = new Map(revisions.map((revision) => [revision.migration, asLists(revision, texts)]));
  const ids = revisions.map(({ id }) => id);
  const former = await lint(
    migrations.map((migration) => listed.get(migration) ?? migration),
    { revisions: ids },
  );
  return ({ finding, origin }) =>
    former.findings.some(
      ({ rule, revision, dialect, direction, statement, message }) =>
        rule === finding.rule &&
        (rule !== 'unused-exception' || message === finding.message) &&
        dialect === finding.dialect &&
        direction === finding.direction &&
        revision === origin.id &&
        statement === origin.statement,
    );
}

/** A class written by hand, as lists of what it sends. What runs outside a transaction has other texts than the one. */
function asLists(revision: KnownRevision, texts: Several['texts']): MigrationInterface {
  const { id, migration } = revision;
  const isListed = Object.keys(texts.get(id) ?? {}).some(
    (dialect) => statementsOf(revision, dialect, 'up') !== undefined || runsOutside(revision, dialect, 'up'),
  );
  if (isListed) return migration;
  const { postgres, sqlite } = byDialect(({ name }) => texts.get(id)?.[name] ?? { up: [], down: [] });
  class Listed extends Revision {
    override readonly postgres = postgres;
    override readonly sqlite = sqlite;
  }
  Object.defineProperty(Listed, 'name', { value: id });
  return new Listed();
}
