import { Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/data-source.js';
import type { DialectName } from '../../src/databases/registry.js';
import { entities } from '../../src/entities/index.js';
import { LineLogger } from '../../src/logger.js';
import { migrations } from '../../src/migrations/index.js';
import { TestDatabaseModule } from '../../src/nest/testing/test-database-module.js';
import { parseSettings } from '../../src/settings.js';

/** A test whose module does not compile, so that it cannot be closed; it reports which database it had. */
class Broken {}
Module({
  providers: [
    {
      provide: 'broken',
      inject: [getDataSourceToken()],
      useFactory: ({ options }: DataSource) => {
        process.stdout.write(String(options.database));
        throw new Error('A provider that fails.');
      },
    },
  ],
})(Broken);

const dataSource = createDataSource(parseSettings(process.env), {
  entities,
  migrations,
  logger: new LineLogger('error', () => undefined),
});
const imports = [TestDatabaseModule.forRoot({ dataSource, on: process.argv[2] as DialectName }), Broken];
await Test.createTestingModule({ imports })
  .compile()
  .catch(() => undefined);
