import { expect } from 'chai';
import { applyChanges, expectedSchema } from '../../../src/schema/apply.js';
import { diff } from '../../../src/schema/diff.js';
import { withMoved } from '../../../src/schema/moved-table.js';
import { column, key, schema, table } from './samples.js';

const TASKS = table('tasks', { columns: [column('id'), column('n')], primaryKey: key('pk_tasks', 'id') });
const JOBS = table('jobs', { columns: [column('id'), column('m')], primaryKey: key('pk_jobs', 'id') });
const LOG = table('log', { columns: [column('id')] });

const CHANGES = withMoved(diff(schema(JOBS, LOG), schema(TASKS)), [{ from: 'jobs', to: 'tasks' }]);

describe('A table with another name, in changes', () => {
  it('is two neighbours before all others', () => {
    expect(CHANGES.map(({ kind, object }) => `${kind} ${object}`)).to.deep.equal([
      'drop-table jobs',
      'create-table tasks',
      'drop-table log',
    ]);
  });

  it('leads from one schema to the other, and back', () => {
    expect(applyChanges(schema(JOBS, LOG), CHANGES)).to.deep.equal(schema(TASKS));
    const back = expectedSchema(schema(TASKS), { pendingContracts: [CHANGES], newerApplied: [] });
    expect(diff(back, schema(JOBS, LOG))).to.deep.equal([]);
  });

  it('keeps what the table has beside the change', () => {
    const more = { ...TASKS, columns: [...TASKS.columns, column('further')] };
    const back = expectedSchema(schema(more), { pendingContracts: [CHANGES], newerApplied: [] });
    const [jobs] = back.tables.filter(({ name }) => name === 'jobs');
    expect(jobs?.columns.map(({ name }) => name)).to.deep.equal(['id', 'further', 'm']);
    expect(jobs?.primaryKey?.name).to.equal('pk_jobs');
  });

  it('stays away where the table is not there', () => {
    expect(applyChanges(schema(LOG), CHANGES).tables).to.deep.equal([]);
  });
});
