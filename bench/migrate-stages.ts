/**
 * Runs our command line as a process of its own does, and prints as the last line, as JSON, how many milliseconds each
 * stage took and which packages it has loaded. With `connect` it only connects and goes.
 */
import { createRequire } from 'node:module';
import { writeSync } from 'node:fs';

const stages: Record<string, number> = {};
let last = 0;
const end = (stage: string) => {
  const now = performance.now();
  stages[stage] = (stages[stage] ?? 0) + now - last;
  last = now;
};

end('node starts');
if (process.argv[2] === 'connect') await connect();
else await up();

async function connect(): Promise<void> {
  await import('reflect-metadata');
  const { createDataSource } = await import('../src/data-source.js');
  const { LineLogger } = await import('../src/logger.js');
  const { parseSettings } = await import('../src/settings.js');
  const logger = new LineLogger('error', () => undefined);
  const dataSource = createDataSource(parseSettings(process.env), { entities: [], migrations: [], logger });
  await dataSource.initialize();
  await dataSource.destroy();
}

/** By the manifest of the build: TypeORM is not loaded, and the command loads the driver. */
async function up(): Promise<void> {
  const { main } = await import('../scripts/main.js');
  end('imports the command line');
  await main(['up']);
  end('loads the command and the driver, connects, migrates');
  writeSync(1, `\n${JSON.stringify({ stages, files: filesByPackage() })}`);
}

/** How many files of each package are loaded; of those that are CommonJS, which all the large ones are. */
function filesByPackage(): Readonly<Record<string, number>> {
  const files: Record<string, number> = {};
  for (const path of Object.keys(createRequire(import.meta.url).cache)) {
    const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
    if (name !== undefined) files[name] = (files[name] ?? 0) + 1;
  }
  return files;
}
