import { Check, Column, Entity, Index, PrimaryColumn, type MigrationInterface } from 'typeorm';
import type { DialectName } from '../../src/databases/registry.js';
import { handWritten } from './hand-written.js';
import { revision } from './revisions.js';

/** Clears the screen, begins a line, rings, turns the direction, hides: what no output may hold as it is. */
export const ATTACK = '\u001b[2J\n\r\u0007\u009b1A\u202e\u2028\u200b\u007f';

/** A name with all of it, within the 63 bytes of PostgreSQL. */
export function hostile(name: string): string {
  return `${name}${ATTACK}in sync`;
}

/** The same for what stands in a text. */
export const quoted = (name: string): string => `"${hostile(name).replaceAll('"', '""')}"`;

/** An entity whose every name attacks. */
@Entity({ name: hostile('t') })
@Index(hostile('ix'), ['label'])
@Check(hostile('ck'), `"id" > 0`)
export class Hostile {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: hostile('pk') })
  id!: number;

  @Column({ name: hostile('c'), type: String, length: 100, default: hostile('d') })
  label!: string;

  @Column({ name: 'mood', type: 'simple-enum', enum: [hostile('glad'), 'sad'], enumName: hostile('e') })
  mood!: string;
}

const ID = (name: string, stamp: number): string => `${hostile(name)}${stamp}`;

/** Its table as the first revision makes it: with other columns, checks and indexes than the entity declares. */
const MAKE = revision(
  ID('Make', 1800000000100),
  [
    `CREATE TABLE ${quoted('t')} ("id" integer CONSTRAINT ${quoted('pk')} PRIMARY KEY, ${quoted('other')} varchar(9) DEFAULT '${hostile('d')}', CONSTRAINT ${quoted('ck')} CHECK ("id" > 1))`,
    `CREATE INDEX ${quoted('ix')} ON ${quoted('t')} (${quoted('other')})`,
    `CREATE TABLE ${quoted('foreign')} (${quoted('c')} integer)`,
    `CREATE VIEW ${quoted('v')} AS SELECT 1 AS ${quoted('c')}`,
  ],
  [`DROP VIEW ${quoted('v')}`, `DROP TABLE ${quoted('foreign')}`, `DROP TABLE ${quoted('t')}`],
);
Object.assign(MAKE, { description: `Makes${ATTACK}it.` });

/** Fails with words of the database, in which a name is. */
const FAIL = revision(ID('Fail', 1800000000200), [`INSERT INTO ${quoted('nowhere')} VALUES (1)`], []);

/** Fails with words of its own. */
const THROW = handWritten(ID('Throw', 1800000000300), () =>
  Promise.reject(new Error(`It${ATTACK}does not work.`)),
);

/** What entities and revisions there are. */
export const HOSTILE_CONTENTS = {
  entities: [Hostile],
  migrations: [MAKE, FAIL, THROW] as readonly (new () => MigrationInterface)[],
};

/** Rows of the log and of the list that another program has written. */
export const FORGED_ROWS: readonly string[] = [
  `INSERT INTO "migrations" ("timestamp", "name") VALUES (1800000000050, '${ID('Gone', 1800000000050)}')`,
  `INSERT INTO "migrations_run" ("direction", "planned", "allowed", "actor", "host", "pid", "tool")
   VALUES ('up', '${JSON.stringify([ID('Gone', 1800000000050)]).replaceAll("'", "''")}', '${JSON.stringify([hostile('allowed')])}', '${hostile('ann')}', '${hostile('host')}', 7, '${hostile('tool')}')`,
  `INSERT INTO "migrations_attempt" ("run_id", "revision", "direction", "kind", "outcome", "started_at", "finished_at", "duration_ms", "tries", "error")
   SELECT max("id"), '${ID('Fail', 1800000000200)}', 'up', '${hostile('ran')}', 'failed', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, 3, 2, '${hostile('words')}' FROM "migrations_run"`,
  `INSERT INTO "migrations_heartbeat" ("replica", "head", "version", "host", "pid")
   VALUES ('${hostile('replica')}', '${ID('Gone', 1800000000050)}', '${hostile('version')}', '${hostile('host')}', 7)`,
];

/** What else PostgreSQL can hold. */
export const FORGED_OBJECTS: Readonly<Record<DialectName, readonly string[]>> = {
  sqlite: [],
  postgres: [
    `CREATE TYPE ${quoted('e')} AS ENUM ('${hostile('other')}')`,
    `COMMENT ON TABLE ${quoted('t')} IS '${hostile('comment')}'`,
    `COMMENT ON COLUMN ${quoted('t')}."id" IS '${hostile('comment')}'`,
    `CREATE FUNCTION ${quoted('f')}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
    `CREATE TRIGGER ${quoted('tr')} BEFORE INSERT ON ${quoted('t')} FOR EACH ROW EXECUTE FUNCTION ${quoted('f')}()`,
  ],
};
