import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EntitySchema } from 'typeorm';
import type { GenerateOptions } from '../../../src/generate/generate-revisions.js';
import { DependentsLostError } from '../../../src/errors/lost-dependents.js';
import { revision } from '../../support/revisions.js';
import {
  account,
  failureOf,
  FailureWorld,
  NOW,
  type Columns,
  type More,
  type Revisions,
} from './failure-world.js';

const EMAIL: Columns = { email: { type: 'varchar', nullable: true } };

for (const dialect of ['sqlite', 'postgres'] as const)
  describe(`Generating next to objects of a revision written by hand (${dialect})`, function () {
    this.timeout(120_000);
    let folder = '';
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-failure-'))));
    afterEach(() => rm(folder, { recursive: true }));

    const world = new FailureWorld(dialect, () => folder);
    const generate = (entity: EntitySchema, before: Revisions, options: Partial<GenerateOptions> = {}) =>
      world.generate(entity, before, options);
    const history = (entity: EntitySchema, ...byHand: readonly string[]) => world.history(entity, ...byHand);

    it('The failure names the expression of a check, the table and the file, and quotes it', async () => {
      const entity = account(EMAIL, { checks: [{ name: 'ck_ac', expression: `nope("email") > 0` }] });
      const { lines, reason } = await failureOf(generate(entity, []));
      const [title, inSync, wayOut, ...more] = lines;
      expect(more).to.deep.equal([]);
      const database = dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL';
      expect(title).to.equal(
        `Nothing was written: ${NOW}-Change.ts ("Creates ac.") failed verification on a scratch database (${database}).`,
      );
      expect(inSync).to.match(
        new RegExp(
          `^${database}: up failed on the scratch database in ${NOW}-Change\\.ts, at "ac: new table": .*nope.*\\.$`,
        ),
      );
      const ofExtension =
        dialect === 'sqlite'
          ? ''
          : ' If an extension has this function, create the extension in a revision of your own first: npm run -s db -- create Name';
      expect(wayOut).to.equal(
        `The database rejects the expression of check ck_ac of ac: nope("email") > 0. Correct it in the entity.${ofExtension}`,
      );
      expect(reason.kind).to.equal('expression');
    });

    it('The failure says what to do about a collation that the scratch database does not have', async () => {
      const entity = account({ email: { type: 'varchar', collation: 'no_such' } });
      const { lines, reason } = await failureOf(generate(entity, []));
      expect(lines.at(-2)).to.match(/at "ac: new table": .*no_such/i);
      expect(reason.kind).to.equal(dialect === 'sqlite' ? 'declared' : 'missing');
    });

    it('The failure names the expression of --backfill', async () => {
      const before = await history(account(EMAIL));
      const rank = account({ ...EMAIL, rank: { type: 'integer' } });
      const { lines } = await failureOf(generate(rank, before, { backfills: ['ac.rank=no_such + 1'] }));
      expect(lines.at(-1)).to.equal(
        'The database rejects the expression of --backfill ac.rank: no_such + 1. Pass another one.',
      );
    });

    it('The failure names the one of two --backfill that failed', async () => {
      const before = await history(account(EMAIL));
      const ranks = account({ ...EMAIL, rank: { type: 'integer' }, ranking: { type: 'integer' } });
      const backfills = ['ac.rank=0', 'ac.ranking=1 / (2 - 2)'];
      const { lines } = await failureOf(generate(ranks, before, { backfills }));
      expect(lines.at(-1)).to.equal(
        'The database rejects the expression of --backfill ac.ranking: 1 / (2 - 2). Pass another one.',
      );
    });

    if (dialect === 'sqlite') {
      it('A rename that SQLite refuses is reported with its statement, and what to do', async () => {
        const before = await history(account(EMAIL), 'CREATE VIEW broken AS SELECT gone FROM ac');
        const mail = account({ mail: { type: 'varchar', nullable: true } });
        const error: unknown = await generate(mail, before, { renames: ['ac.email:mail'] }).catch(
          (reason: unknown) => reason,
        );
        expect(error).to.include({ code: 'GENERATE_FAILED' });
        expect((error as Error).message).to.match(
          /^SQLite refuses the rename: ALTER TABLE "ac" RENAME COLUMN "email" TO "mail": .*error in view broken: .*gone\. Drop what prevents it in a revision of its own first, or write the revision by hand: npm run -s db -- create Name$/,
        );
      });

      const index = 'CREATE UNIQUE INDEX ac_email_ci ON ac (lower(email))';
      const indices: More = { indices: [{ name: 'ac_email_ci', synchronize: false }] };
      const required: Columns = { email: { type: 'varchar', nullable: false, default: 'none' } };

      it('A rebuild keeps an index that the entity excludes, also through renames', async () => {
        const before = await history(account(EMAIL, indices), index);
        const backfills = ["ac.email='none'"];
        const rebuilt = await generate(account(required, indices), before, { backfills });
        const statements = rebuilt.revisions[0]?.sqlite.up.join('\n') ?? '';
        expect(statements).to.include('temporary_ac').and.not.include('ac_email_ci');
        const mail = account({ mail: { ...required['email'], type: 'varchar' } }, indices);
        const renamed = await generate(mail, before, {
          renames: ['ac.email:mail'],
          backfills: ["ac.mail='none'"],
        });
        expect(renamed.revisions[0]?.sqlite.up.join('\n'))
          .to.include('RENAME COLUMN')
          .and.include('temporary_ac');
      });

      it('A column is not dropped under an index that the entity excludes, which is named', async () => {
        const before = await history(account(EMAIL, indices), index);
        const checks = [{ name: 'ck', expression: '"id" > 0' }];
        const work = generate(account({}, { ...indices, checks }), before, { drops: ['ac.email'] });
        const error: unknown = await work.catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(DependentsLostError);
        expect((error as Error).message).to.include('ac_email_ci');
      });

      /** Of a change that rebuilds a table of a revision by hand. */
      const afterTable = (parts: string) => {
        const byHand = revision('ByHand1795699000000', [`CREATE TABLE "ac" (${parts})`], []);
        const email = { type: 'text', nullable: false, default: 'x' } as const;
        return failureOf(generate(account({ email }), [byHand], { backfills: ["ac.email='x'"] }));
      };

      it('The failure names what a rebuild cannot keep, and does not advise to declare it', async () => {
        const { lines, reason } = await afterTable(
          '"id" integer PRIMARY KEY NOT NULL ON CONFLICT FAIL NOT NULL ON CONFLICT REPLACE, "email" text',
        );
        expect(reason, lines.join()).to.deep.equal({ kind: 'not-kept' });
        expect(lines.slice(1)).to.deep.equal([
          `SQLite: up failed on the scratch database in ${NOW}-Change.ts: the revision rebuilds the table "ac" and would lose ON CONFLICT FAIL of "id".`,
          'The entity does not declare this part of the table, and the generated revision does not keep it. If an entity can declare it, add it there. Otherwise write the revision by hand: npm run -s db -- create Name',
        ]);
      });

      it('The failure explains that entities cannot declare what down leaves out', async () => {
        const { lines, reason } = await afterTable(
          '"id" integer NOT NULL, "email" text, PRIMARY KEY ("id" DESC)',
        );
        expect(reason, lines.join()).to.deep.equal({ kind: 'not-restored' });
        expect(lines.at(-1)).to.equal(
          'The down statements do not restore the objects in these lines. Entities cannot declare them, so write the revision by hand: npm run -s db -- create Name',
        );
      });
    } else {
      it('The failure names a table that PostgreSQL rewrites although the plan excludes it', async () => {
        // Simulates a wrong cost: the same change of type rewrites every row here.
        const rewriting = `CREATE FUNCTION rewrite_ac() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
          IF current_setting('test.nested', true) = 'yes' OR NOT EXISTS (
            SELECT FROM pg_attribute WHERE attrelid = 'ac'::regclass AND format_type(atttypid, atttypmod) = 'character varying(40)'
          ) THEN RETURN; END IF;
          PERFORM set_config('test.nested', 'yes', false);
          ALTER TABLE ac ALTER COLUMN email TYPE varchar(40) USING email || '';
          PERFORM set_config('test.nested', 'no', false);
        END $$`;
        const trigger = `CREATE EVENT TRIGGER rewrite_ac ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION rewrite_ac()`;
        const email = (length: number) => account({ email: { type: 'varchar', length, nullable: true } });
        const before = await history(email(20), rewriting, trigger);
        const { lines, reason } = await failureOf(generate(email(40), before));
        expect(lines.slice(1)).to.deep.equal([
          'Up rewrites a table or an index: PostgreSQL: the table ac is rewritten.',
          'PostgreSQL locks the table during the work in these lines, which the generator did not plan. To accept the lock, pass --allow-rewrite. To avoid it, write the revision by hand: npm run -s db -- create Name',
        ]);
        expect(reason).to.deep.equal({ kind: 'rewrite' });
        await generate(email(40), before, { allowRewrite: true });
      });

      it('A check that a revision by hand left NOT VALID stays so, also when an entity declares it', async () => {
        const notValid = 'ALTER TABLE "ac" ADD CONSTRAINT "ck_ac" CHECK ((id > 0)) NOT VALID';
        const before = await history(account(EMAIL), notValid);
        const checks = [{ name: 'ck_ac', expression: '"id" > 0' }];
        const { revisions } = await generate(account(EMAIL, { checks }), before);
        expect(revisions).to.deep.equal([]);
      });

      it('The failure reports that the table of a new primary key is partitioned', async () => {
        const before = await history(
          account(EMAIL),
          'ALTER TABLE ac RENAME TO former',
          'CREATE TABLE ac (LIKE former INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (id)',
          'DROP TABLE former',
          'CREATE TABLE ac_rest PARTITION OF ac DEFAULT',
        );
        const { lines, reason } = await failureOf(generate(account(EMAIL), before));
        expect(reason, lines.join('\n')).to.deep.equal({ kind: 'partitioned' });
        expect(lines.at(-1)).to.match(/^PostgreSQL does not build or drop an index of a partitioned table /);
      });

      it('The failure reports a check of a partition alone, for which a longer type reads every row', async () => {
        const id = { type: 'integer', primary: true, primaryKeyConstraintName: 'pk_ac' } as const;
        const withCode = (length: number) =>
          account({ id, code: { type: 'varchar', length, nullable: true } });
        const before = await history(
          withCode(50),
          'DROP TABLE ac',
          'CREATE TABLE ac (id integer NOT NULL, code varchar(50), CONSTRAINT pk_ac PRIMARY KEY (id)) PARTITION BY RANGE (id)',
          'CREATE TABLE ac_rest PARTITION OF ac DEFAULT',
          'ALTER TABLE ac_rest ADD CONSTRAINT ck_rest CHECK (length(code) > 1)',
        );
        const longer = withCode(100);
        const { lines, reason } = await failureOf(generate(longer, before));
        expect(reason, lines.join('\n')).to.deep.equal({ kind: 'rewrite' });
        expect(lines.slice(1)).to.deep.equal([
          'Up reads every row of a table while others wait: PostgreSQL: Changing "code" of "ac" from varchar(50) to varchar(100) rewrites no row, but reads every row for the constraint "ck_rest", and blocks reads and writes of the table.',
          'PostgreSQL locks the table during the work in these lines, which the generator did not plan. To accept the lock, pass --allow-rewrite. To avoid it, write the revision by hand: npm run -s db -- create Name',
        ]);
        await generate(longer, before, { allowRewrite: true });
      });

      it('A function that uses a column is named before anything is verified', async () => {
        const body = 'CREATE FUNCTION emails() RETURNS text BEGIN ATOMIC SELECT email FROM ac; END';
        const before = await history(account(EMAIL), body);
        const text = account({ email: { type: 'integer', nullable: true } });
        const error: unknown = await generate(text, before, { allowRewrite: true }).catch(
          (reason: unknown) => reason,
        );
        expect(error).to.be.instanceOf(DependentsLostError);
        expect((error as DependentsLostError).lines).to.deep.equal([
          'Nothing was written: an object that no entity declares would be lost.',
          'function emails (created in 1795699000000-ByHand.ts): ac.email gets another type, and generate cannot create it again exactly.',
          'Drop it in a revision of your own (npm run -s db -- create Name) and generate again. If you still need it then, create it in a further revision.',
        ]);
      });
    }
  });
