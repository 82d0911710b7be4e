import type { LintReport } from '../../lint/finding.js';
import type { LocatedFinding } from './located.js';

/**
 * Commands by which GitHub Actions shows findings beside the lines of a change.
 * https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
 *
 * @param pagePath where the reader finds a page of this package
 */
export function githubLines(
  findings: readonly LocatedFinding[],
  { notes, unlinted }: Pick<LintReport, 'notes' | 'unlinted'>,
  pagePath: (page: string) => string,
): readonly string[] {
  return [
    ...findings.map((one) => command('error', propertiesOf(one), textOf(one, pagePath))),
    ...unlinted.map(({ revision, direction, reason }) =>
      command('warning', { title: 'not lintable' }, `${revision} (${direction}): ${reason}`),
    ),
    ...notes.map(({ revision, message }) => command('notice', { title: revision }, message)),
  ];
}

type Properties = Readonly<Record<string, string>>;

function propertiesOf({ finding, place }: LocatedFinding): Properties {
  const at = place === null ? {} : { file: place.file, line: String(place.line) };
  return { ...at, title: finding.rule };
}

function textOf({ finding }: LocatedFinding, pagePath: (page: string) => string): string {
  const { revision, direction, statement, of, message, replacement, page } = finding;
  const where = statement === 0 ? revision : `${revision}, statement ${statement} of ${of} (${direction})`;
  const instead = replacement === null ? [] : ['instead:', replacement];
  return [`${where}: ${message}`, ...instead, `see ${pagePath(page)}`].join('\n');
}

function command(name: string, properties: Properties, text: string): string {
  const words = Object.entries(properties).map(([key, value]) => `${key}=${property(value)}`);
  return `::${name} ${words.join(',')}::${data(text)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
