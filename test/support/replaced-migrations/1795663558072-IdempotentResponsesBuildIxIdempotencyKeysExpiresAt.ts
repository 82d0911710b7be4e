import { Revision, type DialectStatements } from '../../../src/migrator/revision.js';

/** ix_idempotency_keys_expires_at: new index of idempotency_keys (expires_at). */
export class IdempotentResponsesBuildIxIdempotencyKeysExpiresAt1795663558072 extends Revision {
  static override readonly description = 'ix_idempotency_keys_expires_at: new index of idempotency_keys (expires_at).';

  override readonly transaction = false;

  override readonly postgres: DialectStatements = {
    up: [
      // ix_idempotency_keys_expires_at: new index of idempotency_keys (expires_at)
      `CREATE INDEX CONCURRENTLY IF NOT EXISTS "ix_idempotency_keys_expires_at" ON "idempotency_keys" ("expires_at")`,
    ],
    down: [
      // ix_idempotency_keys_expires_at: index of idempotency_keys dropped
      `DROP INDEX CONCURRENTLY IF EXISTS "ix_idempotency_keys_expires_at"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
