/** What a database has: how it differs, what is pending, and how large it is. */

import type { DatabaseSizes } from '../../databases/table-sizes.js';
import { sizeWords } from '../../text/size-words.js';
import { markup, type Html } from '../html.js';
import { BLOCKS, type StatementLock } from '../locks.js';
import type { LiveDrift, LiveFacts, PendingWork } from '../report.js';
import { count, headRow, revisionLink, section, shownIf } from './words.js';

/** Drift as two columns, live and declared. */
export function driftSection({ drift }: LiveFacts): Html {
  return section('drift', 'Drift', shownIf(drift, driftContent));
}

function driftContent({ status, tables, changes, accepted, ...others }: LiveDrift): readonly Html[] {
  const { uncomparable, unmanaged } = others;
  const words =
    status === 'in-sync'
      ? `In sync: ${count(tables, 'table')} compared.`
      : `${count(changes.length, 'difference')}; ${count(tables, 'table')} compared.`;
  return [
    markup`<p>${words}</p>
`,
    ...changes.map((change) => changeBlock(change, pendingWords(change))),
    ...accepted.map((change) => changeBlock(change, `Accepted: ${change.reason}`)),
    ...uncomparable.map((one) => changeBlock({ ...one, message: `Not comparable: ${one.reason}` })),
    ...(unmanaged.length === 0
      ? []
      : [
          markup`<details><summary>${count(unmanaged.length, 'object')} that entities cannot declare</summary><ul>${unmanaged.map(
            ({ kind, object }) => markup`<li>${kind} <code>${object}</code></li>`,
          )}</ul></details>`,
        ]),
  ];
}

function pendingWords({ pending = [] }: LiveDrift['changes'][number]): Html | string {
  return pending.length === 0 ? '' : markup`Pending: ${pending.map((id) => [revisionLink(id), ' '])}`;
}

/** Both sides of a difference, as texts; null for an object that is not there. */
interface ShownChange {
  readonly message: string;
  readonly live: string | null;
  readonly desired: string | null;
}

function changeBlock({ message, live, desired }: ShownChange, note: Html | string = ''): Html {
  return markup`<div class="change"><p>${message}${note === '' ? '' : markup`<br><small>${note}</small>`}</p>
<dl><div><dt>Live</dt><dd><code>${live ?? 'absent'}</code></dd></div><div><dt>Declared</dt><dd><code>${desired ?? 'absent'}</code></dd></div></dl></div>
`;
}

/** What the next run does, and which tables it locks meanwhile. */
export function pendingSection({ pending }: LiveFacts): Html {
  return section(
    'pending',
    'Pending',
    shownIf(pending, (work) =>
      work.length === 0
        ? [markup`<p>Nothing is pending.</p>`]
        : [
            markup`<p>${count(work.length, 'revision')}, in the order in which they run.</p>`,
            ...work.map(workBlock),
          ],
    ),
  );
}

function workBlock({ id, description, waitsFor, ...work }: PendingWork): Html {
  return markup`<div class="change"><p>${revisionLink(id)} ${description}</p>${
    waitsFor === null ? '' : markup`<p>It waits: ${waitsFor}</p>`
  }${lockTable(work)}</div>
`;
}

function lockTable({ locks, madeStatements }: Pick<PendingWork, 'locks' | 'madeStatements'>): Html {
  if (locks === null) return markup`<p>Which tables it locks is unknown.</p>`;
  const more = madeStatements
    ? markup`<p>A DO block makes statements when it runs. Their locks are not listed.</p>`
    : markup``;
  if (locks.length === 0)
    return madeStatements ? more : markup`<p>It locks no table that exists already.</p>`;
  return markup`<table>${headRow('table', 'strongest lock', 'blocks')}<tbody>${locks.map(
    (one) =>
      markup`<tr><th scope="row">${nameOf(one)}</th><td>${one.mode}</td><td>${BLOCKS[one.mode]}</td></tr>`,
  )}</tbody></table>${more}`;
}

function nameOf({ table, index = '' }: StatementLock): Html {
  return table === null ? markup`table of the index <code>${index}</code>` : markup`<code>${table}</code>`;
}

/** Tables by size. */
export function sizesSection({ sizes }: LiveFacts): Html {
  return section('sizes', 'Sizes', shownIf(sizes, sizesContent));
}

function sizesContent(sizes: DatabaseSizes | null): readonly Html[] {
  if (sizes === null) return [markup`<p>This database does not report sizes.</p>`];
  const { bytes, tables, estimated } = sizes;
  return [
    markup`<p>The database has ${sizeWords(bytes)}. ${estimated ? 'Rows are estimates of the database.' : 'Rows are counted.'}</p>
<table>${headRow('table', 'rows', 'size with indexes')}<tbody>${tables.map(
      ({ table, rows, bytes: own }) =>
        markup`<tr><th scope="row"><code>${table}</code></th><td class="number">${rows === null ? 'unknown' : rows.toLocaleString('en-US')}</td><td class="number">${own === null ? 'unknown' : sizeWords(own)}</td></tr>
`,
    )}</tbody></table>`,
  ];
}
