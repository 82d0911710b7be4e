/** Words and pieces that several sections share. */

import { markup, type Html } from '../html.js';
import type { Known } from '../known.js';

/** A section with its heading, which the navigation leads to. */
export function section(id: string, title: string, content: readonly Html[]): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>
${content}
</section>
`;
}

/** The content, or why there is none. */
export function shownIf<T>(part: Known<T>, show: (value: T) => readonly Html[]): readonly Html[] {
  return 'problem' in part ? [markup`<p class="note">${part.problem}</p>`] : show(part.value);
}

/** The first row of a table. */
export function headRow(...titles: readonly string[]): Html {
  return markup`<thead><tr>${titles.map((title) => markup`<th scope="col">${title}</th>`)}</tr></thead>`;
}

/** A word in a coloured frame. */
export function tag(words: string, kind: 'good' | 'bad' | 'warn' | 'plain' = 'plain'): Html {
  return markup` <span class="tag ${kind}">${words}</span>`;
}

/** `7 tables`. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** Leads to the statements of a revision, where the report has it. */
export function revisionLink(id: string): Html {
  return markup`<a href="#${placeOf(id)}"><code>${id}</code></a>`;
}

/** Where the statements of a revision are. */
export function placeOf(id: string): string {
  return `revision-${encodeURIComponent(id)}`;
}

/** Milliseconds as people read them. */
export function lasting(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

/** An instant of ISO 8601, to the second. */
export function instant(at: string): Html {
  const shown = at.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');
  return markup`<time datetime="${at}">${shown}</time>`;
}
