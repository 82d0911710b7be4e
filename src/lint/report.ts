import { databaseNamed, type DialectName } from '../databases/registry.js';
import { shownLines } from '../sql/text.js';
import type { Finding, LintReport } from './finding.js';

/**
 * The findings as people read them, grouped by revision, the count at the end.
 *
 * @param pagePath where the reader finds a page of this package
 */
export function lintLines(
  { findings, notes, revisions }: LintReport,
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
    `${findings.length === 0 ? 'no findings' : count(findings.length, 'finding')} in ${count(revisions, 'revision')}`,
  ];
}

function findingLines(finding: Finding, page: string): readonly string[] {
  const { rule, direction, statement, of, dialect, message, replacement } = finding;
  return [
    `  statement ${statement} of ${of} (${direction}${inWhich(dialect)}): ${rule}: ${message}`,
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

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
