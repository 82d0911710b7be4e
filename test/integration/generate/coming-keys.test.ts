import { expect } from 'chai';
import { eachDatabase } from '../../support/databases.js';
import { entity, IN_SYNC, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { History } from './history.js';

const BOOKING: Columns = { n: { type: 'integer' }, name: { type: 'varchar' } };
const TENANT: Columns = { tenant: { type: 'varchar', default: 'main' } };
const booking = (columns: Columns, rest: Rest = {}) => [entity('booking', { ...BOOKING, ...columns }, rest)];
const KEY = { uniques: [{ name: 'uq_booking', columns: ['tenant', 'n'] }] };

eachDatabase('A key with a column that is the same in all existing rows', (database) => {
  const generates = (
    [before, after]: readonly [ReturnType<typeof booking>, ReturnType<typeof booking>],
    options: Parameters<History['generate']>[1] = {},
  ) =>
    History.lend(database().dialect, async (history) => {
      await history.generate(before);
      expect((await history.generate(after, options)).revisions).not.to.have.length(0);
      expect(await history.checked(database(), after)).to.deep.equal(IN_SYNC);
    });

  it('The test rows differ in the other column, also where a check connects it with further ones', () =>
    generates([
      booking({}),
      booking(TENANT, { ...KEY, checks: [{ name: 'ck', expression: `"n" > 0 AND "name" NOT LIKE 'a\\b'` }] }),
    ]));

  it('The test rows differ in the other column where a backfill fills the new one', () =>
    generates(
      [
        booking({}, { checks: [{ name: 'ck', expression: `"n" > 0 AND "name" <> 'a'` }] }),
        booking(
          { tenant: { type: 'varchar' } },
          { ...KEY, checks: [{ name: 'ck', expression: `"n" > 0 AND "name" <> 'a'` }] },
        ),
      ],
      { backfills: [`booking.tenant='main'`] },
    ));
});
