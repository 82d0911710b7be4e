import { expect } from 'chai';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { eachDatabase } from '../../support/databases.js';
import { beatOf, CONTRACT, EXPAND, MAKE, NEW } from '../../support/phased.js';

eachDatabase('Processes that use what `down` reverts', (database) => {
  async function warningsOf(target: string): Promise<readonly string[]> {
    const warnings: string[] = [];
    await migrateDown(await database().connect(NEW), {
      target,
      onEvent: (event) => {
        if (event.kind === 'warning') warnings.push(event.message.replace(/seen \d+ s/, 'seen <n> s'));
      },
    });
    return warnings;
  }

  it('are named before an expand revision is reverted, and neither before contract is nor where they are older or silent', async () => {
    await migrateUp(await database().connect(NEW));
    await beatOf(database(), { head: CONTRACT });
    await beatOf(database(), { head: MAKE, replica: 'older' });
    await beatOf(database(), { head: CONTRACT, replica: 'silent', silent: 60 });
    expect(await warningsOf(EXPAND)).to.deep.equal([]);
    expect(await warningsOf(MAKE)).to.deep.equal([
      `processes are connected whose release uses what is reverted (web-1 pid 71 at ${CONTRACT}, seen <n> s ago): their queries may fail from now on. First deploy the release before it`,
    ]);
  });
});
