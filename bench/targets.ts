import { messageOf } from '../src/errors/base.js';
import { middle } from './migrate-databases.js';
import type { Usage } from './migrate-process.js';

/** How often each is run, in turns. BENCH_ROUNDS is for a quick look. */
export const ROUNDS = Number(process.env['BENCH_ROUNDS'] ?? 9);

/** What the build before is in the table. */
export const BESIDE = 'build before';

/** A ratio that is wanted, and the one that was measured. */
export interface Target {
  readonly what: string;
  readonly ours: string;
  /** What it is measured beside. */
  readonly beside: string;
  readonly theirs: string;
  readonly ratio: number;
  /** The ratio of the times on a processor, where they were measured. */
  readonly onProcessor?: number;
  /** Undefined where it is shown only. */
  readonly limit?: number | undefined;
  /** What the limit is of where it is not the ratio. */
  readonly unit?: 'MiB';
}

/** What each name needed: medians. */
export type Medians<Name extends string> = Readonly<Record<Name, Usage>>;

export const HEADING = ['what', 'ours', 'beside', 'it needs', 'ratio', 'target: reached'] as const;

/** The cells of one target. */
export function targetRow({ what, ours, beside, theirs, ratio, ...of }: Target): string[] {
  const onProcessor = of.onProcessor === undefined ? '' : ` (${of.onProcessor.toFixed(2)})`;
  const shown = of.unit === undefined && ours !== '' ? `${ratio.toFixed(2)}${onProcessor}` : '';
  return [what, ours, beside, theirs, shown, reached(ratio, of)];
}

function reached(ratio: number, { limit, unit }: Pick<Target, 'limit' | 'unit'>): string {
  if (Number.isNaN(ratio)) return 'not measured';
  if (limit === undefined) return '';
  return `<= ${limit}${unit === undefined ? '' : ` ${unit}`}: ${ratio <= limit ? 'yes' : 'no'}`;
}

/** Of wall times; the times on a processor stand beside them. */
export function timeTarget(
  what: string,
  limit: number | undefined,
  pair: { readonly ours: Usage; readonly beside: string; readonly theirs: Usage },
): Target {
  const { ours, beside, theirs } = pair;
  return {
    ...{ what, limit, beside },
    ...{ ours: inWords(ours), theirs: inWords(theirs) },
    ratio: ours.wallMs / theirs.wallMs,
    onProcessor: ours.cpuMs / theirs.cpuMs,
  };
}

function inWords({ wallMs, cpuMs }: Usage): string {
  return `${wallMs.toFixed(0)} (${cpuMs.toFixed(0)})`;
}

/** Runs each once unmeasured, then all in turns, and another one first each time. */
export async function inTurns<Name extends string>(
  runs: Readonly<Record<Name, () => Promise<Usage>>>,
): Promise<Medians<Name>> {
  const names = Object.keys(runs) as Name[];
  const seen = new Map<Name, Usage[]>(names.map((name) => [name, []]));
  for (const name of names) await runs[name]();
  for (let round = 0; round < ROUNDS; round += 1)
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length];
      if (name !== undefined) seen.get(name)?.push(await runs[name]());
    }
  return Object.fromEntries([...seen].map(([name, list]) => [name, medianOf(list)])) as Medians<Name>;
}

function medianOf(list: readonly Usage[]): Usage {
  return {
    wallMs: middle(list.map(({ wallMs }) => wallMs)),
    cpuMs: middle(list.map(({ cpuMs }) => cpuMs)),
  };
}

/** A part that fails is printed, and leaves the others. */
export async function unlessFailed(
  part: string,
  measure: () => Promise<readonly Target[]>,
): Promise<readonly Target[]> {
  process.stderr.write(`measuring: ${part}\n`);
  try {
    return await measure();
  } catch (error) {
    process.stdout.write(`\n${part}: not measured: ${messageOf(error)}\n`);
    return [{ what: part, ours: '', beside: '', theirs: '', ratio: NaN, limit: undefined }];
  }
}
