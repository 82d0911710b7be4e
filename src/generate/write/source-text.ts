/** Texts as JavaScript and TypeScript write them. */

import type { Replaced } from '../../migrator/replaced.js';
import { oneLine, withEscapes } from '../../text/one-line.js';

/** As wide as the rest of the code. */
const WIDTH = 110;

/** A reason as comment lines; none for an empty one. */
export function reasonLines(reason: string, indent: string): string {
  if (reason === '') return '';
  const width = WIDTH - `${indent}// `.length;
  const lines: string[] = [];
  for (const word of oneLine(reason).split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `${indent}// ${line}\n`).join('');
}

/** A template literal reads a carriage return as a line feed, so that is an escape, like all invisible characters. */
export function template(sql: string): string {
  return `\`${withEscapes(sql.replace(/[\\`]|\$\{/g, '\\$&'))}\``;
}

/** A string in single quotes. */
export function quoted(text: string): string {
  return `'${withEscapes(text.replace(/['\\]/g, '\\$&')).replaceAll('\n', '\\n')}'`;
}

/** The list of the revisions in whose place a class stands; no lines where there are none. */
export function replacesLines(replaces: readonly Replaced[] | undefined, constant: string): string {
  if (replaces === undefined || replaces.length === 0) return '';
  const lines = replaces.map((one) => `    ${replacedText(one)},\n`).join('');
  return `  /** A database that records all of these counts as having it. Keep the list while one does. */
  ${constant}replaces = [
${lines}  ];
`;
}

function replacedText(one: Replaced): string {
  if (typeof one === 'string') return quoted(one);
  return `{ id: ${quoted(one.id)}, replaces: [${one.replaces.map(replacedText).join(', ')}] }`;
}
