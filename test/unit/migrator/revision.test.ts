import { expect } from 'chai';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { RevisionInvalidError } from '../../../src/errors/migration.js';
import { listRevisions, Revision, stampOf, type DialectStatements } from '../../../src/migrator/revision.js';
import { thrownBy } from '../support/thrown-by.js';

/** A migration class written by hand, as TypeORM users do. */
function migration(name: string): MigrationInterface {
  return { name, up: () => Promise.resolve(), down: () => Promise.resolve() };
}

/** The list and the dialect are all that is asked of it. */
function withMigrations(...migrations: readonly MigrationInterface[]): DataSource {
  return { migrations, options: { type: 'sqlite' } } as unknown as DataSource;
}

class Fences1000000000009 extends Revision {
  override readonly postgres: DialectStatements = { up: ['p1', 'p2'], down: ['p3'] };
  override readonly sqlite: DialectStatements = { up: ['s1'], down: ['s2', 's3'] };
}

/** A class that replaces others. */
function replacing(name: string, replaces: readonly unknown[]): MigrationInterface {
  class Made extends Revision {
    override readonly postgres: DialectStatements = { up: [], down: [] };
    override readonly sqlite: DialectStatements = { up: [], down: [] };
  }
  Object.defineProperties(Made, { name: { value: name }, replaces: { value: replaces } });
  return new Made();
}

describe('Revisions that replace others', () => {
  const [A, B, C, D] = [
    'Alpha1000000000001',
    'Bravo1000000000002',
    'Charlie1000000000003',
    'Delta1000000000004',
  ];
  const ONE = 'Both1000000000003';

  it('A revision may have the stamp of one that it replaces, and stands behind it', () => {
    const listed = listRevisions(withMigrations(replacing(ONE, [B, C]), ...[D, C, B, A].map(migration)));
    expect(listed.map(({ id }) => id)).to.deep.equal([A, B, C, ONE, D]);
  });

  const refused: readonly (readonly [migrations: readonly MigrationInterface[], message: string])[] = [
    [
      [replacing(ONE, ['Bravo'])],
      `${ONE}: replaces Bravo, which is no id of a revision. Use the class name with its 13-digit stamp.`,
    ],
    [
      [replacing(ONE, [B, D])],
      `${ONE}: replaces ${D}, which does not come before it. Give it the stamp of the newest revision that it replaces.`,
    ],
    [
      [replacing(ONE, [A, C]), migration(B)],
      `${ONE}: replaces revisions before and after ${B}. Squash revisions that follow each other.`,
    ],
    [
      [replacing('First1000000000002', [A, B]), replacing(ONE, [B, C])],
      `First1000000000002 and ${ONE}: both replace ${B}. Remove one of them from the list of migrations.`,
    ],
    [
      [replacing(ONE, [A, B]), replacing('Else1000000000003', ['Zulu1000000000001'])],
      `${ONE}: has the same stamp as Else1000000000003. Stamps define the order, so each revision needs its own. Look at 1000000000003-Else and 1000000000003-Both.`,
    ],
  ];
  for (const [migrations, message] of refused) {
    it(`A list is refused with: ${message}`, () => {
      const error = thrownBy(RevisionInvalidError, () => listRevisions(withMigrations(...migrations)));
      expect(error.message).to.equal(message);
    });
  }
});

