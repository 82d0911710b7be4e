import { expect } from 'chai';
import { Check, Entity, PrimaryColumn } from 'typeorm';
import { checkDrift } from '../../../src/drift/check-drift.js';
import { onDatabase } from '../../support/databases.js';

const STRANGER = 'id > 0)) FROM pg_class; DELETE FROM pearls; --';

@Entity({ name: 'pearls' })
@Check('ck_pearls', STRANGER)
class Pearl {
  @PrimaryColumn({ name: 'id', type: 'integer', primaryKeyConstraintName: 'pk_pearls' })
  id!: number;
}

onDatabase('postgres', 'An entity whose check is more than an expression (PostgreSQL)', (database) => {
  it('An entity whose check is more than an expression reaches the server with nothing of it, and is listed as uncomparable', async () => {
    const dataSource = await database().connect({ entities: [Pearl], migrations: [] });
    await dataSource.query(
      'CREATE TABLE pearls (id integer NOT NULL, CONSTRAINT pk_pearls PRIMARY KEY (id), CONSTRAINT ck_pearls CHECK (id > 0))',
    );
    await dataSource.query('INSERT INTO pearls VALUES (1), (2)');
    const report = await checkDrift(dataSource);
    expect(report.uncomparable).to.deep.equal([
      {
        kind: 'check',
        table: 'pearls',
        object: 'ck_pearls',
        desired: STRANGER,
        live: '(id > 0)',
        reason: 'the database does not accept it as one expression',
      },
    ]);
    expect(report.changes).to.deep.equal([]);
    expect(await dataSource.query('SELECT count(*)::int AS pearls FROM pearls')).to.deep.equal([
      { pearls: 2 },
    ]);
  });
});
