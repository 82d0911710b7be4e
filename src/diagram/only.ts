import { UsageError } from '../errors/base.js';
import { suggest } from '../migrator/suggest.js';
import type { Box, Picture } from './picture.js';

/** A table and how many relations away its neighbours may be. */
export interface Only {
  readonly name: string;
  readonly distance: number;
}

/**
 * Reads `jobs` and `jobs+1`.
 *
 * @throws UsageError
 */
export function parseOnly(text: string): Only {
  const [, name = '', distance = '0'] = /^(.+?)(?:\+(\d{1,3}))?$/s.exec(text) ?? [];
  if (name === '' || name.endsWith('+'))
    throw new UsageError('--only: pass a table, or a table and a distance: --only jobs+1');
  return { name, distance: Number(distance) };
}

/**
 * The part of a picture around some boxes, with the enums of their columns.
 *
 * @throws UsageError for a table that is not there, naming those like it
 */
export function onlyAround(picture: Picture, wanted: readonly Only[]): Picture {
  const kept = new Set(wanted.flatMap((one) => around(picture, one)));
  const types = new Set(picture.boxes.filter(({ name }) => kept.has(name)).flatMap(typesIn));
  const boxes = picture.boxes.filter(
    ({ kind, name }) => kept.has(name) || (kind === 'enum' && types.has(name)),
  );
  const lines = picture.lines.filter(({ parent, child }) => kept.has(parent) && kept.has(child));
  return { boxes, lines };
}

function typesIn({ rows }: Box): readonly string[] {
  return rows.map(({ detail }) => detail.replace(/(?:\[\])+$/, ''));
}

function around({ boxes, lines }: Picture, { name, distance }: Only): readonly string[] {
  if (!boxes.some((box) => box.name === name)) throw unknown(name, boxes);
  const found = new Set([name]);
  for (let step = 0; step < distance; step += 1) {
    const ends = lines.filter(({ parent, child }) => found.has(parent) || found.has(child));
    const before = found.size;
    for (const { parent, child } of ends) found.add(parent).add(child);
    if (found.size === before) break;
  }
  return [...found];
}

function unknown(name: string, boxes: readonly Box[]): UsageError {
  const names = boxes.map((box) => box.name);
  const like = suggest(name, names);
  const words =
    like.length > 0
      ? `Similar names: ${like.join(', ')}`
      : `There are: ${names.slice(0, SHOWN).join(', ') || 'none'}`;
  return new UsageError(`--only: there is no table "${name}". ${words}`);
}

/** How many names a message contains at most. */
const SHOWN = 10;
