import { databaseNamed } from '../../databases/registry.js';
import type { Finding } from '../../lint/finding.js';
import { shownLines } from '../../sql/text.js';
import { markup, textLines, type Html } from '../html.js';
import type { Report, ReportedRevision, ReportedWay } from '../report.js';
import { count, placeOf, section, shownIf, tag } from './words.js';

/** Every revision, the newest first, with its statements and what lint reports. */
export function revisionsSection({ revisions, lint, live }: Report): Html {
  const findings = 'value' in lint ? lint.value : [];
  const states = 'value' in live ? statesOf(live.value.status) : new Map<string, string>();
  return section('revisions', 'Revisions', [
    markup`<p>${count(revisions.length, 'revision')}, the newest first.</p>
`,
    ...shownIf(lint, () => []),
    ...[...revisions].reverse().map((revision) =>
      revisionDetails(revision, {
        state: states.get(revision.id),
        findings: findings.filter((finding) => finding.revision === revision.id),
      }),
    ),
  ]);
}

/** What is known of a revision besides its statements. */
interface RevisionNotes {
  readonly state: string | undefined;
  readonly findings: readonly Finding[];
}

type Standing = {
  readonly applied: readonly { readonly id: string }[];
  readonly pending: readonly string[];
  readonly awaitingContract?: readonly { readonly id: string }[];
  readonly edited: readonly string[];
};

/** What the database makes of each revision. */
function statesOf({
  applied,
  pending,
  awaitingContract = [],
  edited,
}: Standing): ReadonlyMap<string, string> {
  return new Map([
    ...applied.map(({ id }) => [id, 'applied'] as const),
    ...pending.map((id) => [id, 'pending'] as const),
    ...awaitingContract.map(({ id }) => [id, 'waits'] as const),
    ...edited.map((id) => [id, 'edited'] as const),
  ]);
}

const COLOURS: Readonly<Record<string, 'good' | 'bad' | 'warn'>> = {
  applied: 'good',
  edited: 'bad',
  pending: 'warn',
  waits: 'warn',
};

function revisionDetails(
  { id, description, phase, ways }: ReportedRevision,
  { state, findings }: RevisionNotes,
): Html {
  const found = findings.length === 0 ? '' : tag(count(findings.length, 'finding'), 'bad');
  return markup`<details id="${placeOf(id)}" class="item revision" data-kind="revision" data-name="${id}"><summary><code>${id}</code>${
    phase === 'contract' ? tag('contract') : ''
  }${state === undefined ? '' : tag(state, COLOURS[state])}${found} ${description}</summary>
${findings.map(findingBlock)}${
    ways === null
      ? markup`<p>It is written by hand: its statements are known only when it runs.</p>`
      : ways.map(wayBlock)
  }
</details>
`;
}

function findingBlock({ rule, direction, statement, dialect, message, replacement }: Finding): Html {
  const place = statement === 0 ? 'the class' : `${titleOf(dialect)}, ${direction}, statement ${statement}`;
  const instead =
    replacement === null
      ? ''
      : markup`<p>Instead:</p><pre class="sql"><code>${textLines(replacement)}</code></pre>`;
  return markup`<div class="finding"><p><strong>${rule}</strong> in ${place}: ${message}</p>${instead}</div>
`;
}

function wayBlock({ dialect, direction, transaction, statements }: ReportedWay): Html {
  const words = `${titleOf(dialect)}, ${direction}${transaction ? '' : ', outside a transaction'}`;
  if (statements.length === 0) return markup`<p class="way">${words}: nothing to do</p>`;
  const text = statements.map((sql) => statementText(sql, dialect)).join('\n\n');
  return markup`<p class="way">${words}</p><pre class="sql"><code>${textLines(text)}</code></pre>
`;
}

/** Without what a class indents: statements of several lines stand as far right as their class has them. */
function statementText(sql: string, dialect: ReportedWay['dialect']): string {
  const [first = '', ...rest] = shownLines(`${sql.trim()};`, databaseNamed(dialect).language);
  const indents = rest.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0);
  const common = Math.min(...indents, 80);
  return [first, ...rest.map((line) => line.slice(common))].join('\n');
}

function titleOf(dialect: string): string {
  return databaseNamed(dialect).title;
}
