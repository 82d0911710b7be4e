/** The two types of moved values: each has the name of both in turn. */

import { quoteIdentifier } from '../../../../../sql/quote.js';
import { statement, type Statement } from '../../../../../sql/statement.js';
import { typePropertiesAgain } from '../../attached/type-properties.js';
import type { PostgresContext } from '../../context.js';
import type { Operation } from '../../operation.js';
import type { MovedColumn } from './moved.js';
import { secondType, type MovedValues } from './moved-values.js';
import { otherSecond, type Second } from './second-names.js';

/** The types of moved columns, each once. */
export function typesOf(moved: readonly MovedColumn[]): readonly MovedValues[] {
  return [...new Set(moved.flatMap(({ values }) => values ?? []))];
}

/** The type of the second columns under its temporary name. */
export function addSecondTypes(
  { names }: PostgresContext,
  moved: readonly MovedColumn[],
  which: Second,
): readonly Operation[] {
  return typesOf(moved).map((values): Operation => {
    const { live, desired } = values;
    const name = secondType(values, which);
    const model = { ...(which === 'new' ? desired : live), name };
    return {
      ...{ phase: 'main', step: 'create-enum', alone: false },
      reason: `${name}: the ${which === 'new' ? 'values that stay' : 'values of both releases'}, for the second columns`,
      reasonBack: `${name}: no column is of this type`,
      up: [statement(names.createEnum(model))],
      down: [statement(`DROP TYPE ${names.path(name)}`)],
    };
  });
}

/** The type of the second columns gets the name, with its comment and its rights. */
export function exchangedTypes(
  { names, types }: PostgresContext,
  moved: readonly MovedColumn[],
  before: Second,
): readonly Statement[] {
  return typesOf(moved).flatMap((values) => {
    const { name } = values.desired;
    const rename = (from: string, to: string) =>
      statement(`ALTER TYPE ${names.path(from)} RENAME TO ${quoteIdentifier(to.slice(to.indexOf('.') + 1))}`);
    return [
      rename(name, secondType(values, otherSecond(before))),
      rename(secondType(values, before), name),
      ...typePropertiesAgain(types, name),
    ];
  });
}
