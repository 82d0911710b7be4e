/** HTML that a report consists of: every text in it is escaped unless it is HTML already. */

import { escapedXml } from '../text/escaped-xml.js';
import { visible, visibleLines } from '../text/visible.js';

/** A piece of HTML, made by `markup` or `textLines` alone. */
export class Html {
  constructor(readonly source: string) {}
}

/** What a template takes: a text of a database or of a file is a string. */
export type HtmlValue = string | number | Html | readonly HtmlValue[];

/** A template whose values are escaped; characters that are not seen, or that turn a text, are written out. */
export function markup(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(parts.map((part, at) => part + sourceOf(values[at] ?? '')).join(''));
}

/** A text of several lines, which keeps its line breaks and tabulators. */
export function textLines(text: string): Html {
  return new Html(escapedXml(visibleLines(text)));
}

function sourceOf(value: HtmlValue): string {
  if (value instanceof Html) return value.source;
  if (typeof value === 'string') return escapedXml(visible(value));
  return typeof value === 'number' ? String(value) : value.map(sourceOf).join('');
}
