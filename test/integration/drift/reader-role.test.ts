import { expect } from 'chai';
import type { PostgresTarget } from '../../../src/database-url.js';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { migrations } from '../../../src/migrations/index.js';
import { onDatabase } from '../../support/databases.js';
import { plainDataSource } from '../../support/plain-postgres.js';

const ROLE = 'reader_of_lists';

onDatabase(
  'postgres',
  'A role that checks a database and may not read every table (PostgreSQL)',
  (database) => {
    it('It knows the pending revisions with SELECT on their list, and names that right without it', async () => {
      const owner = await database().connectAtHead();
      const columns = '"revision" text PRIMARY KEY, "phase" text NOT NULL, "changes" text NOT NULL';
      await owner.query(`CREATE TABLE IF NOT EXISTS migrations_phase (${columns})`);
      await owner.query(`CREATE ROLE ${ROLE} LOGIN PASSWORD 'reader'`);
      const target = { ...(database().target as PostgresTarget), user: ROLE, password: 'reader' };
      const reasons = async () => {
        const reader = plainDataSource(target, { entities: [], migrations: [...migrations] });
        return (await checkDrift(reader)).uncomparable.map(({ reason }) => reason);
      };
      const denied =
        'the list of applied revisions cannot be read: permission denied for table migrations. ' +
        'To list the pending revisions, the role needs SELECT on the tables of the records and USAGE on their schema';
      try {
        expect(await reasons()).to.deep.equal([denied]);
        await owner.query(`GRANT SELECT ON migrations TO ${ROLE}`);
        expect(await reasons()).to.deep.equal([]);
      } finally {
        await owner.query(`DROP OWNED BY ${ROLE}`);
        await owner.query(`DROP ROLE ${ROLE}`);
      }
    });
  },
);
