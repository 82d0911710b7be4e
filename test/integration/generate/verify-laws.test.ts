import { expect } from 'chai';
import type { QueryRunner } from 'typeorm';
import {
  verify,
  type Verification,
  type VerificationInput,
} from '../../../src/generate/verify/verification.js';
import { eachDatabase, onDatabase, type TestDatabase } from '../../support/databases.js';
import { introspected, onScratch } from './verify-scratch.js';

/** The statements of up and down, and further objects at head. */
interface Trial {
  readonly up: readonly string[];
  readonly down: readonly string[];
  readonly more?: readonly string[];
  readonly preserved?: VerificationInput['preserved'];
  readonly plannedIndexes?: VerificationInput['plannedIndexes'];
  /** The statements that revert the last revision alone and run it again. */
  readonly partial?: readonly string[];
}

const BOTH = [
  { name: 'parent', columns: ['id', 'name'] },
  { name: 'child', columns: ['id', 'parent_id'] },
];
const KEPT = { up: BOTH, down: BOTH };

const ADD = 'ALTER TABLE parent ADD note varchar(20)';
const DROP = 'ALTER TABLE parent DROP COLUMN note';

/** A parent whose children are deleted with it. */
function statements({ dialect }: TestDatabase): readonly string[] {
  const key = dialect === 'sqlite' ? 'integer PRIMARY KEY AUTOINCREMENT' : 'serial PRIMARY KEY';
  return [
    `CREATE TABLE parent (id ${key}, name varchar(20) NOT NULL)`,
    `CREATE TABLE child (id ${key}, parent_id integer NOT NULL REFERENCES parent (id) ON DELETE CASCADE)`,
    'CREATE INDEX ix_parent_name ON parent (name)',
  ];
}

/** The entities declare a column that head lacks. */
async function drift(queryRunner: QueryRunner): Promise<readonly string[]> {
  const { tables } = await introspected(queryRunner);
  const parent = tables.find(({ name }) => name === 'parent');
  return parent?.columns.some(({ name }) => name === 'note')
    ? []
    : ['Column parent.note is missing in the database.'];
}

function proofOf(
  database: TestDatabase,
  { up, down, more = [], preserved = KEPT, plannedIndexes, partial }: Trial,
): Promise<Verification> {
  return onScratch(
    database,
    { statements: [...statements(database), ...more] },
    ({ queryRunner, schema }) => {
      const run = async (list: readonly string[]) => {
        for (const sql of list) await queryRunner.query(sql);
      };
      return verify(
        queryRunner,
        { schema, preserved, plannedIndexes },
        {
          up: () => run(up),
          down: () => run(down),
          drift: () => drift(queryRunner),
          ...(partial ? { partial: [{ what: 'down to One and up', step: () => run(partial) }] } : {}),
        },
      );
    },
  );
}

