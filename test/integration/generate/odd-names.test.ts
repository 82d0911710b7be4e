import { expect } from 'chai';
import fc from 'fast-check';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DataSource, EntitySchema, EntitySchemaOptions } from 'typeorm';
import { chooseSqliteDriver } from '../../../src/databases/sqlite/driver.js';
import { generateRevisions, type GenerateReport } from '../../../src/generate/generate-revisions.js';
import type { Revision } from '../../../src/migrator/revision.js';
import { generateProject } from '../../support/generate-here.js';

const REVISION = fileURLToPath(new URL('../../../src/migrator/revision.js', import.meta.url));

/** Characters that end lines, strings, templates or comments of TypeScript or SQL, or are invisible. */
const ODD = [
  '\n',
  '\r\n',
  '\r',
  '\t',
  '`',
  '${',
  '}',
  '\\',
  "'",
  '"',
  '*/',
  '/*',
  '//',
  '--',
  ';',
  ' ',
  '\u001b[2J',
  '\u0007',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202e',
  '\ufeff',
  'é',
  '日本',
  '🦉',
];

const name = fc
  .array(fc.oneof({ weight: 2, arbitrary: fc.constantFrom('a', 'b', 'id', '7') }, fc.constantFrom(...ODD)), {
    minLength: 1,
    maxLength: 6,
  })
  .map((pieces) => `x${pieces.join('')}z`);

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

const models = fc
  .record({ table: name, column: name, index: name, check: name, text: name })
  .filter(({ table, index, column }) => table !== index && column.toLowerCase() !== 'id');

interface Names {
  readonly table: string;
  readonly column: string;
  readonly index: string;
  readonly check: string;
  readonly text: string;
}

/** Each name and text in a place of its own; conditions over two lines. */
function entityOf({ table, column, index, check, text }: Names): EntitySchema {
  const quoted = `"${column.replaceAll('"', '""')}"`;
  const confirmed = {
    name: 'odd',
    tableName: table,
    columns: {
      id: { type: 'integer', primary: true },
      odd: { type: 'text', name: column, nullable: true, default: () => literal(text) },
    },
    indices: [{ name: index, columns: ['odd'], where: `${quoted}\n  <> ${literal(text)}` }],
    checks: [{ name: check, expression: `${quoted} <> ${literal(text)}\r\n   OR "id" > 0` }],
  };
  return new EntitySchema(Object.assign(new EntitySchemaOptions<Record<string, unknown>>(), confirmed));
}

function plain(entity: EntitySchema): DataSource {
  return new DataSource({
    type: chooseSqliteDriver().type,
    database: ':memory:',
    entities: [entity],
  });
}

describe('The file of a generated revision', function () {
  this.timeout(120_000);
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-odd-'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  });
  afterEach(() => rm(folder, { recursive: true }));

  let stamp = 1_795_700_000_000;

  async function written(names: Names): Promise<GenerateReport> {
    stamp += 5000;
    return generateRevisions(plain(entityOf(names)), {
      folder,
      name: 'Odd',
      now: stamp,
      importFrom: REVISION,
      oneStep: true,
    });
  }

  it('The file of a revision contains what was verified, on readable lines, whatever the names and texts', () =>
    fc.assert(
      fc.asyncProperty(models, async (names) => {
        const { revisions, files } = await written(names);
        expect(revisions).to.have.length(1);
        const [{ id = '', description = '', sqlite } = {}, [file = '']] = [revisions[0], files];
        expect(description).to.not.match(/[\p{Cc}\u2028\u2029\u202e\ufeff]/u);
        const text = await readFile(file, 'utf8');
        expect(text).to.not.match(/[^\P{Cc}\n\t]|[\u2028\u2029\u202e\ufeff]/u);
        const module = (await import(pathToFileURL(file).href)) as Record<string, new () => Revision>;
        const Loaded = module[id];
        expect(Loaded).to.have.property('description', description);
        expect(Loaded && new Loaded().sqlite).to.deep.equal(sqlite);
        await rm(file);
        await rm(join(folder, 'snapshot.json'));
      }),
      { numRuns: 60 },
    ));

  it('The file of a revision contains a check over two lines on an existing table, and later commands load it', async () => {
    const project = await generateProject();
    try {
      const { petEntities } = await import('../../support/pet-entities.js');
      const entities = petEntities({ check: `"name" <> ''\n      AND\t"id" > 0` });
      await project.succeed(petEntities(), 'Initial');
      const { stderr, stdout } = await project.succeed(entities, 'AddCheck');
      expect(stderr).to.equal('');
      expect(stdout).to.include(`"name" <> '' AND "id" > 0`);
      expect((await project.generate(entities, ['--check'])).code).to.equal(0);
      expect(await project.revisions()).to.have.length.above(2);
    } finally {
      await project.remove();
    }
  });

  it('The file of a revision is alone in its folder: verification leaves nothing behind', async () => {
    await written({ table: 'a', column: 'b', index: 'c', check: 'd', text: 'e' });
    expect(await readdir(folder)).to.deep.equal([`${stamp}-Odd.ts`, 'package.json', 'snapshot.json']);
  });
});
