// Writes schemas/ from the schemas in src. `npm run schemas` calls it.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaFiles } from './schema-files.js';

const folder = fileURLToPath(new URL('../schemas/', import.meta.url));
const files = schemaFiles();
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) if (!(name in files)) rmSync(`${folder}${name}`);
for (const [name, text] of Object.entries(files)) writeFileSync(`${folder}${name}`, text);
