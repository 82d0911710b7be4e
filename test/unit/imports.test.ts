import { expect } from 'chai';
import {
  ambientUsesOf,
  importsOf,
  packagesOf,
  sourceFiles,
  type SourceFile,
} from './support/source-files.js';

/**
 * The parts of the toolkit, lowest first. A part may import what stands in a lower row, and itself; what stands in one
 * row does not know each other. (`dialect` stands on `schema`: it says how schemas are read and compared in it.)
 */
const ROWS: readonly (readonly string[])[] = [
  ['text'],
  ['sql'],
  ['errors', 'clock', 'tool'],
  ['schema'],
  ['database-url', 'stop-signals'],
  ['settings'],
  ['logger'],
  ['dialect'],
  ['validation'],
  ['migrator'],
  ['guard'],
  ['data-source'],
  ['drift', 'lint'],
  ['generate'],
  ['cli', 'nest'],
  ['index'],
];

/** The same inside schema: values lowest, then what decides, then the two ends where schemas come from. */
const SCHEMA_ROWS: readonly (readonly string[])[] = [
  ['model', 'record-tables', 'postgres-sql'],
  ['change', 'normalise', 'expression'],
  ['diff', 'apply', 'invert', 'expressions-of'],
  ['introspect', 'describe'],
  ['catalog'],
];

/** What belongs to the application; no part of the toolkit imports it, and this is all that it imports. */
const LEAVES: Readonly<Record<string, RegExp>> = {
  entities: /^(entities\/|validation\/decorators\.ts$)/,
  migrations: /^(migrations\/|migrator\/revision\.ts$)/,
  seeds: /^(seeds\/|entities\/index\.ts$)/,
  subscribers: /^(subscribers\/|entities\/index\.ts$|dialect\/dialect\.ts$|errors\.ts$)/,
};

/** The folder or file directly in src. */
function partOf(path: string): string {
  return path.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

function rowOf(path: string): number {
  return ROWS.findIndex((row) => row.includes(partOf(path)));
}

/** Of a module in schema, whose own parts have their rows too. */
function schemaPartOf(path: string): string {
  return partOf(path.slice('schema/'.length));
}

function schemaRowOf(path: string): number {
  return SCHEMA_ROWS.findIndex((row) => row.includes(schemaPartOf(path)));
}

function isAllowed(from: string, to: string): boolean {
  const leaf = LEAVES[partOf(from)];
  if (leaf) return leaf.test(to);
  if (partOf(to) in LEAVES) return false;
  if (partOf(from) !== partOf(to)) return rowOf(to) < rowOf(from);
  if (partOf(from) !== 'schema') return true;
  return schemaPartOf(from) === schemaPartOf(to) || schemaRowOf(to) < schemaRowOf(from);
}

function wrongArrows(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    importsOf(file)
      .filter((to) => !isAllowed(file.path, to))
      .map((to) => `${file.path} -> ${to}`),
  );
}

const MAY_TOUCH_THE_WORLD = ['cli/main.ts', 'settings.ts', 'clock.ts', 'stop-signals.ts'];
const FORBIDDEN =
  /^(console\..*|process\.(env|exit|exitCode|argv|std\w+|cwd|hrtime|uptime)|Date\.now|new Date\(\)|performance\..*|globalThis\..*|import .*)$/;

function forbiddenUses(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ path }) => !MAY_TOUCH_THE_WORLD.includes(path))
    .flatMap((file) => ambientUsesOf(file).map((use) => ({ path: file.path, use })))
    .filter(({ use }) => FORBIDDEN.test(use))
    .map(({ path, use }) => `${path}: ${use}`);
}

describe('The modules of src', () => {
  const files = sourceFiles();

  it('each belong to a part that has its place', () => {
    expect(files).not.to.be.empty;
    const strangers = files.filter(({ path }) =>
      partOf(path) === 'schema' ? schemaRowOf(path) < 0 : rowOf(path) < 0 && !(partOf(path) in LEAVES),
    );
    expect(strangers.map(({ path }) => path)).to.deep.equal([]);
  });

  it('import modules that exist', () => {
    const paths = files.map(({ path }) => path);
    const broken = files.flatMap((file) => importsOf(file).filter((to) => !paths.includes(to)));
    expect(broken).to.deep.equal([]);
  });

  it('import one way only, and nothing of the application', () => {
    expect(wrongArrows(files)).to.deep.equal([]);
  });

  it('know TypeORM in schema only where entities are described', () => {
    const schema = files.filter(({ path }) => path.startsWith('schema/'));
    const knowing = schema.filter((file) =>
      packagesOf(file).some((name) => /^(typeorm|pg|.*sqlite3)/.test(name)),
    );
    expect(knowing).not.to.be.empty;
    expect(knowing.filter(({ path }) => !path.startsWith('schema/describe/'))).to.deep.equal([]);
  });

  it('read SQL in one place that knows no connection, of which the last proof uses nothing', () => {
    const floor = files.filter(({ path }) => path.startsWith('sql/'));
    expect(floor).not.to.be.empty;
    expect(floor.flatMap((file) => packagesOf(file))).to.deep.equal([]);
    const proof = files.filter(({ path }) => path.startsWith('generate/prove/raw/'));
    expect(proof).not.to.be.empty;
    expect(proof.flatMap((file) => importsOf(file)).filter((to) => to.startsWith('sql/'))).to.deep.equal([]);
  });

  it('leave the environment, the console, the exit and the clock to the command line and the settings', () => {
    expect(forbiddenUses(files)).to.deep.equal([]);
  });
});

