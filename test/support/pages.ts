import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

/** A fenced block of a page, without its indentation. */
export interface Block {
  /** `sh`, `ts`, `json`; empty for what a terminal shows. */
  readonly language: string;
  readonly lines: readonly string[];
  /** The heading of the second level above it; empty before the first. */
  readonly section: string;
  /** The file that it is: the paragraph above begins with its path in backticks. */
  readonly path: string | undefined;
}

/** A command of a block, and what the page shows that it prints. */
export interface ShownCommand {
  readonly words: string;
  readonly shown: readonly string[];
}

const FENCE = /^(\s*)```(\w*)$/;
const PROMPT = '$ ';

/** The blocks of a page, in order. */
export function blocksOf(page: string): readonly Block[] {
  const lines = readFileSync(join(root, page), 'utf8').split('\n');
  const blocks: Block[] = [];
  let section = '';
  for (let at = 0; at < lines.length; at += 1) {
    section = /^## (.+)$/.exec(lines[at] ?? '')?.[1] ?? section;
    const [, indent = '', language = ''] = FENCE.exec(lines[at] ?? '') ?? [];
    if (!FENCE.test(lines[at] ?? '')) continue;
    const end = lines.indexOf(`${indent}\`\`\``, at + 1);
    const inside = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    blocks.push({ language, lines: inside, section, path: pathAbove(lines.slice(0, at)) });
    at = end;
  }
  return blocks;
}

/** The commands of a block: every line of `sh`, and what comes after a prompt in a terminal. */
export function commandsOf({ language, lines }: Block): readonly ShownCommand[] {
  if (language === 'sh') return joined(lines).map((words) => ({ words, shown: [] }));
  if (language !== '') return [];
  const commands: { words: string; shown: string[] }[] = [];
  for (const line of joined(lines))
    if (line.startsWith(PROMPT)) commands.push({ words: line.slice(PROMPT.length), shown: [] });
    else commands.at(-1)?.shown.push(line);
  return commands;
}

function pathAbove(lines: readonly string[]): string | undefined {
  const text = lines.join('\n').trimEnd();
  const paragraph = text.slice(text.lastIndexOf('\n\n') + 2);
  return /^`([\w./-]+\.\w+)`/.exec(paragraph)?.[1];
}

/** A line that ends in a backslash goes on in the next one. */
function joined(lines: readonly string[]): readonly string[] {
  return lines
    .join('\n')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
}
