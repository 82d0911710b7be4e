/** The style and the script of the page. The build replaces this module by one that contains both files. */

import { readFileSync } from 'node:fs';

function textOf(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8');
}

export const PAGE_STYLE = textOf('page.css');
export const PAGE_SCRIPT = textOf('page-script.js');