eachDatabase('The verification', (database) => {
  const shown = () => (database().dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL');
  const quoted = (text: string) => (database().dialect === 'sqlite' ? `'${text}'` : text);

  /** The details of each broken law, without the name of the database, which every line has. */
  async function broken(trial: Trial): Promise<readonly (readonly [string, readonly string[]])[]> {
    const proof = await proofOf(database(), trial);
    expect(proof.empty).to.deep.equal([]);
    return proof.broken.map(({ law, details }) => [
      law,
      details.map((line) => {
        expect(line.startsWith(`${shown()}: `), line).to.equal(true);
        return line.slice(shown().length + 2);
      }),
    ]);
  }

  it('The verification passes for a column that is added and dropped', async () => {
    expect(await broken({ up: [ADD], down: [DROP] })).to.deep.equal([]);
  });

  it('The verification passes for a table and a column that are renamed', async () => {
    const renamed = { name: 'elder', columns: ['id', 'title'] };
    const up = [{ ...BOTH[0]!, renamed }, BOTH[1]!];
    const proof = await onScratch(
      database(),
      { statements: statements(database()) },
      ({ queryRunner, schema }) =>
        verify(
          queryRunner,
          { schema, preserved: { up, down: BOTH } },
          {
            up: async () => {
              await queryRunner.query('ALTER TABLE parent RENAME TO elder');
              await queryRunner.query('ALTER TABLE elder RENAME COLUMN name TO title');
            },
            down: async () => {
              await queryRunner.query('ALTER TABLE elder RENAME COLUMN title TO name');
              await queryRunner.query('ALTER TABLE elder RENAME TO parent');
            },
            drift: () => Promise.resolve([]),
          },
        ),
    );
    expect(proof).to.deep.equal({ broken: [], empty: [] });
  });

  it('The verification fails for an up that forgets a column', async () => {
    const words = ['Column parent.note is missing in the database.'];
    expect(await broken({ up: [], down: [] })).to.deep.equal([
      ['in-sync after up', words],
      ['up again after down', words],
    ]);
  });

  it('The verification fails for an up that fails, and stops there', async () => {
    const laws = await broken({ up: ['ALTER TABLE nobody ADD a integer'], down: [DROP] });
    expect(laws.map(([law]) => law)).to.deep.equal(['up succeeds']);
    expect(laws[0]?.[1][0]).to.match(
      /^up failed: .*(no such table: nobody|relation "nobody" does not exist)$/,
    );
  });

  it('The verification fails for rows that are deleted with their parent and not restored', async () => {
    const laws = await broken({ up: [ADD, 'DELETE FROM parent WHERE id = 1'], down: [DROP] });
    const rowid = database().dialect === 'sqlite' ? 'rowid 1, id 1' : '';
    const words = laws.map(([law, details]) => [law, details.map((line) => line.replace(/;.*/, ''))]);
    const lost = ['parent: 4 rows before, 3 after', 'child: 4 rows before, 3 after'];
    expect(words).to.deep.equal([
      ['no row lost by up', lost],
      ['no row lost by down', lost],
    ]);
    expect(laws[0]?.[1][0]).to.contain(`the row with ${rowid}`);
  });

  it('The verification fails for values that up changes, even where down changes them back', async () => {
    const up = [ADD, 'UPDATE child SET parent_id = 5 - parent_id'];
    const down = [DROP, 'UPDATE child SET parent_id = 5 - parent_id'];
    const laws = await broken({ up, down });
    expect(laws.map(([law]) => law)).to.deep.equal(['no row lost by up']);
    expect(laws[0]?.[1][0]).to.match(
      /^child: \d of 4 rows changed, the first one in parent_id: \d is now \d, where (row)?id is 1$/,
    );
  });

  it('The verification fails for values that down does not restore', async () => {
    const up = { ...BOTH[0]!, columns: ['id'] };
    const laws = await broken({
      up: [ADD, "UPDATE parent SET name = 'same'"],
      down: [DROP],
      preserved: { up: [up], down: BOTH },
    });
    expect(laws.map(([law]) => law)).to.deep.equal(['no row lost by down']);
    expect(laws[0]?.[1]).to.have.length(1);
    expect(laws[0]?.[1][0]).to.match(/^parent: 4 of 4 rows changed, the first one in name: /);
    expect(laws[0]?.[1][0]).to.contain(`is now ${quoted('same')}, where`);
  });

  it('The verification fails for a down that forgets an index', async () => {
    const laws = await broken({ up: [ADD, 'DROP INDEX IF EXISTS ix_parent_name'], down: [DROP] });
    expect(laws.map(([law]) => law)).to.deep.equal(['same schema after down']);
    expect(laws[0]?.[1].join()).to.match(/gone: index .*ix_parent_name/);
  });

  it('The verification fails for a down that fails, and stops there', async () => {
    const laws = await broken({ up: [ADD], down: ['DROP TABLE nobody'] });
    expect(laws.map(([law]) => law)).to.deep.equal(['down succeeds']);
    expect(laws[0]?.[1][0]).to.match(
      /^down failed: .*(no such table: nobody|table "nobody" does not exist)$/,
    );
  });

  it('The verification fails for an up that works only once', async () => {
    const make = 'CREATE TABLE once (id integer)';
    const [first, second] = await broken({ up: [ADD, make], down: [DROP] });
    expect(first?.[0]).to.equal('same schema after down');
    expect(second?.[0]).to.equal('up again after down');
    expect(second?.[1].join()).to.match(/^the second up failed: .*once"? already exists$/);
  });

  it('The verification passes for a last revision that is reverted alone and run again', async () => {
    expect(await broken({ up: [ADD], down: [DROP], partial: [DROP, ADD] })).to.deep.equal([]);
  });

  it('The verification fails for a last revision that cannot be run again alone', async () => {
    const [law] = await broken({ up: [ADD], down: [DROP], partial: [ADD] });
    expect(law?.[0]).to.equal('up again after a partial down');
    expect(law?.[1].join()).to.match(/^down to One and up failed: .*(duplicate column|already exists)/);
  });

  it('The verification fails for a last revision that leaves something else behind when it is run again', async () => {
    const partial = ['DROP INDEX ix_parent_name', 'DELETE FROM child WHERE id = 1'];
    const [law, ...others] = await broken({ up: [ADD], down: [DROP], partial });
    expect(others).to.deep.equal([]);
    expect(law?.[0]).to.equal('up again after a partial down');
    expect(law?.[1][0]).to.match(/gone: index .*ix_parent_name/);
    expect(law?.[1].at(-1)).to.match(/^child: 4 rows before, 3 after/);
  });

  it('The verification fails for a counter that moves backwards', async () => {
    const back =
      database().dialect === 'sqlite'
        ? "UPDATE sqlite_sequence SET seq = 4 WHERE name = 'child'"
        : "SELECT setval('child_id_seq', 4)";
    const laws = await broken({ up: [ADD, back], down: [DROP] });
    const name = database().dialect === 'sqlite' ? 'child' : 'child.id';
    const words = [`${name}: the next number was 6 and is now 5`];
    expect(laws).to.deep.equal([
      ['no row lost by up', words],
      ['no row lost by down', words],
    ]);
  });

  it('The verification names the tables whose rows it cannot verify', async () => {
    const more = ['CREATE TABLE never (id integer NOT NULL, CONSTRAINT ck CHECK (id > 1 AND id < 1))'];
    const { broken: laws, empty } = await proofOf(database(), { up: [ADD], down: [DROP], more });
    expect(laws).to.deep.equal([]);
    expect(empty.map(({ table }) => table)).to.deep.equal(['never']);
    expect(empty[0]?.reason).to.match(/check constraint/i);
  });
});

onDatabase('sqlite', 'The verification on SQLite', (database) => {
  it('The verification fails for a rebuild on SQLite that deletes the children of the table by cascade', async () => {
    const rebuild = (from: string) => [
      `CREATE TABLE other (id integer PRIMARY KEY AUTOINCREMENT, ${from})`,
      'INSERT INTO other (id, name) SELECT id, name FROM parent',
      'DROP TABLE parent',
      'ALTER TABLE other RENAME TO parent',
      'CREATE INDEX ix_parent_name ON parent (name)',
    ];
    const proof = await proofOf(database(), {
      up: rebuild('name varchar(20) NOT NULL, note varchar(20)'),
      down: rebuild('name varchar(20) NOT NULL'),
    });
    const [first] = proof.broken;
    expect(first?.law).to.equal('no row lost by up');
    expect(first?.details).to.include(
      'SQLite: child: 4 rows before, 0 after; the row with rowid 1, id 1 is lost',
    );
    expect(first?.details).to.include('SQLite: parent: the next number was 6 and is now 5');
  });
});

onDatabase('postgres', 'The verification of rewrites on PostgreSQL', (database) => {
  const wrong = async (up: string, planned: readonly string[] | undefined) => {
    const { broken } = await proofOf(database(), {
      up: [ADD, up],
      down: [DROP, 'ALTER TABLE parent ALTER name TYPE varchar(20)'],
      preserved: { up: [], down: [] },
      ...(planned ? { plannedIndexes: new Set(planned) } : {}),
    });
    return broken.filter(({ law }) => law === 'no rewrite by up').flatMap(({ details }) => details);
  };

  it('The verification passes for statements that rewrite nothing', async () => {
    expect(await wrong('ALTER TABLE parent ALTER name TYPE varchar(30)', [])).to.deep.equal([]);
  });

  it('The verification fails for a table that is rewritten, and does not name its indexes', async () => {
    const words = ['PostgreSQL: the table parent is rewritten'];
    expect(await wrong(`ALTER TABLE parent ALTER name TYPE varchar(20) USING name || ''`, [])).to.deep.equal(
      words,
    );
  });

  const COLLATED = 'ALTER TABLE parent ALTER name TYPE varchar(20) COLLATE "C"';

  it('The verification fails for an index that is rebuilt', async () => {
    expect(await wrong(COLLATED, [])).to.deep.equal([
      'PostgreSQL: the index ix_parent_name of parent is rebuilt',
    ]);
  });

  it('The verification passes for an index that is built on purpose', async () => {
    expect(await wrong(COLLATED, ['ix_parent_name'])).to.deep.equal([]);
  });

  it('The verification passes for any rewrite where the lock is accepted', async () => {
    expect(
      await wrong(`ALTER TABLE parent ALTER name TYPE varchar(20) USING name || ''`, undefined),
    ).to.deep.equal([]);
  });
});
