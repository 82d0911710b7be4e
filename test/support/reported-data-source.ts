import 'reflect-metadata';
import { DataSource, type Migration } from 'typeorm';
import { databaseNamed } from '../../src/databases/registry.js';
import { parseSettings } from '../../src/settings.js';

/** For `-d` of TypeORM's command line: reports which of its methods was called and how, and does nothing else. */
class ReportedDataSource extends DataSource {
  override async runMigrations(options?: object): Promise<Migration[]> {
    return Promise.resolve(this.#say('runMigrations', options, []));
  }

  override async undoLastMigration(options?: object): Promise<void> {
    this.#say('undoLastMigration', options, undefined);
    return Promise.resolve();
  }

  override async showMigrations(): Promise<boolean> {
    return Promise.resolve(this.#say('showMigrations', {}, false));
  }

  #say<T>(method: string, options: object | undefined, answer: T): T {
    const { migrationsRun, synchronize, dropSchema, subscribers } = this.options;
    const state = JSON.stringify({ migrationsRun, synchronize, dropSchema, subscribers });
    process.stdout.write(`${method} ${JSON.stringify(options)} with ${state}\n`);
    return answer;
  }
}

const memory = { dialect: 'sqlite', path: ':memory:', shown: 'sqlite::memory:' } as const;

export const dataSource: DataSource = new ReportedDataSource({
  ...databaseNamed('sqlite').connectionOptions({ ...parseSettings({}), database: memory }),
  migrationsRun: true,
});
