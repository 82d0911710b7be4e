/** Prints what the page of the errors contains about a code. It needs no project and no network. */

import { existsSync, readFileSync } from 'node:fs';
import { UsageError } from '../../errors/base.js';
import { suggest } from '../../migrator/suggest.js';
import { documentLines } from '../line.js';
import type { ExitCode } from '../io.js';
import type { CommandContext } from '../open.js';

/** The page, from the root of this package. */
const PAGE = 'docs/errors.md';

const SECTION = /^### `([A-Z0-9_]+)`$/;
const HEADING = /^#{1,3} /;

/**
 * Prints the section of a code; without one, all codes.
 *
 * @throws UsageError for a code that the page does not have, and where the page is not installed
 */
export function explain(code: string | undefined, { io, project }: CommandContext): ExitCode {
  const page = project.pagePath(PAGE);
  if (!existsSync(page))
    throw new UsageError(
      `${PAGE} is missing in the installed package. Install it again, with its folder docs.`,
    );
  const sections = sectionsOf(readFileSync(page, 'utf8'));
  if (code === undefined) {
    for (const name of sections.keys()) io.out(name);
    return 0;
  }
  const name = code.toUpperCase();
  const section = sections.get(name);
  if (section === undefined) throw unknownCode(code, [...sections.keys()]);
  io.out(documentLines(`${name}\n\n${withPages(section, project.pagePath)}`));
  io.out('');
  io.out(`page: ${page}#${name.toLowerCase()}`);
  return 0;
}

/** The text under the heading of each code. */
function sectionsOf(page: string): ReadonlyMap<string, string> {
  const sections = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of page.split('\n')) {
    const [, code] = SECTION.exec(line) ?? [];
    if (HEADING.test(line)) current = code === undefined ? undefined : [];
    else current?.push(line);
    if (code !== undefined && current) sections.set(code, current);
  }
  return new Map([...sections].map(([code, lines]) => [code, lines.join('\n').trim()]));
}

/** Links lead from the working directory to their pages. */
function withPages(text: string, pagePath: (page: string) => string): string {
  return text.replaceAll(/\[([^\]]+)\]\(([\w/.-]+\.md)?(#[\w-]+)?\)/g, (_link, words: string, ...to) => {
    const [page, place = ''] = to as readonly (string | undefined)[];
    return page === undefined ? words : `${words} (${pagePath(`docs/${page}`)}${place})`;
  });
}

function unknownCode(code: string, codes: readonly string[]): UsageError {
  const near = suggest(code.toUpperCase(), codes);
  const hint =
    near.length > 0 ? `Did you mean ${near.join(', ')}?` : 'To list all codes: npm run -s db -- explain';
  return new UsageError(`There is no error code "${code}". ${hint}`);
}
