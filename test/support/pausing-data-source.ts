import 'reflect-metadata';
import { setTimeout as pause } from 'node:timers/promises';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createDataSource, type GuardedDataSource } from '../../src/data-source.js';
import { LineLogger } from '../../src/logger.js';
import { parseSettings } from '../../src/settings.js';

/** How many seconds it takes in each place; a table of this name that a test makes beforehand. */
export interface Pace {
  readonly statement: number;
  readonly between: number;
  readonly commit: number;
}

/** Takes its time in a statement, between two statements and in its COMMIT, after it has changed something. */
class PauseSomewhere1800000000391 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE TABLE "half" ("id" integer)');
    await queryRunner.query(
      `CREATE CONSTRAINT TRIGGER "at_commit" AFTER INSERT ON "half" DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION "wait_at_commit"()`,
    );
    const [pace] = (await queryRunner.query('SELECT * FROM "pace"')) as readonly Pace[];
    await queryRunner.query(`SELECT pg_sleep(${pace?.statement ?? 0})`);
    await pause((pace?.between ?? 0) * 1000);
    await queryRunner.query('INSERT INTO "half" VALUES (1)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE "half"');
  }
}

/** What a test runs beforehand. */
export function paceSql({ statement, between, commit }: Pace): string {
  return `CREATE TABLE "pace" AS SELECT ${statement} AS "statement", ${between} AS "between", ${commit} AS "commit";
    CREATE FUNCTION "wait_at_commit"() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep((SELECT "commit" FROM "pace")); RETURN NULL; END $$`;
}

/** For `-d`, against DATABASE_URL. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: [PauseSomewhere1800000000391],
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
});
