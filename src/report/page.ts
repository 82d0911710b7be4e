import { createHash } from 'node:crypto';
import { DIAGRAM_STYLE } from '../diagram/svg-style.js';
import { Html, markup } from './html.js';
import { PAGE_SCRIPT, PAGE_STYLE } from './page-files.js';
import type { Report } from './report.js';
import { historySection } from './sections/history.js';
import { driftSection, pendingSection, sizesSection } from './sections/live.js';
import { revisionsSection } from './sections/revisions.js';
import { schemaSection } from './sections/schema.js';
import { summarySection } from './sections/summary.js';
import { instant } from './sections/words.js';

const STYLE = `${PAGE_STYLE}\n${DIAGRAM_STYLE}\n`;

/** Nothing is loaded, and no other script or style runs than the two of this page. */
const POLICY = [
  "default-src 'none'",
  `script-src ${hashOf(PAGE_SCRIPT)}`,
  `style-src ${hashOf(STYLE)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** A report as one page of HTML. */
export function reportPage(report: Report): string {
  const { live, madeAt } = report;
  const title = 'value' in live ? `Database report: ${live.value.shown}` : 'Database report';
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header><h1>Database report</h1><p>Made ${instant(madeAt)}</p>
${searchBox()}
<nav aria-label="Sections">${sectionsOf(report).map(([id, name]) => markup`<a href="#${id}">${name}</a> `)}</nav></header>
<main>
${summarySection(report)}${'value' in live ? [pendingSection(live.value), driftSection(live.value), historySection(live.value)] : []}${schemaSection(report)}${'value' in live ? sizesSection(live.value) : []}${revisionsSection(report)}
</main>
<script>${new Html(PAGE_SCRIPT)}</script>
</body>
</html>
`.source;
}

function searchBox(): Html {
  return markup`<div role="search"><label for="search">Search</label> <input id="search" type="search" autocomplete="off" placeholder="tables, columns, revisions"> <output id="found" for="search"></output></div>`;
}

function sectionsOf({ live }: Report): readonly (readonly [id: string, name: string])[] {
  const isLive = 'value' in live;
  return [
    ['summary', 'Summary'],
    ...(isLive
      ? ([
          ['pending', 'Pending'],
          ['drift', 'Drift'],
          ['history', 'History'],
        ] as const)
      : []),
    ['schema', 'Schema'],
    ...(isLive ? ([['sizes', 'Sizes']] as const) : []),
    ['revisions', 'Revisions'],
  ];
}
