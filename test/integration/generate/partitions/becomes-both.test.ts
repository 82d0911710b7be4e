import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntitySchema, MigrationInterface } from 'typeorm';
import { createDataSource, type DataSourceContents } from '../../../../src/data-source.js';
import { generateRevisions, type GenerateReport } from '../../../../src/generate/generate-revisions.js';
import { LineLogger } from '../../../../src/logger.js';
import type { PartitionOptions } from '../../../../src/partitioned.js';
import { parseSettings } from '../../../../src/settings.js';
import { MONTHLY } from '../../../support/becoming-parted.js';
import { generatedClass } from '../../../support/generated-class.js';
import { partitionedEntity } from '../../../support/partitioned-entity.js';
import { postgresServer, urlOf } from '../../../support/servers.js';

/** Two tables of which both databases have what they can. */
const gauges = (options: PartitionOptions | undefined): readonly EntitySchema[] =>
  ['gauge', 'meter'].map((name) =>
    partitionedEntity(name, options, {
      columns: {
        id: { type: String, length: '36', primary: true, primaryKeyConstraintName: `pk_${name}` },
        at: {
          type: Date,
          ...(options ? { primary: true, primaryKeyConstraintName: `pk_${name}` } : {}),
        },
        value: { type: Number, nullable: true },
      },
    }),
  );

describe('Tables that become partitioned, of entities for both databases', () => {
  it('The part of SQLite changes the primary keys alone, and each table has revisions of its own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-both-'));
    try {
      const made: (new () => MigrationInterface)[] = [];
      const generate = async (
        options: PartitionOptions | undefined,
        now: number,
      ): Promise<GenerateReport> => {
        const logger = new LineLogger('error', () => undefined);
        const dataSource = createDataSource(parseSettings({}), {
          ...{ migrations: [...made], logger },
          entities: gauges(options) as unknown as DataSourceContents['entities'],
        });
        const report = await generateRevisions(dataSource, {
          ...{ folder, name: 'Change', now, oneStep: true, scratchUrl: urlOf(postgresServer()) },
        });
        made.push(...report.revisions.map(generatedClass));
        return report;
      };
      await generate(undefined, 1_795_700_000_000);
      const { revisions, warnings } = await generate(MONTHLY, 1_795_700_060_000);
      expect(warnings).to.deep.equal([]);
      const sqlite = revisions.flatMap((one) => one.sqlite.up).join('\n');
      expect(sqlite)
        .to.match(/PRIMARY KEY \("id", "at"\)/)
        .and.not.to.contain('PARTITION');
      const names = revisions.map(({ id }) => id.replace(/\d+$/, ''));
      expect(names.slice(-6)).to.deep.equal(
        ['Gauge', 'Meter'].flatMap((name) => [
          `ChangeBound${name}`,
          `ChangeValidate${name}`,
          `ChangePartition${name}`,
        ]),
      );
      expect((await generate(MONTHLY, 1_795_700_120_000)).revisions).to.deep.equal([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
