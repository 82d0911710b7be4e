import { shortType } from './text-size.js';
import { visible } from '../text/visible.js';
import { SIGNS, type Box, type Line, type Mark, type Picture, type Row } from './picture.js';

/** What a word of Mermaid consists of; other characters would be its syntax. */
const NO_WORD = /[^A-Za-z0-9_]+/g;
/** Colours of marked boxes; each has its sign as well. */
const CLASSES: Readonly<Record<Mark, string>> = {
  added: 'fill:#d9f2df,stroke:#11692f,color:#16202c',
  removed: 'fill:#fbdedb,stroke:#b3261e,color:#16202c',
  changed: 'fill:#fbebcc,stroke:#8a5200,color:#16202c',
};
/** GitHub and others refuse a text of more than 50,000 letters; comments with values go first. */
const VALUES_SHOWN = 12;

/** A picture as text of Mermaid, which GitHub and GitLab draw. Enums are comments of the columns that have them. */
export function mermaidText({ boxes, lines }: Picture): string {
  const shown = boxes.filter(({ kind }) => kind !== 'enum');
  const values = new Map(boxes.filter(({ kind }) => kind === 'enum').map((box) => [box.name, box]));
  const ids = idsOf(shown);
  return [
    'erDiagram',
    ...shown.flatMap((box) => boxLines(box, ids.get(box.name) ?? '', values)),
    ...lines.flatMap((line) => relation(line, ids)),
    ...classLines(shown, ids),
    '',
  ].join('\n');
}

/** An id that is the name where that is a word, so that the text reads well. */
function idsOf(boxes: readonly Box[]): ReadonlyMap<string, string> {
  const taken = new Set(boxes.map(({ name }) => name).filter(isWord));
  return new Map(boxes.map(({ name }, index) => [name, isWord(name) ? name : freeId(taken, index)]));
}

/** A name that Mermaid could read as a word of its own language is none. */
function isWord(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]*$/.test(name) && !KEYWORDS.test(name);
}

const KEYWORDS =
  /^(?:erDiagram|title|accTitle|accDescr|direction|classDef|class|style|one|only|many|zero|optionally|to|u|TB|BT|LR|RL)$/i;

function freeId(taken: Set<string>, index: number): string {
  const ids = Array.from({ length: taken.size + 1 }, (_none, more) => `t${index}${'_'.repeat(more)}`);
  return ids.find((id) => !taken.has(id)) ?? '';
}

function boxLines(box: Box, id: string, values: ReadonlyMap<string, Box>): readonly string[] {
  const words = titleOf(box);
  const alias = words === id ? id : `${id}["${quotable(words)}"]`;
  if (box.rows.length === 0) return [`  ${alias}`];
  return [`  ${alias} {`, ...box.rows.map((row) => `    ${rowLine(row, values)}`), '  }'];
}

function titleOf({ kind, name, note, mark }: Box): string {
  return [
    ...(mark ? [SIGNS[mark]] : []),
    name,
    ...(kind === 'view' || kind === 'materialized view' ? [`(${kind})`] : []),
    ...(note === '' ? [] : [`(${note})`]),
  ].join(' ');
}

function rowLine(
  { name, detail, keys, nullable, note, mark }: Row,
  values: ReadonlyMap<string, Box>,
): string {
  const type = shortType(detail).replace(/\s*\(.*\)/s, '');
  const enumerated = values.get(type);
  const comment = [
    ...(mark ? [SIGNS[mark]] : []),
    ...(word(name) === name ? [] : [name]),
    ...(note === undefined ? [] : [note]),
    ...(nullable ? ['nullable'] : []),
    ...(enumerated ? [valueWords(enumerated)] : []),
  ].join(' ');
  const key = keys.length === 0 ? '' : ` ${keys.join(', ')}`;
  return `${word(type) || 'part'} ${word(name) || 'unnamed'}${key}${comment === '' ? '' : ` "${quotable(comment)}"`}`;
}

function valueWords({ rows }: Box): string {
  const names = rows.map(({ name, mark }) => `${mark ? `${SIGNS[mark]} ` : ''}${name}`);
  const more = names.length > VALUES_SHOWN ? `, and ${names.length - VALUES_SHOWN} more` : '';
  return `${names.slice(0, VALUES_SHOWN).join(', ')}${more}`;
}

/** Begins with a letter, and has no character of Mermaid's. */
function word(text: string): string {
  const plain = text.replace(NO_WORD, '_').replace(/^_+(?=.)|_+$/g, '');
  return /^[0-9]/.test(plain) ? `n${plain}` : plain;
}

/** In quotes. Mermaid has its own way to write characters as numbers, and shows the rest as HTML. */
function quotable(text: string): string {
  return visible(text).replace(
    /[^\p{L}\p{N} _.,:()+−~?…=/*-]/gu,
    (character) => `#${character.codePointAt(0) ?? 0};`,
  );
}

function relation(line: Line, ids: ReadonlyMap<string, string>): readonly string[] {
  const { kind, parent, child, childColumns, label, optional, single, mark } = line;
  const [from, to] = [ids.get(parent), ids.get(child)];
  if (from === undefined || to === undefined) return [];
  if (kind === 'reads') return [`  ${from} ||..|| ${to} : "is read by"`];
  const words = [...(mark ? [SIGNS[mark]] : []), [childColumns.join(', '), label].filter(Boolean).join(', ')];
  return [
    `  ${from} ${optional ? '|o' : '||'}--${single ? 'o|' : 'o{'} ${to} : "${quotable(words.join(' '))}"`,
  ];
}

function classLines(boxes: readonly Box[], ids: ReadonlyMap<string, string>): readonly string[] {
  return (['added', 'removed', 'changed'] as const).flatMap((mark) => {
    const marked = boxes.filter((box) => box.mark === mark).map(({ name }) => ids.get(name) ?? '');
    return marked.length === 0
      ? []
      : [`  classDef ${mark} ${CLASSES[mark]}`, `  class ${marked.join(',')} ${mark}`];
  });
}
