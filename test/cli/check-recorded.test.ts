import { expect } from 'chai';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeEntities } from '../../src/metadata/describe.js';
import { compiledCopy } from '../support/compiled-copy.js';
import { eachDatabase, onDatabase } from '../support/databases.js';
import { modulesOf } from '../support/loaded-modules.js';
import { manifestCopy, type ManifestCopy } from '../support/manifest-copy.js';

interface Answer {
  readonly status: string;
  readonly changes: readonly { readonly object: string }[];
  readonly pending: readonly string[];
  readonly desiredFrom: string;
  readonly manifestUnused?: string;
}

async function checked(copy: ManifestCopy, url: string, ...options: readonly string[]): Promise<Answer> {
  const { stdout, stderr } = await copy.run(['check', '--json', ...options], url);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Answer;
}

/** What is compared, without where it comes from. */
function content(answer: Answer): object {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !/^desiredFrom|Unused$/.test(name)));
}

/** Where a build keeps the schemas. */
function desiredFile({ manifest }: ManifestCopy): string {
  return join(manifest, '..', 'desired-schema.json');
}

const FAULTS: Readonly<Record<string, (file: string) => void>> = {
  missing: (file) => {
    rmSync(file);
  },
  truncated: (file) => {
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 5000));
  },
  'edited by hand': (file) => {
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"username"', '"user_name"'));
  },
  'of another build': (file) => {
    writeFileSync(file, '{}\n');
  },
};

eachDatabase('A check by the schema that a build has recorded', (database) => {
  it('It is what the entities of a connected DataSource declare', async () => {
    const dataSource = await database().connect();
    const text = readFileSync(compiledCopy().compiled('desired-schema.json'), 'utf8');
    const recorded = JSON.parse(text) as Readonly<Record<string, unknown>>;
    expect(recorded[database().dialect]).to.deep.equal(describeEntities(dataSource));
  });

  it('It finds what a check with the entities finds: in sync, drifted, and with nothing applied', async () => {
    const copy = manifestCopy();
    const { url } = database();
    const same = async (status: string) => {
      const recorded = await checked(copy, url);
      const fresh = await checked(copy, url, '--fresh');
      expect(recorded)
        .to.include({ status, desiredFrom: 'manifest' })
        .and.not.to.have.property('manifestUnused');
      expect(fresh).to.include({ desiredFrom: 'entities', manifestUnused: '--fresh reads the entities.' });
      expect(content(recorded)).to.deep.equal(content(fresh));
      return recorded;
    };
    const dataSource = await database().connectAtHead();
    await same('in-sync');
    await dataSource.query('ALTER TABLE "users" ADD COLUMN "stranger" integer');
    await dataSource.query('DELETE FROM "migrations" WHERE "id" = (SELECT max("id") FROM "migrations")');
    const { changes, pending } = await same('drifted');
    expect(changes.map(({ object }) => object)).to.include('stranger');
    expect(pending).to.have.length(1);
  });

  for (const [fault, damage] of Object.entries(FAULTS))
    it(`It reads the entities where the recorded schema is ${fault}`, async () => {
      const copy = manifestCopy();
      damage(desiredFile(copy));
      await database().connectAtHead();
      expect(await checked(copy, database().url)).to.include({
        status: 'in-sync',
        desiredFrom: 'entities',
        manifestUnused: 'The build recorded no schema of the entities.',
      });
    });

  it('It reads the entities to accept differences', async () => {
    const copy = manifestCopy();
    await database().connectAtHead();
    const accepting = await checked(copy, database().url, '--prune');
    expect(accepting).to.include({
      desiredFrom: 'entities',
      manifestUnused: '--accept and --prune compare with the entities.',
    });
  });

  it('It loads neither TypeORM nor the entities', async () => {
    await database().connectAtHead();
    const modules = await modulesOf(['check', '--json'], { DATABASE_URL: database().url });
    expect(
      modules.filter((url) => /\/(?:typeorm|class-validator|reflect-metadata)\//.test(url)),
    ).to.deep.equal([]);
  });
});

onDatabase(
  'postgres',
  'A check by a recorded schema in a session with another default schema',
  (database) => {
    it('It reads the entities, for which that schema is the default one too', async () => {
      const copy = manifestCopy();
      const dataSource = await database().connectAtHead();
      await dataSource.query('CREATE SCHEMA elsewhere');
      const path = encodeURIComponent('-c search_path=elsewhere,public');
      const url = `${database().url}${database().url.includes('?') ? '&' : '?'}options=${path}`;
      const { stdout, stderr } = await copy.run(['check', '--json', '--strict'], url);
      const outcome = stdout.includes('desiredFrom')
        ? (JSON.parse(stdout) as Answer).desiredFrom
        : 'entities';
      expect(outcome, stderr).to.equal('entities');
      const fresh = await copy.run(['check', '--json', '--strict', '--fresh'], url);
      expect(fresh.code).to.equal((await copy.run(['check', '--json', '--strict'], url)).code);
    });
  },
);
