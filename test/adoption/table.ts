import type { Outcome } from './take-through.js';
import { STEPS } from './steps.js';

const HEAD = ['project', 'typeorm', 'driver', 'nest', 'what worked', 'seconds'];

/** What worked in which project, one line each. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = [HEAD, ...outcomes.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) => cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => line.trimEnd())
    .join('\n');
}

function row({ project, worked, seconds }: Outcome): readonly string[] {
  const { form, typeorm, driver, nest, node, legacyPeerDeps } = project;
  const marks = [
    ...(node === undefined ? [] : [`Node ${node}`]),
    ...(legacyPeerDeps === true ? ['--legacy-peer-deps'] : []),
  ];
  return [
    form.folder,
    typeorm,
    [driver, ...marks].join(', '),
    nest === undefined ? '-' : nest.join(', @nestjs/typeorm '),
    steps(worked),
    String(seconds),
  ];
}

function steps(worked: readonly string[]): string {
  return worked.length === STEPS.length ? 'everything' : worked.join(', ') || 'nothing';
}
