import { Column } from 'typeorm';
import { createDataSource } from '../../src/data-source.js';
import { entities, Job } from '../../src/entities/index.js';
import { generateRevisions } from '../../src/generate/generate-revisions.js';
import { LineLogger } from '../../src/logger.js';
import { migrations } from '../../src/migrations/index.js';
import { parseSettings } from '../../src/settings.js';

/**
 * Generates what one more column of jobs requires, for both databases, with rows of every table; writes nothing.
 *
 *     node --import tsx own-column.ts <server for scratch databases>
 */
const [scratchUrl = ''] = process.argv.slice(2);
Column({ name: 'rank', type: 'integer', default: 0 })(Job.prototype, 'rank');
const logger = new LineLogger('error', () => undefined);
const { revisions } = await generateRevisions(
  createDataSource(parseSettings({}), { entities, migrations, logger }),
  { folder: 'src/migrations', name: 'Rank', scratchUrl, thorough: true, write: false },
);
process.stdout.write(`${JSON.stringify(revisions)}\n`);
