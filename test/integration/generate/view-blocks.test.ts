import { expect } from 'chai';
import type { PostgresTarget } from '../../../src/database-url.js';
import { keepAttached, restoreAttached, type Kept } from '../../../src/databases/postgres/views/attached.js';
import { onDatabase } from '../../support/databases.js';
import { withClient } from '../../support/failures.js';
import { createTwins, twinCalls, twinCount } from '../../support/foreign-twins.js';
import { usedIn } from '../../support/qualified-sql.js';

const VIEWS: readonly Kept[] = [
  { path: '"heavy"', what: 'all', withoutIndexes: [] },
  { path: '"light"', what: 'options', withoutIndexes: [] },
];

onDatabase('postgres', 'The blocks that keep what hangs on a view', (database) => {
  it('The blocks that keep what hangs on a view call nothing that a role which may create in public has made', async () => {
    const target = database().target as PostgresTarget;
    const role = `stranger_of_${target.database}`;
    const blocks = [keepAttached(VIEWS), restoreAttached(VIEWS)];
    const used = await usedIn(blocks.join(';\n'));
    await withClient(target, (client) =>
      client.query(
        'CREATE VIEW heavy AS SELECT 1 AS id; CREATE VIEW light AS SELECT 2 AS id; ' +
          `COMMENT ON VIEW heavy IS 'of stones'; GRANT SELECT ON heavy TO PUBLIC; GRANT UPDATE (id) ON heavy TO PUBLIC`,
      ),
    );
    await createTwins(target, used, role);
    expect(await twinCount(target, role)).to.be.greaterThan(500);
    await withClient(target, async (client) => {
      await client.query(`SET search_path = public; BEGIN; ${blocks[0] ?? ''}`);
      await client.query('DROP VIEW heavy; CREATE VIEW heavy AS SELECT 3 AS id');
      await client.query(`${blocks[1] ?? ''}; COMMIT`);
      expect((await client.query('SHOW search_path')).rows).to.deep.equal([{ search_path: 'public' }]);
      await client.query(`SET search_path = ''`);
      const { rows } = await client.query<Readonly<Record<'comment' | 'rights' | 'of_column', string>>>(
        `SELECT obj_description(c.oid) AS comment, relacl::text AS rights, attacl::text AS of_column
           FROM pg_class c JOIN pg_attribute ON attrelid = c.oid AND attname = 'id' WHERE c.oid = 'public.heavy'::regclass`,
      );
      expect(rows[0]?.comment).to.equal('of stones');
      expect(rows[0]?.rights).to.include('=r/');
      expect(rows[0]?.of_column).to.include('=w/');
    });
    expect(await twinCalls(target)).to.equal(0);
    await withClient(target, (client) => client.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`));
  });
});
