import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { GenerateError, UsageError } from '../../../../src/errors/base.js';
import { VerificationFailedError } from '../../../../src/errors/verification.js';
import { indexSource, indexStyle, revisionFiles } from '../../../../src/generate/write/revision-index.js';
import { revisionFileName, writeRevisions } from '../../../../src/generate/write/write-revisions.js';
import { revisionSource } from '../../../../src/generate/write/revision-source.js';
import type { RevisionContent } from '../../../../src/generate/write/revision-content.js';
import { assertPlainable, USUAL_FORM } from '../../../../src/generate/write/file-form.js';
import type { RevisionPart } from '../../../../src/generate/plan/revision-part.js';
import type { Revision } from '../../../../src/migrator/revision.js';
import { statement } from '../../../../src/sql/statement.js';
import { thrownBy } from '../../support/thrown-by.js';

const MODULE = fileURLToPath(new URL('../../../../src/migrator/revision.js', import.meta.url));
const MIGRATIONS = fileURLToPath(new URL('../../../../src/migrations', import.meta.url));

const FENCES: RevisionPart = {
  suffix: '',
  description: 'Creates fences.',
  transaction: true,
  groups: {
    postgres: {
      up: [
        {
          reason: 'fences: new table',
          statements: [statement('CREATE TABLE "fences" ("id" integer,\n        "note" text)')],
        },
        { reason: 'a second reason', statements: [statement('SELECT 2'), statement('SELECT 5')] },
      ],
      down: [{ reason: 'fences: table dropped', statements: [statement('SELECT 3')] }],
    },
    sqlite: { up: [], down: [{ reason: 'nothing much', statements: [statement('SELECT 4')] }] },
  },
};

function content(changes: Partial<RevisionContent> = {}, part: Partial<RevisionPart> = {}): RevisionContent {
  return {
    name: 'AddFence',
    stamp: 1_764_000_000_123,
    importFrom: '../migrator/revision.js',
    dialects: ['postgres', 'sqlite'],
    form: USUAL_FORM,
    part: { ...FENCES, ...part },
    ...changes,
  };
}

async function writeOne(folder: string, one: RevisionContent): Promise<string> {
  const {
    files: [path = ''],
  } = await writeRevisions({ folder, makeIndex: true }, [one]);
  return path;
}

const SOURCE = `import { Revision, type DialectStatements } from '../migrator/revision.js';

/** Creates fences. */
export class AddFence1764000000123 extends Revision {
  static override readonly description = 'Creates fences.';

  override readonly postgres: DialectStatements = {
    up: [
      // fences: new table
      \`CREATE TABLE "fences" ("id" integer,
        "note" text)\`,
      // a second reason
      \`SELECT 2\`,
      \`SELECT 5\`,
    ],
    down: [
      // fences: table dropped
      \`SELECT 3\`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [
      // nothing much
      \`SELECT 4\`,
    ],
  };
}
`;

const INDEX = `import { AddFence1764000000123 } from './1764000000123-AddFence.js';
import { AddGate1764000000456 } from './1764000000456-AddGate.js';

/** Every revision, in the order of the stamps. The generator writes this list; a revision not in it does not exist. */
export const migrations = [
  AddFence1764000000123,
  AddGate1764000000456,
] as const;
`;

describe('The file of a revision', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-revisions-'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  });
  afterEach(() => rm(folder, { recursive: true }));

  const text = (file: string) => readFile(join(folder, file), 'utf8');

  it('The file of a revision is a class with both dialects', () => {
    expect(revisionSource(content())).to.equal(SOURCE);
  });

  it('The name of a revision file consists of the stamp and the name', () => {
    expect(revisionFileName('AddFence', 1_764_000_000_123)).to.equal('1764000000123-AddFence.ts');
  });

  it('A revision file keeps every character that a template literal or string might lose', async () => {
    const awkward = [
      "SELECT `a`, 'it''s', \"b\" -- ${a} $b $ {",
      "SELECT '\\n\\u0041\\' || E'\\\\'",
      '\\',
      '`',
      '${}',
      '\\`\\${',
      'SELECT 1,\n  2',
    ];
    const description = `Isn't a \\ or a \`\${thing}\`.`;
    const group = (texts: readonly string[]) => [
      { reason: 'of `${many}` */ kinds', statements: texts.map((sql) => statement(sql)) },
    ];
    const sqlite = { up: group(awkward), down: group([...awkward].reverse()) };
    const path = await writeOne(
      folder,
      content({ importFrom: MODULE }, { description, groups: { postgres: { up: [], down: [] }, sqlite } }),
    );
    const module = (await import(pathToFileURL(path).href)) as Record<string, new () => Revision>;
    const AddFence = module['AddFence1764000000123']!;
    expect(new AddFence().sqlite).to.deep.equal({ up: awkward, down: [...awkward].reverse() });
    expect(AddFence).to.have.property('description', description);
  });

  it('The generator writes a revision file with its line in the index, oldest first', async () => {
    const gate = content({ name: 'AddGate', stamp: 1_764_000_000_456 });
    expect(await writeOne(folder, gate)).to.equal(join(folder, '1764000000456-AddGate.ts'));
    expect(await writeOne(folder, content())).to.equal(join(folder, '1764000000123-AddFence.ts'));
    expect(await text('1764000000123-AddFence.ts')).to.equal(SOURCE);
    expect(await text('index.ts')).to.equal(INDEX);
  });

  for (const name of ['AddFence', 'AddOther']) {
    it(`The generator refuses a revision file for ${name} where another has its stamp, and writes nothing`, async () => {
      await writeOne(folder, content());
      const before = await Promise.all((await readdir(folder)).map(text));
      const taken = join(folder, '1764000000123-AddFence.ts');
      const error: unknown = await writeOne(folder, content({ name }, { description: 'Other.' })).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(GenerateError);
      expect((error as Error).message).to.equal(
        `${taken} already has the stamp 1764000000123. Run the command again.`,
      );
      expect(await Promise.all((await readdir(folder)).map(text))).to.deep.equal(before);
    });
  }

  it('The generator does not write a revision file that would not contain what was verified', async () => {
    const error: unknown = await writeOne(folder, content({ name: 'Add Fence' })).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(VerificationFailedError);
    expect((error as VerificationFailedError).lines[1]).to.match(
      /^1764000000123-Add Fence\.ts: it cannot be loaded: /,
    );
    expect(await readdir(folder)).to.deep.equal(['package.json']);
  });

  it('The generator recognizes a revision file by its name', async () => {
    const others = ['index.ts', '123-AddFence.ts', '1764000000123-fence.ts', '1764000000123-AddFence.js'];
    for (const file of others) await writeFile(join(folder, file), '');
    expect(await revisionFiles(folder)).to.deep.equal([]);
  });
});

