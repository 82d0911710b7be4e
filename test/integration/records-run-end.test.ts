import { expect } from 'chai';
import type { MigrationEvent } from '../../src/migrator/events.js';
import { migrateUp } from '../../src/migrator/migrate.js';
import { execute } from '../support/cli-database.js';
import { onDatabase } from '../support/databases.js';
import { failureOf, ofKind, only, recordsIn, runsIn } from '../support/failures.js';
import { revision } from '../support/revisions.js';

const GAUGES = revision('MakeGauges1800000000451', ['CREATE TABLE gauges (id integer)'], []);
const DIALS = revision('MakeDials1800000000452', ['CREATE TABLE dials (id integer)'], []);
const WRONG = revision('MakeWrong1800000000453', ['CREATE TABLE dials (id integer)'], []);

const trigger = (body: string): readonly string[] => [
  `CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN ${body} END $f$`,
  'CREATE TRIGGER "Odd one" BEFORE UPDATE ON migrations_run FOR EACH ROW EXECUTE FUNCTION meddle()',
];

/** What keeps the end of a run from its row. */
const MEDDLING = {
  postgres: {
    'a trigger that swallows it': trigger('RETURN NULL;'),
    'a trigger that fails': trigger(`RAISE EXCEPTION 'append only';`),
    'a trigger that changes it': trigger(`NEW.outcome := 'stopped'; RETURN NEW;`),
    'a rule that does nothing': ['CREATE RULE "Odd one" AS ON UPDATE TO migrations_run DO INSTEAD NOTHING'],
  },
  sqlite: {
    'a trigger that swallows it': [
      'CREATE TRIGGER "Odd one" BEFORE UPDATE ON migrations_run BEGIN SELECT RAISE(IGNORE); END',
    ],
    'a trigger that fails': [
      `CREATE TRIGGER "Odd one" BEFORE UPDATE ON migrations_run BEGIN SELECT RAISE(ABORT, 'append only'); END`,
    ],
    'a trigger that changes it': [
      `CREATE TRIGGER "Odd one" AFTER UPDATE ON migrations_run BEGIN UPDATE migrations_run SET outcome = 'stopped' WHERE id = NEW.id; END`,
    ],
  },
} as const;

for (const dialect of ['sqlite', 'postgres'] as const)
  onDatabase(dialect, `The end of a run that the log does not keep (${dialect})`, (database) => {
    for (const [title, statements] of Object.entries(MEDDLING[dialect]))
      it(`The end of a run that the log does not keep (${dialect}) is reported with ${title}, and the revisions stay done`, async () => {
        await database().connectAtHead(only(GAUGES));
        await migrateUp(await database().connect(only(GAUGES)));
        await execute(database(), [...statements]);
        const events: MigrationEvent[] = [];
        const options = { onEvent: (event: MigrationEvent) => events.push(event) };
        const { done } = await migrateUp(await database().connect(only(GAUGES, DIALS)), options);
        expect(done).to.have.length(1);
        await failureOf(migrateUp(await database().connect(only(GAUGES, DIALS, WRONG)), options));
        const warnings = ofKind(events, 'warning').map(({ message }) => message);
        expect(warnings).to.have.length(2);
        expect(warnings[0]).to.match(
          /^The run ended as completed, but the database did not keep this outcome in ("public"\.)?"migrations_run"\. The log may show the run as interrupted\. Possible causes: the (trigger|rule) "Odd one" on ("migrations_run"|public\.migrations_run)\. Let the owner of the table run: .*;$/,
        );
        expect(warnings[1]).to.match(/^The run ended as failed, /);
        expect(await recordsIn(database())).to.deep.equal([
          'MakeGauges1800000000451',
          'MakeDials1800000000452',
        ]);
      });

    it(`The end of a run that the log does not keep (${dialect}) is not reported where it is kept`, async () => {
      const events: MigrationEvent[] = [];
      const dataSource = await database().connect(only(GAUGES));
      await migrateUp(dataSource, { onEvent: (event) => events.push(event) });
      expect(ofKind(events, 'warning')).to.deep.equal([]);
      expect(await runsIn(database())).to.deep.equal([
        { direction: 'up', outcome: 'completed', error: null },
      ]);
    });
  });
