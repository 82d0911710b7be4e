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

/**
 * Data as a literal: on one line where it fits, else each part on a line of its own.
 *
 * @param column where it begins
 * @param indent of its last line
 */
export function literal(value: unknown, column: number, indent: string): string {
  const flat = flatLiteral(value);
  // A comma or a semicolon follows.
  if (column + flat.length < WIDTH || typeof value !== 'object' || value === null) return flat;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((one) => ['', one] as const)
    : fieldsIn(value).map(([name, one]) => [`${keyText(name)}: `, one] as const);
  const lines = parts.map(
    ([before, one]) => `${inner}${before}${literal(one, inner.length + before.length, inner)},\n`,
  );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${lines.join('')}${indent}${close}`;
}

function flatLiteral(value: unknown): string {
  if (typeof value === 'string') return stringLiteral(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(flatLiteral).join(', ')}]`;
  const fields = fieldsIn(value).map(([name, one]) => `${keyText(name)}: ${flatLiteral(one)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}

/** The quotes of which the text has fewer. */
function stringLiteral(text: string): string {
  const count = (mark: string) => text.split(mark).length;
  if (count("'") <= count('"')) return quoted(text);
  return `"${withEscapes(text.replace(/["\\]/g, '\\$&')).replaceAll('\n', '\\n')}"`;
}

function fieldsIn(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, one]) => one !== undefined);
}

function keyText(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}
