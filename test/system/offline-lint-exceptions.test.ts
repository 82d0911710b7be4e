import { expect } from 'chai';
import { execute, rowsOf } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { runOffline, scriptFor, stoppedScript } from '../support/offline-run.js';
import { INDEXED_PEGS, IS_VALID, WITHOUT_TWIN } from '../support/pegs.js';

onDatabase(
  'postgres',
  'An exception in front of an index that a script builds outside a transaction',
  (database) => {
    it('An exception in front of an index that a script builds outside a transaction does not keep the invalid one of a failed attempt from being cleared away', async () => {
      await stoppedScript(database(), await scriptFor(database(), INDEXED_PEGS, { direction: 'up' }));
      expect(await rowsOf(database(), IS_VALID)).to.deep.equal([{ valid: false }]);
      await execute(database(), [WITHOUT_TWIN]);
      await runOffline(database(), INDEXED_PEGS, { direction: 'up', target: 'MakePegs..head' });
      expect(await rowsOf(database(), IS_VALID)).to.deep.equal([{ valid: true }]);
    });
  },
);