const PLAIN = `/** Creates fences. */
export class AddFence1764000000123 {
  name = 'AddFence1764000000123';
  transaction = false;

  async up(queryRunner) {
    // fences: new table
    await queryRunner.query(\`CREATE INDEX CONCURRENTLY "i" ON "fences" ("id")\`);
  }

  async down() {}
}
`;

describe('The file of a plain migration', () => {
  const index = 'CREATE INDEX CONCURRENTLY "i" ON "fences" ("id")';
  const up = [{ reason: 'fences: new table', statements: [statement(index)] }];
  const plain = content(
    {
      dialects: ['postgres'],
      form: { format: 'typeorm', extension: 'mjs', syntax: 'module' },
    },
    { transaction: false, groups: { postgres: { up, down: [] }, sqlite: { up: [], down: [] } } },
  );
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-plain-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('The file of a plain migration sends its statements and imports nothing', () => {
    expect(revisionSource(plain)).to.equal(PLAIN);
  });

  it('A plain migration that holds something else than what was verified is undone', async () => {
    const load = () =>
      Promise.resolve({
        AddFence1764000000123: class {
          up = () => Promise.resolve();
          down = () => Promise.resolve();
        },
      });
    const error: unknown = await writeRevisions({ folder, makeIndex: false, load }, [plain]).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(VerificationFailedError);
    expect((error as VerificationFailedError).lines[1]).to.equal(
      '1764000000123-AddFence.mjs: after loading, it differs from the verified revision (name, transaction, up).',
    );
    expect(await readdir(folder)).to.deep.equal([]);
  });

  it('A plain migration of two dialects is refused', () => {
    const refuse = () => assertPlainable(plain.form, ['postgres', 'sqlite']);
    expect(thrownBy(UsageError, refuse).message).to.equal(
      'A plain TypeORM migration has the statements of one database, and this DataSource has 2 (postgres, sqlite). Leave out --format typeorm.',
    );
  });
});

/** In this project, which has ES modules. */
const OWN = { extension: '.js', isConst: true };

describe('The index of the revisions', () => {
  it('The index of the revisions is an empty list at first', () => {
    expect(indexSource([], OWN)).to.match(/\nexport const migrations = \[\n\] as const;\n$/);
  });

  it('The index of this project equals the one that the generator would write', async () => {
    const written = await readFile(join(MIGRATIONS, 'index.ts'), 'utf8');
    expect(indexSource(await revisionFiles(MIGRATIONS), OWN)).to.equal(written);
  });

  for (const [what, type, before, style] of [
    ['new, in a package of ES modules', 'module', undefined, { extension: '.js', isConst: true }],
    ['new, in another package', 'commonjs', undefined, { extension: '', isConst: true }],
    [
      'as the project has written it, empty',
      'commonjs',
      'export const migrations = [];',
      { extension: '', isConst: false },
    ],
    [
      'as the project has written it',
      'module',
      `import { A1764000000001 } from './1764000000001-A';\nexport const migrations = [A1764000000001] as const;`,
      { extension: '', isConst: true },
    ],
    [
      'as the project has written it, with extensions',
      'commonjs',
      `import { A1764000000001 } from "./1764000000001-A.js";\nexport const migrations = [A1764000000001];`,
      { extension: '.js', isConst: false },
    ],
  ] as const)
    it(`The index of the revisions is written ${what}: imports and list have the form that it loads`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-index-'));
      try {
        await writeFile(join(folder, 'package.json'), JSON.stringify({ type }));
        expect(indexStyle(join(folder, 'index.ts'), before)).to.deep.equal(style);
        expect(indexSource(['1764000000001-A.ts'], style)).to.match(
          new RegExp(
            `'\\./1764000000001-A${style.extension}';\n[^]*\\]${style.isConst ? ' as const' : ''};\n$`,
          ),
        );
      } finally {
        await rm(folder, { recursive: true });
      }
    });
});
