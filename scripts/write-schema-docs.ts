// Writes the schema of this package into the documentation, from the entities. `npm run docs:schema` calls it.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaDocs } from './schema-docs.js';

const pathOf = (file: string) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const files = await schemaDocs(readFileSync(pathOf('docs/schema.md'), 'utf8'));
for (const [file, text] of Object.entries(files)) writeFileSync(pathOf(file), text);
