import { escapedXml } from '../text/escaped-xml.js';
import { visible } from '../text/visible.js';
import { lineEnds } from './line-ends.js';
import type { Area, Layout, Point } from './places.js';
import {
  HEADER,
  headHeight,
  lineWords,
  moreWords,
  NOTE,
  PADDING,
  ROW,
  type ShownBox,
  type ShownRow,
} from './measure.js';
import type { Box, Line } from './picture.js';
import { FONT_SIZE, textWidth } from './text-size.js';
import { DIAGRAM_STYLE } from './svg-style.js';

/** Around a picture, pixels. */
const MARGIN = 16;
/** From the middle of a line of text to its base line. */
const BASE = FONT_SIZE * 0.35;

/** A picture as a file of its own. */
export function svgFile(layout: Layout, title: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svgElement(layout, { title, style: DIAGRAM_STYLE })}\n`;
}

/** How a picture is embedded. */
interface SvgOptions {
  /** What the picture shows, for who does not see it. */
  readonly title: string;
  /** Left out in a page that has the style already. */
  readonly style?: string;
}

/** A picture as an element of a page. Texts of databases are escaped; characters that are not seen are written out. */
export function svgElement(layout: Layout, { title, style }: SvgOptions): string {
  const [width, height] = [Math.ceil(layout.width + MARGIN * 2), Math.ceil(layout.height + MARGIN * 2)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="diagram" role="img" aria-label="${escapedXml(visible(title))}" viewBox="${-MARGIN} ${-MARGIN} ${width} ${height}" width="${width}" height="${height}">`,
    ...(style === undefined ? [] : [`<style>\n${style}\n</style>`]),
    `<rect class="ground" x="${-MARGIN}" y="${-MARGIN}" width="${width}" height="${height}"/>`,
    ...layout.groups.map(({ group, area }) => groupElement(group.name, area)),
    ...layout.lines.map(({ line, curve }) => lineElement(line, curve)),
    ...layout.boxes.map(({ shown, area }) => boxElement(shown, area)),
    ...layout.lines.flatMap(({ line, label }) => (label ? [labelElement(line, label)] : [])),
    '</svg>',
  ].join('\n');
}

function groupElement(name: string, area: Area): string {
  const words = text({ x: area.x + 10, y: area.y + 17 }, visible(name), 'title quiet');
  return `<g class="group">${rect(area, '', 6)}${words}</g>`;
}

function boxElement(shown: ShownBox, { x, y, width, height }: Area): string {
  const { box, title, note, rows, more } = shown;
  const top = headHeight(shown);
  const rowAt = (index: number) => y + top + 3 + index * ROW;
  return [
    `<g class="${classesOf(box)}" data-name="${escapedXml(visible(box.name))}">`,
    `<title>${escapedXml(visible(`${box.kind} ${box.name}`))}</title>`,
    rect({ x, y, width, height }, 'body', 4),
    rect({ x, y, width, height: top }, 'head', 4),
    text({ x: x + PADDING, y: y + HEADER / 2 + BASE }, title, 'title'),
    ...(note === '' ? [] : [text({ x: x + PADDING, y: y + HEADER + NOTE / 2 - 2 }, note, 'quiet')]),
    ...rows.map((row, index) => rowElement(row, shown, { x, y: rowAt(index), width, height: ROW })),
    ...(more > 0
      ? [text({ x: x + PADDING, y: rowAt(rows.length) + ROW / 2 + BASE }, moreWords(more), 'quiet')]
      : []),
    '</g>',
  ].join('');
}

function classesOf({ kind, mark }: Box): string {
  const family = kind === 'enum' ? 'enum' : kind.endsWith('view') ? 'view' : 'table';
  return ['box', family, ...(mark ? [mark] : [])].join(' ');
}

function rowElement({ row, keys, name, detail }: ShownRow, { nameAt }: ShownBox, area: Area): string {
  const { x, width } = area;
  const y = area.y + ROW / 2 + BASE;
  const full = [row.name, row.detail, row.nullable ? 'nullable' : '', row.note ?? '']
    .filter((one) => one !== '')
    .join(' ');
  return [
    `<g class="row${row.mark ? ` ${row.mark}` : ''}"><title>${escapedXml(visible(full))}</title>`,
    ...(row.mark ? [rect({ ...area, x: x + 1, width: width - 2 }, 'strip')] : []),
    ...(keys === '' ? [] : [text({ x: x + PADDING, y }, keys, 'key')]),
    text({ x: x + nameAt, y }, name, ''),
    ...(detail === '' ? [] : [text({ x: x + width - PADDING - textWidth(detail), y }, detail, 'quiet')]),
    '</g>',
  ].join('');
}

function lineElement(line: Line, curve: readonly Point[]): string {
  if (curve.length < 4) return '';
  const [start, ...rest] = curve.map(({ x, y }) => `${round(x)} ${round(y)}`);
  const marks = [line.kind === 'reads' ? 'reads' : '', line.mark ?? ''].filter((name) => name !== '');
  const ends = line.kind === 'reads' ? '' : lineEnds(curve, line);
  return `<g class="${['line', ...marks].join(' ')}"><title>${escapedXml(visible(titleOf(line)))}</title><path d="M${start ?? ''} C${rest.join(' ')}"/>${ends}</g>`;
}

function titleOf({ kind, parent, child, parentColumns, childColumns, label }: Line): string {
  if (kind === 'reads') return `${child} reads ${parent}`;
  const action = label === '' ? '' : `, ${label}`;
  return `${child} (${childColumns.join(', ')}) refers to ${parent} (${parentColumns.join(', ')})${action}`;
}

function labelElement(line: Line, { x, y }: Point): string {
  const words = lineWords(line);
  const width = textWidth(words);
  const area = { x: x - width / 2 - 2, y: y - FONT_SIZE / 2 - 2, width: width + 4, height: FONT_SIZE + 4 };
  const mark = line.mark ? ` ${line.mark}` : '';
  return `<g class="line${mark}">${rect(area, 'label')}${text({ x: x - width / 2, y: y + BASE }, words, 'quiet')}</g>`;
}

function rect({ x, y, width, height }: Area, name: string, corner = 0): string {
  const rounded = corner === 0 ? '' : ` rx="${corner}"`;
  return `<rect class="${name}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"${rounded}/>`;
}

function text({ x, y }: Point, words: string, name: string): string {
  const names = name === '' ? '' : ` class="${name}"`;
  return `<text${names} x="${round(x)}" y="${round(y)}">${escapedXml(words)}</text>`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
