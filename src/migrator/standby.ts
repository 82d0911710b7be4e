import { databaseOf } from '../databases/registry.js';
import type { QueryRunner } from 'typeorm';
import { readRows } from './records/read-rows.js';

/** What people are told beside what a standby has answered. */
export const STANDBY_NOTE =
  'standby: this server replays what its primary has done; it may lag behind, and does not show whether a run is under way';

/** Whether the server that answers on a connection is a standby. */
export async function isStandby(queryRunner: QueryRunner): Promise<boolean> {
  const { standbySql } = databaseOf(queryRunner.connection).migration;
  const [row] = await readRows(queryRunner, `SELECT ${standbySql} AS "standby"`);
  return row?.['standby'] === true;
}
