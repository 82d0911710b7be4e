import { expect } from 'chai';
import type { DataSource } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { changesJson, nextSteps, reportLines } from '../../../src/drift/report.js';
import { migrations } from '../../../src/migrations/index.js';
import { migrateUp } from '../../../src/migrator/migrate.js';
import { eachDatabase } from '../../support/databases.js';

const NAMES = migrations.map(({ name }) => name);

eachDatabase('Differences that pending revisions explain', (database) => {
  const at = async (target: string): Promise<DataSource> => {
    const dataSource = await database().connect();
    await migrateUp(dataSource, { target });
    return dataSource;
  };

  for (const [place, name] of NAMES.slice(0, -1).entries())
    it(`After ${name}, check names a pending revision for each difference`, async () => {
      const report = await checkDrift(await at(name));
      const later = NAMES.slice(place + 1);
      const found = changesJson(report);
      expect(found.filter(({ pending = [] }) => pending.length === 0)).to.deep.equal([]);
      expect(later).to.include.members(found.flatMap(({ pending = [] }) => pending));
      if (found.length > 0)
        expect(nextSteps(report)).to.deep.equal([
          '',
          'next steps',
          '  apply the pending revisions, then check again: npm run -s db:up',
        ]);
    });

  it('check names no pending revision for a change that a person has made', async () => {
    const dataSource = await at('WorkersAndJobs');
    await dataSource.query('ALTER TABLE "users" ADD COLUMN "by_hand" integer');
    const report = await checkDrift(dataSource);
    const own = changesJson(report).filter(({ table }) => table === 'users');
    expect(own.map(({ object, pending }) => ({ object, pending }))).to.deep.equal([
      { object: 'by_hand', pending: undefined },
    ]);
    expect(nextSteps(report)).to.include(
      '  if the database changed, undo that, or declare it in the entities',
    );
  });

  it('check prints the pending revision behind the difference', async () => {
    const lines = reportLines(await checkDrift(await at('AdminUsers')), false);
    expect(lines.find((line) => line.includes('Column idempotency_keys.endpoint'))).to.match(
      /^ {2}\+ Column idempotency_keys\.endpoint is missing in the database; .*\. Pending revision: WorkersAndJobs1795663574228\.$/,
    );
  });
});
