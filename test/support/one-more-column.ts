import { fileURLToPath, pathToFileURL } from 'node:url';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { createDataSource } from '../../src/data-source.js';
import { generateRevisions } from '../../src/generate/generate-revisions.js';
import { LineLogger } from '../../src/logger.js';
import type { Revision } from '../../src/migrator/revision.js';
import { parseSettings } from '../../src/settings.js';

/**
 * Generates for both databases, into a folder: the first revision, or one for a column that was added since.
 *
 *     node --import tsx one-more-column.ts <folder> <server for scratch databases> first|second
 */
const [folder = '', scratchUrl = '', which = ''] = process.argv.slice(2);
const isFirst = which === 'first';

@Entity('accounts')
class Account {
  @PrimaryColumn({ type: 'integer' })
  id!: number;
}

if (!isFirst) Column({ type: 'integer', nullable: true })(Account.prototype, 'rank');

interface Index {
  readonly migrations: readonly (new () => Revision)[];
}

const { migrations } = isFirst
  ? { migrations: [] }
  : ((await import(pathToFileURL(`${folder}/index.ts`).href)) as Index);
const settings = parseSettings({ DATABASE_URL: 'postgres://127.0.0.1:1/nowhere' });
const logger = new LineLogger('error', () => undefined);
const { files } = await generateRevisions(
  createDataSource(settings, { entities: [Account], migrations, logger }),
  {
    ...{ folder, scratchUrl, makeIndex: true },
    name: isFirst ? 'First' : 'Second',
    now: isFirst ? 1_795_700_000_000 : 1_795_700_060_000,
    importFrom: fileURLToPath(new URL('../../src/migrator/revision.js', import.meta.url)),
  },
);
process.stdout.write(files.map((file) => `${file}\n`).join(''));