describe('listRevisions', () => {
  it('listRevisions orders revisions by stamp, whatever their order and names', () => {
    const names = ['Zulu1000000000001', 'Alpha1000000000003', 'Mike999999999999999'];
    const listed = listRevisions(withMigrations(...[...names].reverse().map(migration)));
    expect(listed.map(({ id, stamp }) => [id, stamp])).to.deep.equal([
      ['Zulu1000000000001', 1_000_000_000_001],
      ['Alpha1000000000003', 1_000_000_000_003],
      ['Mike999999999999999', 9_999_999_999_999],
    ]);
  });

  it('listRevisions uses the name of the class for a migration without a name', () => {
    const revision = new Fences1000000000009();
    expect(listRevisions(withMigrations(revision))).to.deep.equal([
      {
        id: 'Fences1000000000009',
        stamp: 1_000_000_000_009,
        description: '',
        phase: 'expand',
        changes: {},
        migration: revision,
      },
    ]);
  });

  const refused: readonly (readonly [title: string, names: readonly string[], message: string])[] = [
    [
      'without a stamp',
      ['Fences'],
      'Fences: the name of a migration class must end in a 13-digit stamp, Fences1764000000000 for example.',
    ],
    [
      'with a stamp of 12 digits',
      ['Fences100000000000'],
      'Fences100000000000: the name of a migration class must end in a 13-digit stamp, Fences1000000000001764000000000 for example.',
    ],
    [
      'listed twice',
      ['Alpha1000000000001', 'Bravo1000000000002', 'Alpha1000000000001'],
      'Alpha1000000000001: is listed twice. Stamps define the order, so each revision needs its own. Look at 1000000000001-Alpha.',
    ],
    [
      'listed twice, with another of that stamp between them',
      ['Alpha1000000000001', 'Bravo1000000000001', 'Alpha1000000000001'],
      'Alpha1000000000001: is listed twice. Stamps define the order, so each revision needs its own. Look at 1000000000001-Alpha.',
    ],
  ];
  for (const [title, names, message] of refused) {
    it(`listRevisions rejects revisions ${title}`, () => {
      const list = () => listRevisions(withMigrations(...names.map(migration)));
      const error = thrownBy(RevisionInvalidError, list);
      expect(error.message).to.equal(message);
      expect(error.code).to.equal('REVISION_INVALID');
    });
  }

  it('listRevisions leaves classes written by hand that share a stamp in the order of the list', () => {
    const names = ['Zulu1000000000001', 'Bravo1000000000001', 'Mike1000000000000', 'Alpha1000000000001'];
    const listed = listRevisions(withMigrations(...names.map(migration)));
    expect(listed.map(({ id }) => id)).to.deep.equal([
      'Mike1000000000000',
      'Zulu1000000000001',
      'Bravo1000000000001',
      'Alpha1000000000001',
    ]);
  });

  for (const names of [
    ['Fences1000000000009', 'Bravo1000000000009'],
    ['Bravo1000000000009', 'Fences1000000000009'],
  ])
    it(`listRevisions rejects a Revision that shares its stamp with another class: ${names.join()}`, () => {
      const list = () =>
        listRevisions(
          withMigrations(
            ...names.map((name) => (name.startsWith('Fences') ? new Fences1000000000009() : migration(name))),
          ),
        );
      const [first, second] = names;
      expect(thrownBy(RevisionInvalidError, list).message).to.match(
        new RegExp(`^${second}: has the same stamp as ${first}\\. Stamps define the order, `),
      );
    });
});

describe('stampOf', () => {
  it('stampOf returns the last 13 digits of the id', () => {
    expect(stampOf('Fences1764000000123')).to.equal(1_764_000_000_123);
    expect(stampOf('Add21764000000123')).to.equal(1_764_000_000_123);
  });
});

class Ponds1000000000010 extends Revision {
  override readonly postgres: DialectStatements = { up: ['p1'], down: [] };
}

describe('A revision of one dialect', () => {
  const words =
    'Ponds1000000000010: has no statements for SQLite. Add the field sqlite with its statements, or with empty lists if there is nothing to do.';

  it('A revision of one dialect is refused where the DataSource has the other one', () => {
    const list = () => listRevisions(withMigrations(new Ponds1000000000010()));
    expect(thrownBy(RevisionInvalidError, list).message).to.equal(words);
  });

  it('A revision of one dialect does not run in the other one, whoever runs it', async () => {
    const queryRunner = { connection: { options: { type: 'sqlite' } } } as unknown as QueryRunner;
    const error: unknown = await new Ponds1000000000010().up(queryRunner).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RevisionInvalidError).and.have.property('message', words);
  });

  it('A revision of one dialect has no statements in the other one', () => {
    expect(new Ponds1000000000010().statements('sqlite', 'up')).to.deep.equal([]);
    expect(new Ponds1000000000010().statements('postgres', 'up')).to.deep.equal(['p1']);
  });
});

describe('A revision', () => {
  const revision = new Fences1000000000009();

  it('A revision lists its statements without a connection', () => {
    expect(revision.statements('postgres', 'up')).to.deep.equal(['p1', 'p2']);
    expect(revision.statements('postgres', 'down')).to.deep.equal(['p3']);
    expect(revision.statements('sqlite', 'up')).to.deep.equal(['s1']);
    expect(revision.statements('sqlite', 'down')).to.deep.equal(['s2', 's3']);
  });

  for (const [type, up, down] of [
    ['postgres', ['p1', 'p2'], ['p3']],
    ['sqlite', ['s1'], ['s2', 's3']],
    ['better-sqlite3', ['s1'], ['s2', 's3']],
  ] as const) {
    it(`A revision run on ${type} sends the statements of that dialect in their order`, async () => {
      const sent: string[] = [];
      const queryRunner = {
        connection: { options: { type } },
        query: (sql: string) => Promise.resolve(sent.push(sql)),
      } as unknown as QueryRunner;
      await revision.up(queryRunner);
      expect(sent.splice(0)).to.deep.equal(up);
      await revision.down(queryRunner);
      expect(sent).to.deep.equal(down);
    });
  }
});
