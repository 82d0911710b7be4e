import { expect } from 'chai';
import { backfillBlock } from '../../../src/databases/postgres/plan/backfill.js';
import { onServer } from '../../support/databases.js';
import { lendPlainPostgres, type PlainDatabase } from '../../support/plain-postgres.js';

/** More than one batch. */
const ROWS = 4000;
const KEY = [{ name: 'id', type: 'integer' }];

const FUNCTION = (name: string, body: string) =>
  `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body} END $$`;
const TRIGGER = (name: string, when: string) =>
  `CREATE TRIGGER ${name} ${when} UPDATE ON items FOR EACH ROW EXECUTE FUNCTION ${name}()`;

/** What keeps rows without a value: the objects, what the error says of them, and how many rows keep their new value. */
const REFUSED: Readonly<
  Record<string, readonly [objects: readonly string[], words: RegExp, filled: number]>
> = {
  'a trigger that refuses some rows': [
    [
      FUNCTION('veto', 'IF NEW.id % 3000 = 0 THEN RETURN NULL; END IF; RETURN NEW;'),
      TRIGGER('veto', 'BEFORE'),
    ],
    /an update leaves rows without a value as they are.*trigger veto/s,
    2000,
  ],
  'a trigger that takes the value away': [
    [FUNCTION('forget', 'NEW.tier := NULL; RETURN NEW;'), TRIGGER('forget', 'BEFORE')],
    /rows that get a value lose it again.*trigger forget/s,
    0,
  ],
  'a trigger that takes the value away behind the update': [
    [
      FUNCTION('undo', 'UPDATE items SET tier = NULL WHERE id = NEW.id AND tier IS NOT NULL; RETURN NULL;'),
      TRIGGER('undo', 'AFTER'),
    ],
    /rows that get a value lose it again.*trigger undo/s,
    0,
  ],
  'a rule': [
    ['CREATE RULE kept AS ON UPDATE TO items DO INSTEAD NOTHING'],
    /an update leaves rows without a value as they are.*rule kept/s,
    0,
  ],
};

/** Policies of another role, which do not count. */
const OF_OTHER = 'CREATE POLICY other ON items TO pg_monitor USING (true)';

/** What hides rows from the role, and what the error says of it. */
const HIDING: Readonly<
  Record<
    string,
    {
      readonly policies: readonly string[];
      readonly named: string;
      readonly remedy: string;
      /** Whether the role is the owner; default true. */
      readonly forced?: boolean;
    }
  >
> = {
  'a policy hides rows from the owner': {
    policies: ['CREATE POLICY own ON items USING (id <= 10)', OF_OTHER],
    named: 'own',
    remedy: 'NO FORCE',
  },
  'no policy shows rows': { policies: [OF_OTHER], named: 'none', remedy: 'NO FORCE' },
  'the role is not the owner': {
    policies: ['CREATE POLICY own ON items USING (id <= 10)'],
    named: 'own',
    remedy: 'DISABLE',
    forced: false,
  },
  'a policy shows rows and another one forbids to change them': {
    policies: [
      'CREATE POLICY seen ON items FOR SELECT USING (true)',
      'CREATE POLICY changed ON items FOR UPDATE USING (id <= 10)',
    ],
    named: 'changed, seen',
    remedy: 'NO FORCE',
  },
  'a restrictive policy hides rows': {
    policies: [
      'CREATE POLICY every ON items USING (true)',
      'CREATE POLICY few ON items AS RESTRICTIVE USING (id <= 10)',
    ],
    named: 'every, few',
    remedy: 'NO FORCE',
  },
};

