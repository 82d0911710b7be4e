import { expect } from 'chai';
import { UsageError } from '../../../../src/errors/base.js';
import { parseRenames, renamedValuesOf } from '../../../../src/generate/compare/renames.js';
import { check, column, schema, table } from '../../schema/samples.js';
import { thrownBy } from '../../support/thrown-by.js';

const JOBS = table('jobs', {
  columns: [column('id'), column('task'), column('state', { type: 'enum jobstate' })],
});
const HEAD = {
  ...schema(JOBS, table('audit.events', { columns: [column('at')] }), table('workers')),
  enums: [{ name: 'jobstate', values: ['OLD', 'DONE'] }],
};
const DESIRED = {
  ...schema(
    table('tasks', { columns: [column('id'), column('text'), column('state', { type: 'enum jobstate' })] }),
    table('audit.events', { columns: [column('happened')] }),
    table('workers'),
  ),
  enums: [{ name: 'jobstate', values: ['NEW', 'DONE'] }],
};
const SIDES = { head: HEAD, desired: DESIRED };
const parse = (renames: readonly string[], renamedTables: readonly string[] = ['jobs:tasks']) =>
  parseRenames({ renames, renamedTables }, SIDES);

describe('Confirmed renames', () => {
  const tasks = { kind: 'table', from: 'jobs', to: 'tasks' };

  for (const { words, rename } of [
    { words: 'jobs.task:text', rename: { kind: 'column', table: 'tasks', from: 'task', to: 'text' } },
    { words: 'tasks.task:text', rename: { kind: 'column', table: 'tasks', from: 'task', to: 'text' } },
    {
      words: 'tasks.state.OLD:NEW',
      rename: { kind: 'value', table: 'tasks', column: 'state', from: 'OLD', to: 'NEW' },
    },
    {
      words: 'audit.events.at:happened',
      rename: { kind: 'column', table: 'audit.events', from: 'at', to: 'happened' },
    },
  ])
    it(`The generator reads a rename from ${words}, tables first`, () => {
      expect(parse([words])).to.deep.equal([tasks, rename]);
    });

  for (const { renames, tables, words } of [
    {
      renames: ['nothing:more'],
      words:
        '--rename nothing:more: the schema at head has no table in nothing. It has audit.events, jobs, tasks, workers.',
    },
    {
      renames: ['jobs.tusk:text'],
      words:
        '--rename jobs.tusk:text: the schema at head has no column tusk in jobs. It has id, state, task.',
    },
    {
      renames: ['jobs.task:id'],
      words: '--rename jobs.task:id: the schema at head already has a column id in tasks.',
    },
    {
      renames: ['jobs.task:txt'],
      words:
        '--rename jobs.task:txt: the entities declare no column txt in tasks. They declare id, state, text.',
    },
    { renames: ['jobs.task:'], words: '--rename jobs.task:: the form is table.old:new.' },
    {
      renames: ['jobs.state.LOST:NEW'],
      words:
        '--rename jobs.state.LOST:NEW: the schema at head has no value LOST of tasks.state. It has DONE, OLD.',
    },
    {
      renames: ['jobs.state.OLD:NEWER'],
      words:
        '--rename jobs.state.OLD:NEWER: the entities declare no value NEWER of tasks.state. They declare DONE, NEW.',
    },
    {
      renames: ['jobs.task:text', 'tasks.task:text'],
      words: '--rename tasks.task:text and --rename tasks.task:text: task has two new names. Pass only one.',
    },
    { renames: [], tables: ['jobs'], words: '--rename-table jobs: the form is old:new.' },
    {
      renames: [],
      tables: ['job:tasks'],
      words:
        '--rename-table job:tasks: the schema at head has no table job. It has audit.events, jobs, workers.',
    },
    {
      renames: [],
      tables: ['jobs:workers'],
      words: '--rename-table jobs:workers: the schema at head already has a table workers.',
    },
    {
      renames: ['jobs.state.DONE:NEW'],
      words:
        '--rename jobs.state.DONE:NEW: the entities still declare the value DONE of tasks.state. Leave this option out: the new value is added beside it.',
    },
  ])
    it(`The generator refuses a rename: ${words}`, () => {
      expect(thrownBy(UsageError, () => parse(renames, tables)).message).to.equal(words);
    });

  it('A new table or column may have the former name', () => {
    expect(parse([], ['workers:tasks'])).to.deep.equal([{ kind: 'table', from: 'workers', to: 'tasks' }]);
    const renamed = { kind: 'column', table: 'tasks', from: 'id', to: 'text' };
    expect(parse(['jobs.id:text'])).to.deep.equal([tasks, renamed]);
  });

  it('A confirmed rename may be a value that a check lists', () => {
    const sided = (value: string) => ({
      ...schema(
        table('jobs', {
          columns: [column('state')],
          checks: [check(null, `"state" IN ('${value}','DONE')`)],
        }),
      ),
      dialect: 'sqlite' as const,
    });
    const words = { renames: ['jobs.state.OLD:NEW'], renamedTables: [] };
    const renames = parseRenames(words, { head: sided('OLD'), desired: sided('NEW') });
    expect(renamedValuesOf(renames)).to.deep.equal(new Map([['jobs.state', new Map([['OLD', 'NEW']])]]));
  });
});
