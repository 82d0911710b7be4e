import { expect } from 'chai';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chooseSqliteDriver } from '../../src/databases/sqlite/driver.js';
import { execute } from '../support/cli-database.js';
import { eachDatabase, type TestDatabase } from '../support/databases.js';
import { problemsOf } from '../support/json-schemas.js';
import { root } from '../support/root.js';
import { NOWHERE, runCommandHere } from '../support/run-shelves.js';

const TYPEORM = pathToFileURL(join(root, 'node_modules/typeorm/index.js')).href;

/** A project that knows only TypeORM. */
function dataSourceText({ dialect, url }: TestDatabase): string {
  const place =
    dialect === 'sqlite'
      ? { type: chooseSqliteDriver().type, database: url.replace(/^sqlite:/, '') }
      : { type: 'postgres', url };
  return `import typeorm from '${TYPEORM}';
const Shelf = new typeorm.EntitySchema({
  name: 'Shelf', tableName: 'shelf',
  columns: { id: { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_shelf' } },
});
class Initial1764000000000 {
  up(queryRunner) { return queryRunner.query('CREATE TABLE "shelf" ("id" integer NOT NULL, CONSTRAINT "pk_shelf" PRIMARY KEY ("id"))'); }
  down(queryRunner) { return queryRunner.query('DROP TABLE "shelf"'); }
}
export const dataSource = new typeorm.DataSource({
  ...${JSON.stringify(place)}, entities: [Shelf], migrations: [Initial1764000000000],
});
`;
}

eachDatabase('init -d', (database: () => TestDatabase) => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-other-'));
    await writeFile(join(folder, 'data-source.mjs'), dataSourceText(database()));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const command = (name: string, ...args: readonly string[]) =>
    runCommandHere({ entities: [], migrations: [] }, NOWHERE, [
      name,
      '-d',
      join(folder, 'data-source.mjs'),
      ...args,
    ]);
  const init = (...args: readonly string[]) => command('init', ...args);

  it('init -d migrates the database of another project and checks it, without first rows', async () => {
    const { code, stdout, stderr } = await init();
    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(stdout).to.match(/^database [^\n]+\napplied Initial1764000000000 in /);
    expect(stdout).to.match(/\nschema in sync with the entities \(1 tables\)\n {2}table /);
    expect(stdout).to.not.match(/seeded|administrator/);
    const again = await init('--json');
    expect(again.code).to.equal(0);
    expect(problemsOf('init', JSON.parse(again.stdout))).to.deep.equal([]);
    expect(JSON.parse(again.stdout)).to.deep.include({
      status: 'ready',
      applied: [],
      seeded: [],
      admin: null,
    });
  });

  it('init -d ends with 2 where the schema differs from the entities', async () => {
    await init();
    await execute(database(), ['ALTER TABLE "shelf" ADD COLUMN "further" integer']);
    const { code, stdout } = await init();
    expect(code).to.equal(2);
    expect(stdout).to.match(/\nschema drifted: 1 difference\(s\)\n {2}.*further/);
  });

  it('init -d counts an accepted difference as none, and warns of an entry that matches nothing', async () => {
    await init();
    await execute(database(), ['ALTER TABLE "shelf" ADD COLUMN "further" integer']);
    const file = join(folder, 'accepted-drift.json');
    const accepting = ['--accept', '--reason', 'history', '--accepted', file];
    expect(await command('check', ...accepting)).to.include({ code: 0 });
    const { version, accepted } = JSON.parse(await readFile(file, 'utf8')) as {
      readonly version: number;
      readonly accepted: readonly object[];
    };
    const more = accepted.map((entry) => ({ ...entry, object: 'gone' }));
    await writeFile(file, JSON.stringify({ version, accepted: [...accepted, ...more] }));
    const { code, stdout, stderr } = await init('--accepted', file, '--json');
    expect(code, `${stdout}${stderr}`).to.equal(0);
    const document = JSON.parse(stdout) as { readonly accepted: readonly unknown[] };
    expect(problemsOf('init', document)).to.deep.equal([]);
    expect(document).to.deep.include({ status: 'ready', changes: [] });
    expect(document.accepted).to.have.length(1);
    expect(stderr)
      .to.match(/\n {2}accepted \(history\): .*further/)
      .and.match(/warning: .*gone/);
  });

  it('init -d refuses --admin, which only this project has', async () => {
    expect(await init('--admin', 'carol')).to.include({
      code: 64,
      stderr: 'error: --admin and -d: pass only one of them. Only this project has administrators.\n',
    });
  });
});
