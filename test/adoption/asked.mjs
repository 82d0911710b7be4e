// Prints the rows of each statement as JSON, through the DataSource of a project:
//
//     node asked.mjs data-source.js "SELECT 1"
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [file, ...statements] = process.argv.slice(2);
const path = resolve(file);
// ts-node compiles what is required.
const exported = file.endsWith('.ts') ? createRequire(path)(path) : await import(pathToFileURL(path).href);
const found = [exported, exported.default, exported.default?.default].flatMap((value) => [
  value,
  ...Object.values(value ?? {}),
]);
const dataSource = found.find((value) => typeof value?.createQueryRunner === 'function');
await dataSource.initialize();
const answers = [];
for (const statement of statements) answers.push(await dataSource.query(statement));
await dataSource.destroy();
process.stdout.write(JSON.stringify(answers));
