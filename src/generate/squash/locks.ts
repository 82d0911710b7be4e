import type { MigrationInterface } from 'typeorm';
import type { SquashProblem } from '../../errors/replaced.js';
import type { Finding } from '../../lint/finding.js';
import { lint } from '../../lint/lint.js';
import { isAnswered } from '../../lint/verified-revisions.js';
import type { KnownRevision, Revision } from '../../migrator/revision.js';
import { originOf, type Allowed, type RevisionTexts } from './part.js';

/** What one transaction makes worse than several. */
export interface NewLocks {
  readonly allowed: readonly Allowed[];
  readonly problems: readonly SquashProblem[];
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
  return {
    allowed: added.map(({ finding: { rule, dialect, direction, statement } }) => ({
      rule,
      dialect,
      direction,
      statement,
    })),
    problems: added.map(({ finding: { rule, message }, origin }) => ({
      revision: origin.id,
      problem: `${rule}: ${message}`,
    })),
  };
}
