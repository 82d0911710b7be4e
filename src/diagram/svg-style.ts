import { FONT_FAMILY, FONT_SIZE } from './text-size.js';

/** Colours on a light and on a dark background. Each mark has its sign as well. */
const LIGHT = {
  ground: '#ffffff',
  box: '#ffffff',
  head: '#e8eef6',
  view: '#efe8f6',
  enum: '#f6f1e3',
  border: '#5b6b7f',
  text: '#16202c',
  quiet: '#52606f',
  key: '#0b5a8f',
  line: '#5b6b7f',
  group: '#f5f7fa',
  added: '#11692f',
  removed: '#b3261e',
  changed: '#8a5200',
  addedHead: '#d9f2df',
  removedHead: '#fbdedb',
  changedHead: '#fbebcc',
};

const DARK: typeof LIGHT = {
  ground: '#10161d',
  box: '#18212b',
  head: '#26364a',
  view: '#35294a',
  enum: '#3b3420',
  border: '#8b9bb0',
  text: '#e8eef5',
  quiet: '#b0bdcb',
  key: '#7cc4f5',
  line: '#94a4b8',
  group: '#141c25',
  added: '#7ddc98',
  removed: '#ff9d94',
  changed: '#f5c264',
  addedHead: '#173d24',
  removedHead: '#4c1f1c',
  changedHead: '#46340f',
};

/** The style of diagrams; a page that contains some has it once. */
export const DIAGRAM_STYLE = [
  `.diagram{${variables(LIGHT)};font-family:${FONT_FAMILY};font-size:${FONT_SIZE}px}`,
  `@media (prefers-color-scheme:dark){.diagram{${variables(DARK)}}}`,
  '.diagram .ground{fill:var(--ground)}',
  '.diagram text{fill:var(--text);white-space:pre}',
  '.diagram .body{fill:var(--box);stroke:var(--border)}',
  '.diagram .head{fill:var(--head);stroke:var(--border)}',
  '.diagram .view .head{fill:var(--view)}.diagram .view .body{stroke-dasharray:5 3}',
  '.diagram .enum .head{fill:var(--enum)}',
  '.diagram .title{font-weight:bold}',
  '.diagram .quiet{fill:var(--quiet)}',
  '.diagram .key{fill:var(--key)}',
  '.diagram .group rect{fill:var(--group);stroke:var(--border);stroke-opacity:.5}',
  '.diagram .line path{fill:none;stroke:var(--line);stroke-width:1.2}',
  '.diagram .line circle{fill:var(--ground);stroke:var(--line);stroke-width:1.2}',
  '.diagram .reads path{stroke-dasharray:4 3}',
  '.diagram .label{fill:var(--ground)}',
  ...['added', 'removed', 'changed'].map(markStyle),
].join('\n');

function variables(colours: typeof LIGHT): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}:${colour}`)
    .join(';');
}

function markStyle(mark: string): string {
  return [
    `.diagram .${mark}>.head{fill:var(--${mark}Head)}`,
    `.diagram .${mark}>.head,.diagram .${mark}>.body{stroke:var(--${mark});stroke-width:2}`,
    `.diagram .${mark}>.title,.diagram .row.${mark} text,.diagram .line.${mark} text{fill:var(--${mark})}`,
    `.diagram .line.${mark} path,.diagram .line.${mark} circle{stroke:var(--${mark});stroke-width:2}`,
    `.diagram .row.${mark} .strip{fill:var(--${mark}Head)}`,
  ].join('');
}
