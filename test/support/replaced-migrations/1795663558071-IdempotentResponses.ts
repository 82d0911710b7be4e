import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** Changes idempotency_keys. */
export class IdempotentResponses1795663558071 extends Revision {
  static override readonly description = 'Changes idempotency_keys.';

  override readonly postgres: DialectStatements = {
    up: [
      // idempotency_keys.endpoint: new column, character varying(255), nullable
      `ALTER TABLE "idempotency_keys" ADD COLUMN "endpoint" character varying(255)`,
      // idempotency_keys.response_status: new column, integer, nullable
      `ALTER TABLE "idempotency_keys" ADD COLUMN "response_status" integer`,
      // idempotency_keys.response_body: new column, text, nullable
      `ALTER TABLE "idempotency_keys" ADD COLUMN "response_body" text`,
      // idempotency_keys.expires_at: new column, timestamp(3) with time zone, nullable
      `ALTER TABLE "idempotency_keys" ADD COLUMN "expires_at" timestamp(3) with time zone`,
    ],
    down: [
      // idempotency_keys.expires_at: column dropped
      `ALTER TABLE "idempotency_keys" DROP COLUMN "expires_at"`,
      // idempotency_keys.response_body: column dropped
      `ALTER TABLE "idempotency_keys" DROP COLUMN "response_body"`,
      // idempotency_keys.response_status: column dropped
      `ALTER TABLE "idempotency_keys" DROP COLUMN "response_status"`,
      // idempotency_keys.endpoint: column dropped
      `ALTER TABLE "idempotency_keys" DROP COLUMN "endpoint"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [
      // idempotency_keys.endpoint: new column, varchar(255), nullable
      `ALTER TABLE "idempotency_keys" ADD COLUMN "endpoint" varchar(255)`,
      // idempotency_keys.response_status: new column, integer, nullable
      `ALTER TABLE "idempotency_keys" ADD COLUMN "response_status" integer`,
      // idempotency_keys.response_body: new column, text, nullable
      `ALTER TABLE "idempotency_keys" ADD COLUMN "response_body" text`,
      // idempotency_keys.expires_at: new column, datetime, nullable
      `ALTER TABLE "idempotency_keys" ADD COLUMN "expires_at" datetime`,
      // ix_idempotency_keys_expires_at: new index of idempotency_keys (expires_at)
      `CREATE INDEX "ix_idempotency_keys_expires_at" ON "idempotency_keys" ("expires_at")`,
    ],
    down: [
      // ix_idempotency_keys_expires_at: index of idempotency_keys dropped
      `DROP INDEX "ix_idempotency_keys_expires_at"`,
      // idempotency_keys.endpoint: column dropped
      `ALTER TABLE "idempotency_keys" DROP COLUMN "endpoint"`,
      // idempotency_keys.expires_at: column dropped
      `ALTER TABLE "idempotency_keys" DROP COLUMN "expires_at"`,
      // idempotency_keys.response_body: column dropped
      `ALTER TABLE "idempotency_keys" DROP COLUMN "response_body"`,
      // idempotency_keys.response_status: column dropped
      `ALTER TABLE "idempotency_keys" DROP COLUMN "response_status"`,
    ],
  };
}
