/**
 * The language of Graphviz. It gets sizes and numbers of boxes, and no text of a database: those are drawn afterwards, at
 * the places that it finds.
 */

import type { Group } from './groups.js';
import { headHeight, lineWords, ROW, type ShownBox } from './measure.js';
import type { Line } from './picture.js';
import { FONT_SIZE, textWidth } from './text-size.js';

/** What is laid out. Boxes and lines are known by their places in these lists. */
export interface Graph {
  readonly boxes: readonly ShownBox[];
  /** Both ends have a box, and not the same one. */
  readonly lines: readonly Line[];
  readonly groups: readonly Group[];
}

/** The graph as text for `dot`. */
export function dotOf(graph: Graph): string {
  const places = new Map(graph.boxes.map(({ box }, index) => [box, index]));
  const clusters = graph.groups.map(({ name, boxes }, index) => {
    const nodes = boxes.map((box) => `n${places.get(box) ?? 0};`).join(' ');
    return `subgraph cluster_${index} { margin=16; label=${blank(titleWidth(name), FONT_SIZE + 8)}; ${nodes} }`;
  });
  return [
    'digraph {',
    'graph [rankdir=LR, nodesep=0.3, ranksep=0.6, labeljust=l];',
    'node [shape=plain]; edge [dir=none];',
    ...graph.boxes.map((box, index) => `n${index} [label=${boxLabel(box)}];`),
    ...clusters,
    ...graph.lines.map((line, index) => edge(graph, line, index)),
    '}',
  ].join('\n');
}

/** It is written in bold letters. */
function titleWidth(name: string): number {
  return textWidth(name) * 1.1 + 8;
}

/** A table of empty cells, each of which a line may lead to; beside it the place for lines from the box to itself. */
function boxLabel(shown: ShownBox): string {
  const { width, height, rows, beside } = shown;
  const top = headHeight(shown) + 3;
  const bottom = height - top - rows.length * ROW;
  const cells = [
    row(width, top, 'h'),
    ...rows.map((_row, index) => row(width, ROW, `r${index}`)),
    ...(bottom > 0 ? [row(width, bottom)] : []),
  ];
  const inner = table(cells.join(''));
  if (beside === 0) return `<${inner}>`;
  return `<${table(`<TR><TD>${inner}</TD>${cell(beside, height)}</TR>`)}>`;
}

function table(rows: string): string {
  return `<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">${rows}</TABLE>`;
}

function row(width: number, height: number, port?: string): string {
  return `<TR>${cell(width, height, port)}</TR>`;
}

function cell(width: number, height: number, port?: string): string {
  const name = port === undefined ? '' : ` PORT="${port}"`;
  return `<TD${name} FIXEDSIZE="TRUE" WIDTH="${Math.ceil(width)}" HEIGHT="${Math.ceil(height)}"></TD>`;
}

function blank(width: number, height: number): string {
  return `<${table(row(width, height))}>`;
}

function edge({ boxes }: Graph, line: Line, index: number): string {
  const words = lineWords(line);
  const label = words === '' ? '' : `, label=${blank(textWidth(words) + 10, FONT_SIZE + 6)}`;
  const end = (name: string, column: string | undefined) => {
    const at = boxes.findIndex(({ box }) => box.name === name && box.kind !== 'enum');
    return `n${at}:${port(boxes[at], column)}`;
  };
  const from = end(line.parent, line.parentColumns[0]);
  return `${from}:e -> ${end(line.child, line.childColumns[0])}:w [id="e${index}"${label}];`;
}

function port(box: ShownBox | undefined, column: string | undefined): string {
  const at = column === undefined ? -1 : (box?.rows.findIndex(({ row }) => row.name === column) ?? -1);
  return at < 0 ? 'h' : `r${at}`;
}
