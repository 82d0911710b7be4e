import { Revision, type DialectStatements } from '../migrator/revision.js';

/** Creates users. */
export class AdminUsers1795438800000 extends Revision {
  static override readonly description = 'Creates users.';

  override readonly postgres: DialectStatements = {
    up: [
      `CREATE TYPE "public"."userrole" AS ENUM('ADMIN', 'OPERATOR')`,
      `CREATE TABLE "users" ("id" SERIAL NOT NULL,
        "username" character varying(100) NOT NULL,
        "password_hash" character varying(255) NOT NULL,
        "role" "public"."userrole" NOT NULL DEFAULT 'OPERATOR',
        "is_active" boolean NOT NULL DEFAULT true,
        "created_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL DEFAULT date_trunc('milliseconds', now()),
        "updated_at" TIMESTAMP(3) WITH TIME ZONE NOT NULL DEFAULT date_trunc('milliseconds', now()),
        CONSTRAINT "uq_users_username" UNIQUE ("username"),
        CONSTRAINT "pk_users" PRIMARY KEY ("id"))`,
    ],
    down: [
      `DROP TABLE "users"`,
      `DROP TYPE "public"."userrole"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [
      `CREATE TABLE "users" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL,
        "username" varchar(100) NOT NULL,
        "password_hash" varchar(255) NOT NULL,
        "role" varchar CHECK( "role" IN ('ADMIN','OPERATOR') ) NOT NULL DEFAULT ('OPERATOR'),
        "is_active" boolean NOT NULL DEFAULT (1),
        "created_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        "updated_at" datetime NOT NULL DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')),
        CONSTRAINT "uq_users_username" UNIQUE ("username"))`,
    ],
    down: [
      `DROP TABLE "users"`,
    ],
  };
}