describe('The rules for the modules of src', () => {
  const wrong: readonly (readonly [path: string, statement: string, to: string])[] = [
    ['errors.ts', `import { parseSettings } from './settings.js';`, 'settings.ts'],
    ['schema/diff.ts', `import { dialectNamed } from '../dialect/dialect.js';`, 'dialect/dialect.ts'],
    ['schema/catalog/sqlite.ts', `import type { Settings } from '../../settings.js';`, 'settings.ts'],
    ['schema/model.ts', `import type { Change } from './change.js';`, 'schema/change.ts'],
    ['schema/diff.ts', `import { apply } from './apply.js';`, 'schema/apply.ts'],
    [
      'schema/describe/a.ts',
      `import type { ReadAll } from '../introspect/live.js';`,
      'schema/introspect/live.ts',
    ],
    ['validation/a.ts', `import { planUp } from '../migrator/plan.js';`, 'migrator/plan.ts'],
    ['migrator/plan.ts', `export * from '../cli/io.js';`, 'cli/io.ts'],
    ['drift/check-drift.ts', `await import('../generate/scratch.js');`, 'generate/scratch.ts'],
    ['schema/describe.ts', `import { entities } from '../entities/index.js';`, 'entities/index.ts'],
    ['cli/main.ts', `import {\n  migrations,\n} from '../migrations/index.js';`, 'migrations/index.ts'],
    ['cli/main.ts', `import '../index.js';`, 'index.ts'],
    ['entities/job.ts', `import { X } from '../errors.js';`, 'errors.ts'],
    ['migrations/1-X.ts', `import { X } from '../migrator/plan.js';`, 'migrator/plan.ts'],
    ['subscribers/a.ts', `import { X } from '../dialect/postgres.js';`, 'dialect/postgres.ts'],
    ['data-source.ts', `import { subscribers } from './subscribers/index.js';`, 'subscribers/index.ts'],
  ];
  for (const [path, text, to] of wrong) {
    it(`catch ${text.replace(/\s+/g, ' ')} in ${path}`, () => {
      expect(wrongArrows([{ path, text }])).to.deep.equal([`${path} -> ${to}`]);
    });
  }

  it('let pass what goes down, and what is only a comment', () => {
    const text = `import { X } from '../errors.js'; import { Y } from './b.js'; // import '../cli/io.js'`;
    expect(wrongArrows([{ path: 'migrator/a.ts', text }])).to.deep.equal([]);
    const within = `import { X } from '../schema/model.js'; import type { Y } from '../schema/catalog/catalog.js';`;
    expect(wrongArrows([{ path: 'dialect/a.ts', text: within }])).to.deep.equal([]);
  });

  for (const [text, use] of [
    ['const url = process.env["X"];', 'process.env'],
    ['process.exit(1);', 'process.exit'],
    ['console.log(1);', 'console.log'],
    ['const now = Date.now();', 'Date.now'],
    ['const now = new Date();', 'new Date()'],
    ['const now = performance.now();', 'performance.now'],
    [`import { env } from 'node:process';`, `import 'node:process'`],
  ] as const) {
    it(`catch ${use}`, () => {
      expect(forbiddenUses([{ path: 'drift/x.ts', text }])).to.deep.equal([`drift/x.ts: ${use}`]);
      expect(forbiddenUses([{ path: 'settings.ts', text }])).to.deep.equal([]);
    });
  }

  it('let pass a date that is given, and what only tells about the machine', () => {
    const text = 'new Date(0); process.platform; process.getuid?.(); // process.env';
    expect(forbiddenUses([{ path: 'drift/x.ts', text }])).to.deep.equal([]);
  });
});
