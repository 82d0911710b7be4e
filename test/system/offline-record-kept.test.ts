import { expect } from 'chai';
import { migrateUp } from '../../src/migrator/migrate.js';
import { execute } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { formerState } from '../support/failures.js';
import { scriptFor, stoppedScript } from '../support/offline-run.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision(
  'MakeGauges1800000000361',
  ['CREATE TABLE gauges (id integer)'],
  ['DROP TABLE gauges'],
);
const DIALS = revision('MakeDials1800000000362', ['CREATE TABLE dials (id integer)'], ['DROP TABLE dials']);
const CONTENTS = { entities: [], migrations: [GAUGES, DIALS] };

const meddling = (event: string, body: string): readonly string[] => [
  `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN ${body} END $f$`,
  `CREATE CONSTRAINT TRIGGER odd AFTER ${event} ON migrations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION meddle()`,
];

/** What changes a record behind the statement that has written it, or puts back one that was removed. */
const TRIGGERS = {
  postgres: {
    up: meddling('INSERT', `UPDATE migrations SET name = 'x' WHERE id = NEW.id; RETURN NULL;`),
    down: meddling('DELETE', 'INSERT INTO migrations SELECT OLD.*; RETURN NULL;'),
  },
  sqlite: {
    up: [
      `CREATE TRIGGER odd AFTER INSERT ON migrations BEGIN UPDATE migrations SET name = 'x' WHERE id = NEW.id; END`,
    ],
    down: [
      'CREATE TRIGGER odd AFTER DELETE ON migrations BEGIN INSERT INTO migrations VALUES (OLD.id, OLD."timestamp", OLD.name); END',
    ],
  },
} as const;

const NAMES = { sqlite: 'SQLite', postgres: 'PostgreSQL' };

for (const dialect of ['sqlite', 'postgres'] as const)
  onDatabase(dialect, `An offline script whose record a trigger changes (${NAMES[dialect]})`, (database) => {
    for (const [direction, at, target] of [
      ['up', 'MakeGauges', 'MakeGauges..MakeDials'],
      ['down', 'MakeDials', 'MakeDials..MakeGauges'],
    ] as const)
      it(`An offline script whose record a trigger changes (${NAMES[dialect]}) stops on the way ${direction}, and changes nothing`, async () => {
        await migrateUp(await database().connect(CONTENTS), { target: at });
        await execute(database(), TRIGGERS[dialect][direction]);
        const before = await formerState(database());
        const script = await scriptFor(database(), CONTENTS, { direction, target });
        expect(await stoppedScript(database(), script)).to.include(
          'MakeDials1800000000362: the database did not keep the record as it was written; check the triggers of migrations',
        );
        expect(await formerState(database())).to.deep.equal(before);
      });
  });
