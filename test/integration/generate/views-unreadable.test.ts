import { expect } from 'chai';
import { ViewRefusedError } from '../../../src/errors/views.js';
import { eachDatabase, onDatabase } from '../../support/databases.js';
import { table, view, ViewWorld } from './view-world.js';

const ITEM = table('item', { weight: { type: 'integer' } });

/** The words with which a view is refused. */
async function refusalOf(generated: Promise<unknown>): Promise<string> {
  const error = await generated.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(ViewRefusedError);
  return (error as ViewRefusedError).message;
}

eachDatabase('A view whose text is not one statement', (database) => {
  let world: ViewWorld;
  beforeEach(async () => (world = await ViewWorld.make(database().dialect)));
  afterEach(() => world.remove());

  it('A text with two statements is refused by name, and the second one does not run', async () => {
    await world.generate([ITEM]);
    const title = database().dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL';
    expect(
      await refusalOf(world.generate([ITEM, view('b', `SELECT ';' AS "id" FROM "item"; DROP TABLE "item"`)])),
    ).to.equal(
      `b: ${title} cannot read its text (it has more than one statement). Change the text of its entity. Nothing was written.`,
    );
  });

  it('A semicolon at the end, or in a text, is not a second statement', async () => {
    const { revisions } = await world.generate([
      ITEM,
      view('b', `SELECT "id" FROM "item" WHERE ';' <> 'a;b' -- one; two\n;`),
    ]);
    expect(revisions).to.have.length(1);
  });
});

onDatabase('sqlite', 'A view whose text SQLite cannot read', () => {
  let world: ViewWorld;
  beforeEach(async () => (world = await ViewWorld.make('sqlite')));
  afterEach(() => world.remove());

  const refused = (words: string) =>
    `b: SQLite cannot read its text (${words}). Change the text of its entity. Nothing was written.`;

  for (const [text, words] of [
    ['SELECT "id" FROM "item" WHERE nofunc("id")', 'no such function: nofunc'],
    ['SELECT "id" FROM other.job', 'view b cannot reference objects in database other'],
    ['SELECT abs("id", 2) AS "id" FROM "item"', 'wrong number of arguments to function abs()'],
    ['SELECT "id" FROM "item" WHERE "id" = ?', 'parameters are not allowed in views'],
    ['SELECT "id" FROM "item" a, "item" b', 'ambiguous column name: id'],
    ['SELEC "id" FROM "item"', 'near "SELEC": syntax error'],
  ] as const)
    it(`${text} is refused with the words of SQLite`, async () => {
      await world.generate([ITEM]);
      const found = await refusalOf(world.generate([ITEM, view('b', text)]));
      // Some versions of SQLite quote the name.
      expect(found.replace('(view "b"', '(view b')).to.equal(refused(words));
    });

  it('A view that reads another one is not named for the error of that one', async () => {
    const entities = [
      ITEM,
      view('c', 'SELECT "id" FROM "b"'),
      view('b', 'SELECT "id" FROM "item" WHERE nofunc("id")'),
    ];
    expect(await refusalOf(world.generate(entities))).to.equal(refused('no such function: nofunc'));
  });

  it('A view over an index that the table has is generated beside a new column', async () => {
    await world.generate([ITEM]);
    world.byHand(['CREATE INDEX "ix" ON "item" ("weight")'], ['DROP INDEX "ix"']);
    const wider = table('item', { weight: { type: 'integer' }, more: { type: 'integer', nullable: true } });
    const named = view('b', 'SELECT "id" FROM "item" INDEXED BY "ix" WHERE "weight" = 1');
    expect((await world.generate([wider, named])).revisions).to.have.length(1);
  });

  it('A text that the revisions contain stays, with a function of the application', async () => {
    const own = view('b', 'SELECT "id" FROM "item" WHERE of_application("id")');
    await world.generate([ITEM]);
    world.byHand(
      ['CREATE VIEW "b" AS SELECT "id" FROM "item" WHERE of_application("id")'],
      ['DROP VIEW "b"'],
    );
    const { revisions } = await world.generate([ITEM, own]);
    // TypeORM's record of the text alone.
    expect(revisions.flatMap(({ sqlite }) => sqlite.up).join('\n'))
      .to.contain('typeorm_metadata')
      .and.not.contain('CREATE VIEW');
  });
});
