/** Keeps the replay of a history away from the publishers of its subscriptions. */

import type { DataSource, QueryRunner } from 'typeorm';
import { databaseOf } from '../databases/registry.js';
import { watchStatements } from '../databases/statement-watch.js';
import { GenerateError } from '../errors/base.js';
import type { SqlLanguage } from '../sql/lexer.js';
import { plainWords, withoutComments } from '../sql/text.js';

const ABOUT = /^\s*(?:CREATE|ALTER|DROP|COMMENT\s+ON)\s+SUBSCRIPTION\b/i;
const WITHIN = /\b(?:CREATE|ALTER|DROP)\s+SUBSCRIPTION\b/i;
const BLOCK = /^\s*DO\b/i;

/** In place of a statement that is left out. */
const NOTHING = 'SELECT 1 WHERE false';

const UNKNOWN =
  'The revision creates or changes a subscription in one text with other statements, and on a scratch database it would connect to the publisher. ' +
  'Let SUBSCRIPTION statements be texts of their own, which a replay leaves out.';

/**
 * Leaves out the statements about subscriptions: CREATE SUBSCRIPTION makes a slot on the publisher and copies its rows.
 * A subscription is no part of a schema that is compared.
 *
 * @param dataSource connected to a scratch database, before its revisions run
 */
export function leaveOutSubscriptions(dataSource: DataSource): void {
  const { language } = databaseOf(dataSource);
  const createQueryRunner = dataSource.createQueryRunner.bind(dataSource);
  dataSource.createQueryRunner = (mode) => leavingOut(createQueryRunner(mode), language);
}

function leavingOut(queryRunner: QueryRunner, language: SqlLanguage): QueryRunner {
  watchStatements(queryRunner, (sql, send) => (isLeftOut(sql, language) ? send(NOTHING) : send()));
  return queryRunner;
}

/** @throws GenerateError where other statements would be left out with it */
function isLeftOut(sql: string, language: SqlLanguage): boolean {
  if (!/SUBSCRIPTION/i.test(sql)) return false;
  const [bare, plain] = [withoutComments(sql, language), plainWords(sql, language)];
  const isOne = !/;\s*\S/.test(plain);
  if (isOne && ABOUT.test(bare)) return true;
  if (WITHIN.test(plain) || (BLOCK.test(bare) && WITHIN.test(bare))) throw new GenerateError(UNKNOWN);
  return false;
}
