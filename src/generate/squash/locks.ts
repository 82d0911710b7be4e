import type { MigrationInterface } from 'typeorm';
import type { SquashProblem } from '../../errors/replaced.js';
import type { Finding } from '../../lint/finding.js';
import { lint } from '../../lint/lint.js';
import type { RuleId } from '../../lint/rule-id.js';
import { isAnswered, SESSION_RULES } from '../../lint/verified-revisions.js';
import { proofIn } from '../../migrator/proof-checksum.js';
import type { KnownRevision, Revision } from '../../migrator/revision.js';
import { originOf, type Allowed, type RevisionTexts } from './part.js';

/** What one transaction makes worse than several. */
export interface NewLocks {
  readonly allowed: readonly Allowed[];
  readonly problems: readonly SquashProblem[];
  /** Whether a problem is that a generated statement would run without the settings of its revision. */
  readonly isOfSettings: boolean;
}

/**
 * What lint reports in the one revision, and does not report in those that it replaces: an index that is built while
 * others wait, on a table that was there before, for example.
 */
export async function newLocks(
  migrations: readonly MigrationInterface[],
  one: new () => Revision,
  given: {
    readonly revisions: readonly KnownRevision[];
    readonly texts: ReadonlyMap<string, RevisionTexts>;
    /** Whether its class keeps a proof, which answers the rules about results. */
    readonly isProved: boolean;
  },
): Promise<NewLocks> {
  const { revisions, texts, isProved } = given;
  const generated = new Set(
    revisions.filter(({ migration }) => proofIn(migration) !== '').map(({ id }) => id),
  );
  const former = await lint(migrations, { revisions: revisions.map(({ id }) => id) });
  const { findings } = await lint([...migrations, new one()], { revisions: [one.name] });
  const isFormer = (finding: Finding, origin: { readonly id: string; readonly statement: number }) =>
    former.findings.some(
      ({ rule, revision, dialect, direction, statement }) =>
        rule === finding.rule &&
        dialect === finding.dialect &&
        direction === finding.direction &&
        revision === origin.id &&
        statement === origin.statement,
    );
  const added = findings
    .map((finding) => ({ finding, origin: originOf(revisions, texts, finding) }))
    .filter(({ finding, origin }) => !(isProved && isAnswered(finding.rule)) && !isFormer(finding, origin));
  // The one revision has no proof where one of them is written by hand. What the others answered stays as it was.
  const isAsBefore = (rule: RuleId, id: string) =>
    isAnswered(rule) && !SESSION_RULES.has(rule) && generated.has(id);
  const problems = added.filter(({ finding, origin }) => !isAsBefore(finding.rule, origin.id));
  return {
    allowed: added.map(({ finding: { rule, dialect, direction, statement } }) => ({
      rule,
      dialect,
      direction,
      statement,
    })),
    problems: problems.map(({ finding: { rule, message }, origin }) => ({
      revision: origin.id,
      problem: `${rule}: ${message}`,
    })),
    isOfSettings: problems.some(({ finding: { rule } }) => SESSION_RULES.has(rule)),
  };
}
