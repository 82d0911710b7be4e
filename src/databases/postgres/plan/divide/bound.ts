/** The check that separates the rows that a table has when it becomes partitioned: they are its first partition. */

import { intervalOf, monthsOf } from '../../../../schema/interval.js';
import { quoteIdentifier, quoteLiteral } from '../../../../sql/quote.js';
import { alterTable, statement, type Statement } from '../../../../sql/statement.js';
import { boundSql, ORIGIN } from '../range-partitions.js';
import { refuseFound, tableBlock } from './block.js';
import type { Division } from './division.js';
import { referringTo, unpartitionable } from './obstacles.js';

/** Its name. It exists until the table is partitioned. */
export const BOUND_CHECK = 'zz_odb_first_partition';

/** So far ahead is the bound at least: new rows pass the check for as long as the revisions may take. */
const MARGIN = '28 days';

/** A row so far ahead is no ordinary one: the first partition would be the only one until then. */
const FARTHEST = '1 year';

/**
 * Adds the check for new rows. The bound is the start of a period by the clock of the server when it runs, and behind
 * the newest row. Its comment keeps the bound for the block that attaches the partition.
 *
 * @param isBack whether a row that is far ahead is no reason to fail: the check counts for new rows
 */
export function addBound({ path, key, policy, moment }: Division, isBack = false): Statement {
  const isOfMonths = monthsOf(intervalOf(policy.every)) > 0;
  const block = tableBlock('bound', {
    path,
    declared: [
      `every CONSTANT interval := ${quoteLiteral(policy.every)};`,
      `present CONSTANT timestamp := pg_catalog.timezone('UTC', pg_catalog.now());`,
      ...['upper timestamp;', 'newest timestamp;'],
    ],
    body: [
      ...(isBack ? [] : undividable({ key })),
      `EXECUTE format(${quoteLiteral(`SELECT ${moment('max(%I)')} FROM %s`)}, ${quoteLiteral(key)}, place) INTO newest;`,
      `upper := ${isOfMonths ? `'${ORIGIN}'` : `date_bin(every, present, '${ORIGIN}')`};`,
      `WHILE upper < present + interval '${MARGIN}' LOOP upper := upper + every; END LOOP;`,
      ...(isBack
        ? // least() of null and a moment is the moment, and an empty table has no newest row.
          [`IF newest IS NOT NULL THEN newest := least(newest, present + interval '${FARTHEST}'); END IF;`]
        : [
            `IF newest > greatest(upper, present + interval '${FARTHEST}') THEN`,
            `  RAISE EXCEPTION USING MESSAGE = format(${quoteLiteral(TOO_FAR)}, place, newest, ${quoteLiteral(key)});`,
            'END IF;',
          ]),
      'WHILE upper <= newest LOOP upper := upper + every; END LOOP;',
      `EXECUTE format('ALTER TABLE %s ADD CONSTRAINT ${BOUND_CHECK} CHECK (%I < %L) NOT VALID', place, ${quoteLiteral(key)}, ${boundSql('upper')});`,
      `EXECUTE format('COMMENT ON CONSTRAINT ${BOUND_CHECK} ON %s IS %L', place, ${boundSql('upper')});`,
    ],
  });
  return statement(block, { locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }] });
}

const TOO_FAR =
  '%s has rows of the time up to %s UTC in %3$I. Its first partition would take all rows until then. Change or delete the rows that are more than a year ahead, then run up again.';

/** Ends a block where the table cannot become partitioned as it is: before there is a check, and again at the end. */
export function undividable({ key }: Pick<Division, 'key'>): readonly string[] {
  return [
    ...refuseFound(referringTo('target'), REFERRED),
    ...refuseFound(unpartitionable('target', key, BOUND_CHECK), IMPOSSIBLE),
  ];
}

const REFERRED =
  '%1$s cannot become partitioned: these would refer to its first partition alone: %2$s. Drop them, or revert this group of revisions, then run up again.';
const IMPOSSIBLE =
  '%1$s cannot become partitioned: a partitioned table cannot have %2$s. Change or drop that, or revert this group of revisions, then run up again.';

/** Takes it away. */
export function dropBound(path: string): Statement {
  return alterTable(path, `DROP CONSTRAINT ${quoteIdentifier(BOUND_CHECK)}`);
}
