import { expect } from 'chai';
import { replacedValueWords } from '../../../../src/generate/compare/replaced-values.js';
import type { Rename } from '../../../../src/schema/rename.js';
import { check, column, schema, table } from '../../schema/samples.js';

/** A schema with an enumerated column, as each database has it. */
const SCHEMAS = {
  'a type': (values: readonly string[]) => ({
    ...schema(table('jobs', { columns: [column('status', { type: 'enum jobs_status_enum' })] })),
    enums: [{ name: 'jobs_status_enum', values: [...values] }],
  }),
  'a check': (values: readonly string[]) => {
    const list = values.map((value) => `'${value}'`).join(',');
    const checks = [check(null, `"status" IN (${list})`)];
    return schema(table('jobs', { columns: [column('status')], checks }));
  },
};

const renamed = (from: string, to: string): Rename => ({
  ...{ kind: 'value', table: 'jobs', column: 'status' },
  ...{ from, to },
});

for (const [what, schemaOf] of Object.entries(SCHEMAS))
  describe(`Values of ${what} that go beside new ones`, () => {
    const wordsOf = (before: string, after: string, renames: readonly Rename[] = []) =>
      replacedValueWords({ from: schemaOf(before.split(' ')), to: schemaOf(after.split(' ')), renames });

    it('are named with the rename that they may be', () => {
      expect(wordsOf('QUEUED DONE', 'WAITING DONE')).to.deep.equal([
        'jobs.status: the value QUEUED goes, and WAITING is new. If it is the same under another name, pass --rename jobs.status.QUEUED:WAITING. Without it, `up` stops at rows that contain QUEUED',
      ]);
      expect(wordsOf('QUEUED DONE', 'WAITING OPEN DONE')).to.deep.equal([
        'jobs.status: the value QUEUED goes, and WAITING and OPEN are new. If one of them is the same under another name, pass --rename jobs.status.QUEUED:WAITING or --rename jobs.status.QUEUED:OPEN. Without it, `up` stops at rows that contain QUEUED',
      ]);
    });

    it('are quoted where a shell would take them apart', () => {
      expect(wordsOf('a|b', 'c')[0]).to.include(`--rename "jobs.status.a|b:c"`);
    });

    it('are not named where none is new, or none goes', () => {
      expect(wordsOf('QUEUED DONE', 'DONE')).to.deep.equal([]);
      expect(wordsOf('DONE', 'QUEUED DONE')).to.deep.equal([]);
    });

    it('are not named where a rename is confirmed, whether the schema has it already or not', () => {
      const confirmed = [renamed('QUEUED', 'WAITING')];
      expect(wordsOf('QUEUED DONE', 'WAITING DONE', confirmed)).to.deep.equal([]);
      expect(wordsOf('WAITING DONE', 'WAITING DONE', confirmed)).to.deep.equal([]);
    });
  });
