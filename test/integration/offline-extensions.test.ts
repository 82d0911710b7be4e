import { expect } from 'chai';
import { Column, Entity, PrimaryGeneratedColumn, type MigrationInterface, type QueryRunner } from 'typeorm';
import { writeScript } from '../../src/migrator/offline.js';
import { onDatabase } from '../support/databases.js';
import { plainDataSource } from './drift/no-false-alarm-database.js';

@Entity('shop')
class Shop {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'citext', nullable: true })
  label!: string | null;
}

const TABLE = 'CREATE TABLE "shop" ("id" uuid NOT NULL DEFAULT uuid_generate_v4(), "label" citext)';

class Shops1800000000730 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(TABLE);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE "shop"');
  }
}

onDatabase('postgres', 'A script of migrations that rely on extensions', (database) => {
  const script = (options: object, direction: 'up' | 'down' = 'up') =>
    writeScript(
      plainDataSource(database(), { entities: [Shop], migrations: [Shops1800000000730], ...options }),
      { direction },
    );

  it('A script installs the extensions that TypeORM installs when it connects, before the first class', async () => {
    const lines = (await script({})).split('\n');
    const at = lines.indexOf('CREATE EXTENSION IF NOT EXISTS "uuid-ossp";');
    expect(lines.slice(at, at + 3)).to.deep.equal([
      'CREATE EXTENSION IF NOT EXISTS "uuid-ossp";',
      'CREATE EXTENSION IF NOT EXISTS "citext";',
      `${TABLE};`,
    ]);
  });

  it('A script installs none where the DataSource forbids it, nor on the way down', async () => {
    expect(await script({ installExtensions: false })).not.to.contain('CREATE EXTENSION');
    expect(await script({}, 'down')).not.to.contain('CREATE EXTENSION');
  });

  it('A script runs its extensions and tables on an empty database', async () => {
    const text = await script({ uuidExtension: 'pgcrypto' });
    expect(text).to.contain('CREATE EXTENSION IF NOT EXISTS "pgcrypto"');
    const dataSource = await plainDataSource(database(), { installExtensions: false } as object).initialize();
    try {
      const sent = (await script({}))
        .split('\n')
        .filter((line) => /^CREATE (?:EXTENSION|TABLE "shop")/.test(line));
      for (const sql of sent) await dataSource.query(sql);
      await dataSource.query(`INSERT INTO "shop" ("label") VALUES ('A')`);
      const [row] = await dataSource.query<{ n: number }[]>(
        `SELECT count(*)::int AS n FROM "shop" WHERE "label" = 'a'`,
      );
      expect(row?.n).to.equal(1);
    } finally {
      await dataSource.destroy();
    }
  });
});
