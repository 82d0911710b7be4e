import { expect } from 'chai';
import { NON_VOLATILE } from '../../src/lint/sql/non-volatile-functions.js';
import { rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';

onDatabase('postgres', 'The functions that lint takes for not volatile', (database) => {
  it('are all there, and not volatile in any of their forms', async () => {
    const names = [...NON_VOLATILE].map((name) => `('${name}')`).join(', ');
    const rows = await rowsOf(
      database(),
      `SELECT name, coalesce(bool_or(provolatile = 'v'), true) AS wrong
         FROM (VALUES ${names}) AS listed (name)
         LEFT JOIN pg_proc ON proname = name AND pronamespace = 'pg_catalog'::regnamespace
        GROUP BY name`,
    );
    expect(rows).to.have.length(NON_VOLATILE.size);
    expect(rows.filter(({ wrong }) => wrong === true).map(({ name }) => name)).to.deep.equal([]);
  });
});