/** What hides no rows. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  'the owner is not subject to it': [],
  'a policy opens all rows': [
    'ALTER TABLE items FORCE ROW LEVEL SECURITY',
    'CREATE POLICY every ON items TO <role> USING (true)',
    'CREATE POLICY few ON items USING (id <= 10)',
  ],
};

describe('A backfill of rows that do not take a value', function () {
  this.timeout(60_000);
  let database: PlainDatabase;
  beforeEach(async () => {
    database = await lendPlainPostgres([
      'CREATE TABLE items (id integer PRIMARY KEY, tier text)',
      `INSERT INTO items SELECT i FROM generate_series(1, ${ROWS}) AS i`,
    ]);
  });
  afterEach(() => database.takeBack());

  const failureOf = async (...statements: readonly string[]) => {
    const error: unknown = await database.execute(...statements).then(
      () => new Error('It succeeded.'),
      (reason: unknown) => reason,
    );
    const { message, detail, hint } = error as Error & { readonly detail?: string; readonly hint?: string };
    return [message, detail, hint].join('\n');
  };
  const asOwner = async (use: (role: string) => Promise<void>) => {
    const role = `backfill_owner_${database.target.database}`;
    await onServer(`CREATE ROLE ${role}`);
    try {
      await use(role);
    } finally {
      await database.execute('ALTER TABLE items OWNER TO CURRENT_USER', `DROP OWNED BY ${role}`);
      await onServer(`DROP ROLE ${role}`);
    }
  };
  const filled = async () => {
    const [row] = await database.execute('SELECT count(tier)::integer AS n FROM items');
    return row?.['n'];
  };

  for (const [way, key] of [
    ['along the key', KEY],
    ['without a key', []],
  ] as const) {
    const block = backfillBlock({ path: '"items"', column: 'tier', value: "'gold'", key });

    for (const [title, [objects, words, count]] of Object.entries(REFUSED))
      it(`A backfill ${way} fails for ${title}, and names it`, async () => {
        await database.execute(...objects);
        const failure = await failureOf(block);
        expect(failure).to.match(/^The backfill of items has stopped: /);
        expect(failure).to.match(words);
        expect(failure).to.include('Rows that are filled stay filled');
        expect(await filled()).to.equal(count);
      });

    for (const [title, { policies, named, remedy, forced = true }] of Object.entries(HIDING))
      it(`A backfill ${way} is refused before it changes a row where ${title}, naming the table, the policies and the role`, async () => {
        await asOwner(async (role) => {
          await database.execute(
            ...(forced
              ? [`ALTER TABLE items OWNER TO ${role}`]
              : [`GRANT SELECT, UPDATE ON items TO ${role}`]),
            'ALTER TABLE items ENABLE ROW LEVEL SECURITY',
            ...(forced ? ['ALTER TABLE items FORCE ROW LEVEL SECURITY'] : []),
            ...policies,
          );
          expect(await failureOf(`SET ROLE ${role}`, block)).to.equal(
            [
              `The backfill of items has stopped: row-level security may hide rows of items from the role ${role}`,
              `Policies of items for this role: ${named}`,
              `Migrate as a role that sees all rows, or let a superuser run: ALTER ROLE ${role} BYPASSRLS; or let the owner of the table run: ALTER TABLE items ${remedy} ROW LEVEL SECURITY; Then run the revision again`,
            ].join('\n'),
          );
          expect(await filled()).to.equal(0);
        });
      });

    for (const [title, statements] of Object.entries(OPEN))
      it(`A backfill ${way} fills all rows where row-level security is on and ${title}`, async () => {
        await asOwner(async (role) => {
          await database.execute(
            `ALTER TABLE items OWNER TO ${role}`,
            'ALTER TABLE items ENABLE ROW LEVEL SECURITY',
            ...statements.map((sql) => sql.replaceAll('<role>', role)),
          );
          await database.execute(`SET ROLE ${role}`, block);
          expect(await filled()).to.equal(ROWS);
        });
      });

    it(`A backfill ${way} leaves alone triggers and rules that do no harm`, async () => {
      await database.execute(
        'CREATE TABLE noted (id integer)',
        FUNCTION('marked', 'RETURN NEW;'),
        TRIGGER('marked', 'BEFORE'),
        `CREATE TRIGGER same BEFORE UPDATE ON items FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()`,
        'CREATE RULE noted AS ON UPDATE TO items DO ALSO INSERT INTO noted VALUES (NEW.id)',
      );
      await database.execute(block);
      expect(await filled()).to.equal(ROWS);
    });
  }
});
