/** A column that becomes required: a trigger gives a value to the rows of the older release, which leaves it out. */

import { quoteIdentifier } from '../../../../sql/quote.js';
import type { PostgresContext } from '../context.js';
import { reversed, type Operation } from '../operation.js';
import { guardRows } from './live-guard.js';
import { createTrigger, dropTrigger, triggerName, type RowTrigger } from './trigger.js';

/** The column, and the value of a row without one. */
export interface Fill {
  readonly table: string;
  readonly column: string;
  /** An expression; it may use the columns of the row. */
  readonly value: string;
  /** The table when the trigger is made, which its name contains; default the same. */
  readonly made?: string;
  /** The table as the value may call it; default the same. */
  readonly row?: string;
  /** Whether the column exists before, so that its rows are filled here. */
  readonly isOld: boolean;
}

/** The trigger, until contract. */
export function fillTrigger({ names }: PostgresContext, fill: Fill): Operation {
  const { table, column } = fill;
  const trigger = rowTrigger(fill);
  return {
    phase: 'main',
    step: 'attach',
    alone: false,
    reason: `${table}.${column}: rows of the older release get a value`,
    reasonBack: `${table}.${column}: rows of the older release get no value`,
    up: [guardRows({ path: names.path(table), table, column }), ...createTrigger(names, trigger)],
    down: dropTrigger(names, trigger),
  };
}

/** The same backwards. */
export function fillTriggerGone(context: PostgresContext, fill: Fill): readonly Operation[] {
  return reversed([fillTrigger(context, fill)]).map((operation) => ({
    ...operation,
    reason: `${fill.table}.${fill.column}: no older release needs a value`,
    reasonBack: `${fill.table}.${fill.column}: rows of the older release get a value`,
  }));
}

function rowTrigger({ table, column, value, made = table, row: called = table }: Fill): RowTrigger {
  const name = `NEW.${quoteIdentifier(column)}`;
  const row = quoteIdentifier(called.slice(called.indexOf('.') + 1));
  return {
    table,
    name: triggerName(made, column),
    lines: [
      `IF ${name} IS NOT DISTINCT FROM NULL THEN`,
      `  ${name} := (SELECT (${value}) FROM (SELECT NEW.*) AS ${row});`,
      'END IF;',
      'RETURN NEW;',
    ],
  };
}
