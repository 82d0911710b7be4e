import { DATABASES } from '../src/databases/registry.js';
import { titleOf, type FaultKind, type Outcome, type Step } from './models-outcome.js';
import { printTable } from './table.js';

const DIALECTS = DATABASES.map(({ name }) => name);
const HEADING = ['', ...DIALECTS];

/** Prints the totals of both databases. */
export function printTotals(outcomes: readonly Outcome[]): void {
  const rows = Object.entries(TOTALS).map(([title, count]) => [
    title,
    ...DIALECTS.map((dialect) => String(count(outcomes.filter((outcome) => outcome.dialect === dialect)))),
  ]);
  printTable(HEADING, rows);
}

type Count = (outcomes: readonly Outcome[]) => number;

const TOTALS: Readonly<Record<string, Count>> = {
  'folders of entities': (outcomes) => outcomes.length,
  'of them none for TypeORM on this database': (outcomes) => outcomes.filter(isNoModel).length,
  'created by TypeORM': did('synchronize'),
  "of them TypeORM's own comparison differs": having('TypeORM differs'),
  'differ after synchronize': having('difference', (step) => step === 'check'),
  "of them TypeORM's own comparison does not": (outcomes) =>
    having('difference', (step) => step === 'check')(outcomes.filter((one) => !has(one, 'TypeORM differs'))),
  'have what is uncomparable': having('uncomparable'),
  'generated from nothing': did('generate'),
  'went the whole round': did('check at the end'),
  'differ after up': having('difference', (step) => step !== 'check'),
  refused: having('refusal'),
  'refused, and the way out worked': having('way out'),
  'ended the process': having('crash'),
};

function did(step: Step): Count {
  return (outcomes) => outcomes.filter(({ done }) => done.includes(step)).length;
}

function having(kind: FaultKind, isOf: (step: Step) => boolean = () => true): Count {
  return (outcomes) =>
    outcomes
      .filter((outcome) => kind !== 'refusal' || !isNoModel(outcome))
      .filter(({ faults }) => faults.some((fault) => fault.kind === kind && isOf(fault.step))).length;
}

function has({ faults }: Outcome, kind: FaultKind): boolean {
  return faults.some((fault) => fault.kind === kind);
}

/** TypeORM refuses the entities, or has not the types of another database. */
function isNoModel(outcome: Outcome): boolean {
  return !outcome.done.includes('synchronize') && !has(outcome, 'crash');
}

/** Prints a line for each fault of a model. */
export function printFaults({ model, dialect, faults }: Outcome): void {
  for (const { step, kind, reason } of faults)
    process.stdout.write(`${dialect}, ${titleOf(model)}: ${step}: ${kind}: ${reason}\n`);
}
