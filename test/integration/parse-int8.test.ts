import { expect } from 'chai';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { checkDrift } from '../../src/drift/check-drift.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { readStatus } from '../../src/migrator/status.js';
import { eachDatabase } from '../support/databases.js';
import { revision } from '../support/revisions.js';

@Entity({ name: 'parcels' })
class Parcel {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_parcels' })
  id!: number;

  @Column({ name: 'grams', type: 'bigint' })
  grams!: number;
}

const ID = 'Parcels1800000000231';
const CREATE =
  'CREATE TABLE "parcels" ("id" integer NOT NULL, "grams" bigint NOT NULL, CONSTRAINT "pk_parcels" PRIMARY KEY ("id"))';
const PARCELS = revision(ID, [CREATE], ['DROP TABLE "parcels"']);

eachDatabase('A DataSource with parseInt8', (database) => {
  const connect = (parseInt8: boolean) =>
    database().connect({ entities: [Parcel], migrations: [PARCELS], parseInt8 });

  it('A DataSource with parseInt8 reads a bigint as a number, and migrates as any other', async () => {
    const dataSource = await connect(true);
    try {
      await migrateUp(dataSource);
      const parcels = dataSource.getRepository(Parcel);
      await parcels.save({ id: 1, grams: 3_000_000_000 });
      expect(await parcels.findOneBy({ id: 1 })).to.deep.equal({ id: 1, grams: 3_000_000_000 });
      expect(await readStatus(dataSource)).to.deep.include({ current: ID, pending: [], running: null });
      expect((await checkDrift(dataSource)).status).to.equal('in-sync');
    } finally {
      // node-postgres has one setting for the process, which other tests share.
      await connect(false);
    }
  });
});
