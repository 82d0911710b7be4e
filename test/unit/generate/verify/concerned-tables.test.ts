import { expect } from 'chai';
import { concernedTables } from '../../../../src/generate/verify/concerned-tables.js';
import type { Change } from '../../../../src/schema/change.js';
import type { Rename } from '../../../../src/schema/rename.js';
import type { SchemaModel } from '../../../../src/schema/model.js';
import { column, foreignKey, schema, table } from '../../schema/samples.js';

const to = (name: string) => foreignKey(null, { table: name });

/** regions <- workers <- jobs -> users -> teams, and two that nothing joins. */
const HEAD = schema(
  table('regions'),
  table('workers', { foreignKeys: [to('regions')] }),
  table('jobs', { foreignKeys: [to('workers'), to('users')] }),
  table('users', { foreignKeys: [to('teams')] }),
  table('teams'),
  table('logs', { columns: [column('level', { type: 'enum level' })] }),
  table('notes'),
);

const added = (name: string): Change => ({
  kind: 'add-column',
  table: name,
  object: 'rank',
  desired: column('rank'),
});

interface Case {
  readonly changes: readonly Change[];
  readonly renames?: readonly Rename[];
  readonly desired?: SchemaModel;
}

function namesFor({ changes, renames = [], desired = HEAD }: Case): readonly string[] {
  const { head } = concernedTables({ head: HEAD, desired, changes, renames });
  return head.tables.map(({ name }) => name);
}

describe('The tables that a change can reach', () => {
  it('They are its own, those that foreign keys join both ways, and those that rows of these require', () => {
    expect(namesFor({ changes: [added('workers')] })).to.deep.equal([
      'regions',
      'workers',
      'jobs',
      'users',
      'teams',
    ]);
    expect(namesFor({ changes: [added('teams')] })).to.deep.equal(['users', 'teams']);
    expect(namesFor({ changes: [added('notes')] })).to.deep.equal(['notes']);
  });

  it('A table that comes reaches its parents', () => {
    const desired = schema(...HEAD.tables, table('tags', { foreignKeys: [to('notes')] }));
    const created: Change = { kind: 'create-table', table: 'tags', object: 'tags', desired: table('tags') };
    expect(namesFor({ changes: [created], desired })).to.deep.equal(['notes']);
  });

  it('A changed type reaches the tables that have a column of it', () => {
    const values = { name: 'level', values: ['low'] };
    const changed: Change = { kind: 'drop-enum', table: '', object: 'level', live: values };
    expect(namesFor({ changes: [changed] })).to.deep.equal(['logs']);
  });

  it('A renamed table counts under both names', () => {
    const tables = HEAD.tables.map((one) => (one.name === 'notes' ? table('remarks') : one));
    const renames: readonly Rename[] = [{ kind: 'table', from: 'notes', to: 'remarks' }];
    const sides = concernedTables({
      head: HEAD,
      desired: schema(...tables),
      changes: [added('remarks')],
      renames,
    });
    expect(sides.head.tables.map(({ name }) => name)).to.deep.equal(['notes']);
    expect(sides.desired.tables.map(({ name }) => name)).to.deep.equal(['remarks']);
  });

  it('A change that touches no table reaches all of them', () => {
    expect(namesFor({ changes: [] })).to.have.lengthOf(HEAD.tables.length);
  });
});
