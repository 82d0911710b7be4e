import { expect } from 'chai';
import type { QueryRunner } from 'typeorm';
import { migrateDown, migrateUp } from '../../../src/migrator/migrate.js';
import { NO_CONFIRMATIONS } from '../../../src/generate/confirm/confirmations.js';
import { entity, type Columns, type Rest } from '../drift/no-false-alarm-database.js';
import { handWritten } from '../../support/hand-written.js';
import { table, ViewWorld } from './view-world.js';
import { generateBoth, onRealDatabase, type Entities, type Revisions } from './property/run.js';

/** What each version of the table has. */
const PERIOD: Columns = {
  name: { type: 'text', nullable: true },
  room: { type: 'integer', nullable: true },
  during: { type: 'tstzrange', nullable: true },
};
const KEY: Columns = { id: { type: 'uuid', primary: true, generated: 'uuid' } };

function things(columns: Columns = {}, rest: Rest = {}): Entities {
  return [entity('thing', { ...PERIOD, ...columns }, { tableName: 'thing', ...rest })];
}

function withExclusion(expression: string): Entities {
  return things({}, { exclusions: [{ name: 'ex_thing', expression }] });
}

/** The statements of a history, one list a revision. */
function statementsOf(revisions: Revisions): readonly (readonly string[])[] {
  return revisions.map((Revision) => {
    const { postgres } = new Revision() as unknown as {
      readonly postgres: { readonly up: readonly string[] };
    };
    return postgres.up;
  });
}

function extensionsIn(revisions: Revisions): readonly string[] {
  return statementsOf(revisions)
    .flat()
    .flatMap((sql) => /CREATE EXTENSION IF NOT EXISTS "([^"]+)"$/.exec(sql)?.[1] ?? []);
}

/** What an existing table gets, and the extensions of that. */
const CASES: readonly (readonly [title: string, after: Entities, extensions: readonly string[]])[] = [
  [
    'columns of its types',
    things({
      mails: { type: 'citext', array: true, nullable: true },
      tags: { type: 'hstore', nullable: true },
      path: { type: 'ltree', nullable: true },
      at: { type: 'cube', nullable: true },
    }),
    ['citext', 'cube', 'hstore', 'ltree'],
  ],
  [
    'a default of uuid-ossp',
    things({ token: { type: 'uuid', nullable: true, default: () => 'uuid_generate_v4()' } }),
    ['uuid-ossp'],
  ],
  [
    'an equality in an exclusion',
    withExclusion('USING gist ("room" WITH =, "during" WITH &&)'),
    ['btree_gist'],
  ],
  ['a text that becomes one without case', things({ name: { type: 'citext', nullable: true } }), ['citext']],
  ['an exclusion of ranges', withExclusion('USING gist ("during" WITH &&)'), []],
];

describe('The extensions of a generated revision', function () {
  this.timeout(60_000);

  it('The first revision of a schema begins with its extensions, and keeps them on the way down', async () => {
    const before = [entity('thing', { ...KEY, mail: { type: 'citext' } }, { tableName: 'thing' })];
    const { first } = await generateBoth({
      before,
      after: before,
      words: NO_CONFIRMATIONS,
      dialects: ['postgres'],
    });
    const [up = []] = statementsOf(first);
    expect(up.slice(0, 2).map((sql) => sql.split('\n').map((line) => line.trim()))).to.deep.equal([
      [
        '-- down keeps it: other objects of the database may use it',
        'CREATE EXTENSION IF NOT EXISTS "citext"',
      ],
      [
        '-- down keeps it: other objects of the database may use it',
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp"',
      ],
    ]);
    await onRealDatabase('postgres', { entities: before, migrations: first }, async (dataSource) => {
      await migrateUp(dataSource);
      await dataSource.query(`INSERT INTO thing (mail) VALUES ('A')`);
      expect(await dataSource.query(`SELECT 1 AS found FROM thing WHERE mail = 'a'`)).to.deep.equal([
        { found: 1 },
      ]);
      await migrateDown(dataSource, { target: 'base' });
      expect(
        await dataSource.query(`SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1`),
      ).to.deep.equal([{ extname: 'citext' }, { extname: 'uuid-ossp' }]);
      await migrateUp(dataSource);
    });
  });

  for (const [title, after, extensions] of CASES)
    it(`A change installs the extensions that it needs first: ${title}`, async () => {
      const { first, next, generated } = await generateBoth({
        before: things(),
        after,
        words: { ...NO_CONFIRMATIONS, allowRewrite: true },
        dialects: ['postgres'],
      });
      expect(extensionsIn(first)).to.deep.equal([]);
      expect(extensionsIn(next)).to.deep.equal(extensions);
      expect(generated.warnings.join()).not.to.match(/extension|could be created/i);
    });

  it('A change installs nothing that the revisions before it need already', async () => {
    const before = things({ mail: { type: 'citext', nullable: true } });
    const after = things({
      mail: { type: 'citext', nullable: true },
      other: { type: 'citext', nullable: true },
    });
    const { first, next } = await generateBoth({
      before,
      after,
      words: NO_CONFIRMATIONS,
      dialects: ['postgres'],
    });
    expect(extensionsIn(first)).to.deep.equal(['citext']);
    expect(extensionsIn(next)).to.deep.equal([]);
  });

  it('A change does not install again what a class written by hand installs', async () => {
    const world = await ViewWorld.make('postgres');
    try {
      const body = (queryRunner: QueryRunner) => queryRunner.query('CREATE EXTENSION IF NOT EXISTS citext');
      world.migrations.push(handWritten('Extensions1795700000001', body));
      const mail = { type: 'citext', nullable: true } as const;
      const tags = { type: 'hstore', nullable: true } as const;
      const { revisions } = await world.generate([table('thing', { mail, tags })]);
      const texts = revisions.flatMap(({ postgres }) => postgres.up.join(' '));
      expect(texts.join().match(/CREATE EXTENSION.*?"\w+"/g)).to.deep.equal([
        'CREATE EXTENSION IF NOT EXISTS "hstore"',
      ]);
    } finally {
      await world.remove();
    }
  });

  it('SQLite gets no extension', async () => {
    const before = [entity('thing', KEY, { tableName: 'thing' })];
    const { first } = await generateBoth({
      before,
      after: before,
      words: NO_CONFIRMATIONS,
      dialects: ['postgres', 'sqlite'],
    });
    expect(extensionsIn(first)).to.deep.equal(['uuid-ossp']);
    const { sqlite } = new first[0]!() as unknown as { readonly sqlite: { readonly up: readonly string[] } };
    expect(sqlite.up.join()).not.to.contain('EXTENSION');
  });
});
