import { expect } from 'chai';
import { entities } from '../../src/entities/index.js';
import { migrations } from '../../src/migrations/index.js';
import { acceptedPlace } from '../support/accepted-file.js';
import { execute } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { runCommandHere } from '../support/run-shelves.js';

onDatabase('postgres', 'Accepted differences of a history before this package', (database) => {
  const place = acceptedPlace();
  it('Names of primary keys and defaults are accepted aspect by aspect', async () => {
    await database().connectAtHead();
    await execute(database(), [
      'CREATE EXTENSION "uuid-ossp"',
      'ALTER TABLE jobs RENAME CONSTRAINT pk_jobs TO "PK_a1"',
      'ALTER TABLE workers ALTER worker_id SET DEFAULT uuid_generate_v4()',
    ]);
    const run = (...args: readonly string[]) =>
      runCommandHere({ entities, migrations }, database().url, [
        'check',
        ...args,
        '--accepted',
        place().path,
      ]);
    expect((await run('--accept', '--reason', 'made by synchronize')).code).to.equal(0);
    const reason = 'made by synchronize';
    expect(await place().entries()).to.deep.equal([
      {
        ...{ dialect: 'postgres', kind: 'alter-primary-key', table: 'jobs', object: 'pk_jobs' },
        ...{ aspect: 'name', desired: 'pk_jobs', live: 'PK_a1', reason },
      },
      {
        ...{ dialect: 'postgres', kind: 'alter-column', table: 'workers', object: 'worker_id' },
        ...{ aspect: 'default', desired: null, live: '(uuid_generate_v4())::character varying', reason },
      },
    ]);
    await execute(database(), ['ALTER TABLE workers ALTER worker_id DROP NOT NULL']);
    const { code, stdout } = await run();
    expect(code).to.equal(2);
    expect(stdout).to.contain('~ Column workers.worker_id: nullable is yes, the entities declare no.\n');
    expect(stdout).to.contain(
      '    ~ Column workers.worker_id: default is uuid_generate_v4(), the entities declare none.\n',
    );
  });
});
