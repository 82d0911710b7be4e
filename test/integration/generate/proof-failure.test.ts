import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource, EntitySchema, EntitySchemaOptions, type EntitySchemaColumnOptions } from 'typeorm';
import { chooseSqliteDriver } from '../../../src/dialect/sqlite-driver.js';
import type { DialectName } from '../../../src/dialect/dialect.js';
import { ProofFailedError } from '../../../src/errors/generate.js';
import {
  generateRevisions,
  type GenerateOptions,
  type GenerateReport,
} from '../../../src/generate/generate-revisions.js';
import type { Revision } from '../../../src/migrator/revision.js';
import { revision } from '../../support/revisions.js';
import { postgresServer, urlOf } from '../../support/servers.js';

const NOW = 1_795_700_000_000;
const FIRST = NOW - 2_000_000;

type Columns = Readonly<Record<string, EntitySchemaColumnOptions>>;
type More = Partial<EntitySchemaOptions<Record<string, unknown>>>;

function account(columns: Columns, more: More = {}): EntitySchema {
  const said = {
    name: 'ac',
    tableName: 'ac',
    columns: { id: { type: 'integer', primary: true }, ...columns },
    ...more,
  };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), said));
}

const EMAIL: Columns = { email: { type: 'varchar', nullable: true } };

for (const dialect of ['sqlite', 'postgres'] as const)
  describe(`Generating beside what a revision by hand has made (${dialect})`, function () {
    this.timeout(120_000);
    let folder = '';
    beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-failure-'))));
    afterEach(() => rm(folder, { recursive: true }));

    const generate = (
      entity: EntitySchema,
      migrations: readonly (new () => Revision)[],
      options: Partial<GenerateOptions> = {},
    ): Promise<GenerateReport> =>
      generateRevisions(sourceOf(dialect, [entity], migrations), {
        folder,
        name: 'Change',
        now: NOW,
        write: false,
        scratchUrl: urlOf(postgresServer()),
        ...options,
      });

    /** The table of an entity, and what somebody has made besides. */
    async function history(
      entity: EntitySchema,
      ...byHand: readonly string[]
    ): Promise<readonly (new () => Revision)[]> {
      const { revisions } = await generate(entity, [], { now: FIRST });
      const made = revisions.map((one) => revision(one.id, one[dialect].up, one[dialect].down));
      return byHand.length === 0 ? made : [...made, revision('ByHand1795699000000', byHand, [])];
    }

    async function failureOf(work: Promise<unknown>): Promise<ProofFailedError> {
      const error: unknown = await work.catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(ProofFailedError);
      return error as ProofFailedError;
    }

    it('names the expression of a check, the table and the file, and quotes it', async () => {
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
          `^in-sync after up: ${database}: up failed on the scratch database in ${NOW}-Change\\.ts, at "ac: new table": .*nope.*\\.$`,
        ),
      );
      expect(wayOut).to.equal(
        'The database rejects the expression of check ck_ac of ac: nope("email") > 0. Correct it in the entity.',
      );
      expect(reason.kind).to.equal('expression');
    });

    it('names the expression of --backfill', async () => {
      const before = await history(account(EMAIL));
      const rank = account({ ...EMAIL, rank: { type: 'integer' } });
      const { lines } = await failureOf(generate(rank, before, { backfills: ['ac.rank=no_such + 1'] }));
      expect(lines.at(-1)).to.equal(
        'The database rejects the expression of --backfill ac.rank: no_such + 1. Pass another one.',
      );
    });

    if (dialect === 'sqlite') {
      const index = 'CREATE UNIQUE INDEX ac_email_ci ON ac (lower(email))';
      const indices: More = { indices: [{ name: 'ac_email_ci', synchronize: false }] };
      const required: Columns = { email: { type: 'varchar', nullable: false, default: 'none' } };

      it('keeps an index that the entity excludes through rebuilds, renames included', async () => {
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

      it('names an index that the entity excludes, whose column is dropped, and where it is from', async () => {
        const before = await history(account(EMAIL, indices), index);
        const { lines, reason } = await failureOf(
          generate(account({}, { ...indices, checks: [{ name: 'ck', expression: '"id" > 0' }] }), before, {
            drops: ['ac.email'],
          }),
        );
        expect(lines[1]).to.include('the index ac_email_ci of ac cannot be created again');
        expect(lines.join()).to.not.include('rolled back');
        expect(lines.at(-1)).to.equal(
          'No entity declares the index ac_email_ci (created in 1795699000000-ByHand.ts). To keep it, write the revision by hand: ' +
            'drop what depends on the change, make the change, create it again. Run: npm run -s db -- create Name',
        );
        expect(reason.kind).to.equal('undeclared');
      });

      it('names a view that a rename changes', async () => {
        const before = await history(account(EMAIL), 'CREATE VIEW iv AS SELECT email FROM ac');
        const mail = account({ mail: { type: 'varchar', nullable: true } });
        const { lines } = await failureOf(generate(mail, before, { renames: ['ac.email:mail'] }));
        expect(lines[1]).to.match(
          /^same schema after down: SQLite: gone: view CREATE VIEW iv AS SELECT email FROM ac; SQLite: new: /,
        );
        expect(lines.at(-1)).to.match(
          /^No entity declares the view iv \(created in 1795699000000-ByHand\.ts\)\. /,
        );
      });

      it('says that entities cannot declare what the way down leaves out', async () => {
        const strict = revision(
          'Strict1795699000000',
          ['CREATE TABLE "ac" ("id" integer PRIMARY KEY NOT NULL, "email" text DEFAULT NULL)'],
          [],
        );
        const text = (more: Partial<EntitySchemaColumnOptions>) =>
          account({ email: { ...more, type: 'text' } });
        const { lines, reason } = await failureOf(
          generate(text({ nullable: false, default: 'x' }), [strict], { backfills: ["ac.email='x'"] }),
        );
        expect(reason, lines.join()).to.deep.equal({ kind: 'not-restored' });
        expect(lines.at(-1)).to.equal(
          'The way down does not restore what these lines name. Entities cannot declare it, so write the revision by hand: npm run -s db -- create Name',
        );
      });
    } else {
      it('names a view that a change of type meets', async () => {
        const before = await history(
          account({ email: { type: 'varchar', nullable: true } }),
          'CREATE VIEW iv AS SELECT email FROM ac',
        );
        const text = account({ email: { type: 'integer', nullable: true } });
        const { lines } = await failureOf(generate(text, before, { allowRewrite: true }));
        expect(lines.at(-1)).to.match(
          /^No entity declares the view iv \(created in 1795699000000-ByHand\.ts\)\. /,
        );
      });
    }
  });

function sourceOf(
  dialect: DialectName,
  entities: readonly EntitySchema[],
  migrations: readonly (new () => Revision)[],
): DataSource {
  const where =
    dialect === 'sqlite'
      ? { type: chooseSqliteDriver().type, database: ':memory:' }
      : { type: 'postgres', url: 'postgres://127.0.0.1:1/shop' };
  return new DataSource({ ...where, entities, migrations } as never);
}
