import { databaseNamed, type DialectName } from '../databases/registry.js';
import { shownLines } from '../sql/text.js';
import type { Finding, LintReport } from './finding.js';
import { counted } from '../text/counted.js';

/**
 * The findings as people read them, grouped by revision, the count at the end.
 *
 * @param pagePath where the reader finds a page of this package
 */
export function lintLines(
  { findings, notes, revisions, unlinted }: LintReport,
  pagePath: (page: string) => string,
): readonly string[] {
  const ids = [...new Set(findings.map(({ revision }) => revision))];
  return [
    ...ids.flatMap((id) => [
      id,
      ...findings
        .filter(({ revision }) => revision === id)
        .flatMap((finding) => findingLines(finding, pagePath(finding.page))),
      '',
    ]),
    ...notes.map(({ revision, message }) => `note: ${revision}: ${message}`),
    ...unlintedLines(unlinted),
    summary({ findings, revisions, unlinted }),
  ];
}

/** One for each reason, with the revisions that have it. */
function unlintedLines(unlinted: LintReport['unlinted']): readonly string[] {
  const revisions = [...new Set(unlinted.map(({ revision }) => revision))];
  const reasons = new Map<string, readonly string[]>();
  for (const revision of revisions) {
    const own = unlinted.filter((one) => one.revision === revision);
    for (const reason of new Set(own.map((one) => one.reason))) {
      const ways = own.flatMap((one) => (one.reason === reason ? [one.direction] : []));
      const words = `(${ways.join(' and ')}): ${reason}`;
      reasons.set(words, [...(reasons.get(words) ?? []), revision]);
    }
  }
  return [...reasons].map(([words, ids]) => `not lintable: ${ids.join(', ')} ${words}`);
}

/** "no findings" is only said of what was read. */
function summary({ findings, revisions, unlinted }: Omit<LintReport, 'notes'>): string {
  const open = new Set(unlinted.map(({ revision }) => revision)).size;
  const isNothing = findings.length === 0 && revisions === 0;
  if (isNothing && open === 0) return 'no revisions to lint';
  const found = findings.length === 0 ? 'no findings' : counted(findings.length, 'finding');
  const where = revisions === 0 ? '' : ` in ${counted(revisions, 'revision')}`;
  const linted = isNothing ? 'nothing was linted' : `${found}${where}`;
  return open === 0
    ? linted
    : `${linted}; ${counted(open, 'revision')} ${open === 1 ? 'is' : 'are'} not lintable`;
}

function findingLines(finding: Finding, page: string): readonly string[] {
  const { rule, direction, statement, of, dialect, message, replacement } = finding;
  return [
    `  ${statement === 0 ? 'class' : `statement ${statement} of ${of} (${direction}${inWhich(dialect)})`}: ${rule}: ${message}`,
    ...(replacement === null
      ? []
      : ['    instead:', ...shownLines(replacement, dialect).map((line) => `      ${line}`)]),
    `    see ${page}`,
  ];
}

/** Names the database if it is not the default one of a finding. */
function inWhich(dialect: DialectName): string {
  const { capabilities, title } = databaseNamed(dialect);
  return capabilities.traffic ? '' : `, ${title}`;
}
