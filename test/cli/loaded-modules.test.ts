import { expect } from 'chai';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { eachDatabase } from '../support/databases.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { root } from '../support/root.js';
import { loadedBy, modulesOf } from '../support/loaded-modules.js';
import { runProcess } from '../support/run-script.js';

/** The packages of modules; a driver may bring some of its own. */
function packagesIn(modules: readonly string[]): readonly string[] {
  const names = modules.flatMap((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** What reads arguments and DATABASE_URL, and what the drivers consist of: nothing else is loaded to migrate. */
const OURS = ['commander', 'pg-connection-string'];
const DRIVERS: Readonly<Record<string, readonly string[]>> = {
  sqlite: ['better-sqlite3', 'bindings', 'file-uri-to-path', 'sqlite3'],
  postgres: [
    ...['pg', 'pg-cloudflare', 'pg-int8', 'pg-pool', 'pg-protocol', 'pg-types', 'pgpass', 'split2', 'xtend'],
    ...['postgres-array', 'postgres-bytea', 'postgres-date', 'postgres-interval'],
  ],
};

/** Packages that no command of the migrator loads with a manifest. */
const HEAVY = /\/(?:typeorm|class-validator|libpg-query|valibot|reflect-metadata)\//;

eachDatabase('A command with a manifest', (database) => {
  const commands = [
    ...[['status'], ['status', '--json'], ['history'], ['up'], ['up', '--plan'], ['up', '--json']],
    ...[['down', '--plan'], ['down'], ['stamp', 'AdminUsers']],
  ];
  for (const args of commands)
    it(`Only the driver and what reads arguments are loaded by ${args.join(' ')}`, async () => {
      const { dialect, url } = database();
      await database().connectAtHead();
      const modules = await modulesOf(args, { DATABASE_URL: url });
      const allowed = [...OURS, ...(DRIVERS[dialect] ?? [])];
      expect(packagesIn(modules)).to.include(dialect === 'postgres' ? 'pg' : 'sqlite3');
      expect(packagesIn(modules).includes('commander')).to.equal(args[0] === 'stamp');
      expect(packagesIn(modules).filter((name) => !allowed.includes(name))).to.deep.equal([]);
    });

  it('Only what reads arguments is loaded to write an offline script', async () => {
    const { dialect, url } = database();
    const modules = await modulesOf(['up', '--sql'], { DATABASE_URL: url });
    expect(packagesIn(modules)).to.deep.equal(dialect === 'postgres' ? OURS : ['commander']);
  });

  it('What compares a schema is loaded without the library that checks snapshots and the parser', async () => {
    await database().connectAtHead();
    const modules = await modulesOf(['check', '--json', '--fresh'], { DATABASE_URL: database().url });
    expect(modules.some((url) => url.includes('/typeorm/'))).to.equal(true);
    expect(modules.filter((url) => /\/(?:valibot|libpg-query)\//.test(url))).to.deep.equal([]);
  });

  it('TypeORM is loaded to record head, which is compared with the entities before', async () => {
    await database().connectAtHead();
    const modules = await modulesOf(['stamp', 'head'], { DATABASE_URL: database().url });
    expect(modules.some((url) => HEAVY.test(url))).to.equal(true);
    const forced = await modulesOf(['stamp', 'head', '--force'], { DATABASE_URL: database().url });
    expect(forced.filter((url) => HEAVY.test(url))).to.deep.equal([]);
  });
});

describe('TypeORM', function () {
  this.timeout(120_000);

  it('Running lists of statements over a bare driver does not load TypeORM', async () => {
    const source = (file: string) => pathToFileURL(join(root, 'src', file)).href;
    const script = `
      const { runOn } = await import('${source('migrator/run.ts')}');
      const { databaseNamed } = await import('${source('databases/registry.ts')}');
      const { parseSettings } = await import('${source('settings.ts')}');
      const settings = parseSettings({ DATABASE_URL: 'sqlite::memory:' });
      const session = await databaseNamed('sqlite').openSession(settings, console.warn);
      const [row] = await session.query('SELECT 7 AS n');
      if (typeof runOn !== 'function' || row.n !== 7) process.exitCode = 1;
      await session.close();`;
    const args = ['--import=tsx', '--input-type=module', '--eval', script];
    const modules = await loadedBy((env) => runProcess(process.execPath, args, { env }));
    expect(modules.filter((url) => url.endsWith('/src/migrator/run.ts'))).not.to.deep.equal([]);
    expect(modules.filter((url) => /\/node_modules\/(typeorm|pg)\//.test(url))).to.deep.equal([]);
  });
});

describe('The library that checks snapshots', function () {
  this.timeout(120_000);

  it('An application that imports the package does not load the library that checks snapshots', async () => {
    const index = pathToFileURL(compiledCopy().compiled('src/index.ts')).href;
    const modules = await loadedBy((env) =>
      runProcess(process.execPath, ['--input-type=module', '--eval', `await import('${index}')`], { env }),
    );
    expect(modules.some((url) => url.includes('/typeorm/'))).to.equal(true);
    expect(modules.filter((url) => url.includes('/valibot/'))).to.deep.equal([]);
  });

  it('The library that checks snapshots is loaded by generate', async () => {
    const modules = await modulesOf(['generate', '--check'], {});
    expect(modules.some((url) => url.includes('/valibot/'))).to.equal(true);
  });
});

describe('The parser of PostgreSQL', () => {
  it('The parser of PostgreSQL is loaded by generate', async () => {
    const modules = await modulesOf(['generate', '--check'], {});
    expect(modules.some((url) => url.includes('/libpg-query/'))).to.equal(true);
  });
});
