/** What a database has: how it differs, what is pending, and how large it is. */

import type { DatabaseSizes } from '../../databases/table-sizes.js';
import { sizeWords } from '../../text/size-words.js';
import { markup, type Html } from '../html.js';
import { BLOCKS, type StatementLock } from '../locks.js';
import type { LiveDrift, LiveFacts, PendingWork } from '../report.js';
import { count, headRow, section, shownIf } from './words.js';

/** Drift as two columns, live and desired. */
export function driftSection({ drift }: LiveFacts): Html {
  return section('drift', 'Drift', shownIf(drift, driftContent));
}

function driftContent({ status, tables, changes, accepted, ...others }: LiveDrift): readonly Html[] {
  const { uncomparable, unmanaged } = others;
  const words =
    status === 'in-sync'
      ? `In sync: ${count(tables, 'table')} compared.`
      : `${count(changes.length, 'difference')} in ${count(tables, 'table')}.`;
  return [
    markup`<p>${words}</p>
`,
    ...changes.map((change) => changeBlock(change)),
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

/** Both sides of a difference, as texts; null for an object that is not there. */
interface ShownChange {
  readonly message: string;
  readonly live: string | null;
  readonly desired: string | null;
}

function changeBlock({ message, live, desired }: ShownChange, note = ''): Html {
  return markup`<div class="change"><p>${message}${note === '' ? '' : markup`<br><small>${note}</small>`}</p>
<dl><div><dt>Live</dt><dd><code>${live ?? 'absent'}</code></dd></div><div><dt>Desired</dt><dd><code>${desired ?? 'absent'}</code></dd></div></dl></div>
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

function workBlock({ id, description, waitsFor, locks }: PendingWork): Html {
  return markup`<div class="change"><p><code>${id}</code> ${description}</p>${
    waitsFor === null ? '' : markup`<p>It waits: ${waitsFor}</p>`
  }${lockTable(locks)}</div>
`;
}

function lockTable(locks: readonly StatementLock[] | null): Html {
  if (locks === null) return markup`<p>Which tables it locks is unknown.</p>`;
  if (locks.length === 0) return markup`<p>It locks no table that exists already.</p>`;
  return markup`<table>${headRow('table', 'strongest lock', 'blocks')}<tbody>${locks.map(
    ({ table, mode }) =>
      markup`<tr><th scope="row"><code>${table ?? 'table of an index'}</code></th><td>${mode}</td><td>${BLOCKS[mode]}</td></tr>`,
  )}</tbody></table>`;
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
