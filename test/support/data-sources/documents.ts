import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import type { RevisionDocument } from '../../../src/generate/write/write-generated.js';
import { LineLogger } from '../../../src/logger.js';
import { parseSettings } from '../../../src/settings.js';
import { generatedClass } from '../generated-class.js';

const { DOCUMENTS_FILE = '' } = process.env;
const documents = JSON.parse(readFileSync(DOCUMENTS_FILE, 'utf8')) as readonly RevisionDocument[];

/** For `-d`, against DATABASE_URL: the generated revisions in the file DOCUMENTS_FILE. */
export const dataSource: GuardedDataSource = createDataSource(parseSettings(process.env), {
  entities: [],
  migrations: documents.map(generatedClass),
  logger: new LineLogger('info', (line) => process.stderr.write(`${line}\n`)),
});
