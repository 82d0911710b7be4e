import { expect } from 'chai';
import { Column, Entity, Index, JoinTable, ManyToMany, ManyToOne, PrimaryColumn } from 'typeorm';
import { eachDatabase, type TestDatabase } from '../../support/databases.js';
import { findings, IN_SYNC, plainDataSource, synchronized } from './no-false-alarm-database.js';

@Entity()
class Course {
  @PrimaryColumn('integer')
  id!: number;
}

/** The join table as an entity, with a column and a key of its own. */
@Entity('enrolment')
class Enrolment {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { nullable: true })
  grade!: number | null;

  @Index()
  @ManyToOne('Student', { onDelete: 'CASCADE' })
  student!: unknown;

  @Index()
  @ManyToOne(() => Course)
  course!: unknown;
}

/** The other end, with or without a relation that goes through the same table. */
function student(relation?: { readonly synchronize: boolean }): new () => object {
  class Student {}
  Entity('student')(Student);
  PrimaryColumn('integer')(Student.prototype, 'id');
  if (relation === undefined) return Student;
  ManyToMany(() => Course)(Student.prototype, 'courses');
  JoinTable({
    name: 'enrolment',
    joinColumn: { name: 'studentId' },
    inverseJoinColumn: { name: 'courseId' },
    ...relation,
  })(Student.prototype, 'courses');
  return Student;
}

/** What the check reports with the relation about a database that was created without it. */
function findingsWith(database: TestDatabase, relation: { readonly synchronize: boolean }) {
  return synchronized(database, { entities: [student(), Course, Enrolment] }, async () => {
    const both = plainDataSource(database, { entities: [student(relation), Course, Enrolment] });
    await both.initialize();
    return findings(both).finally(() => both.destroy());
  });
}

eachDatabase('A join table that is also an entity', (database) => {
  it('A join table that is also an entity is one table, with the columns and the key of the entity', async () => {
    expect(await findingsWith(database(), { synchronize: true })).to.deep.equal(IN_SYNC);
  });

  it('A join table that is also an entity is compared where the relation is not synchronized', async () => {
    expect(await findingsWith(database(), { synchronize: false })).to.deep.equal(IN_SYNC);
  });

  it('A join table that is also an entity is reported once where it differs', async () => {
    const both = plainDataSource(database(), {
      entities: [student({ synchronize: true }), Course, Enrolment],
    });
    await both.initialize();
    const { changes } = await findings(both).finally(() => both.destroy());
    expect(changes.filter((change) => change.includes('enrolment'))).to.have.length(1);
  });
});
