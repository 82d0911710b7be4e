import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './root.js';
import { runProcess } from './run-script.js';

/** How a project resolves the types of packages. */
export type Resolution = 'nodenext' | 'bundler';

/** A project that imports the packed package, with every package of this repository beside it. */
export class Consumer {
  readonly #folder: string;

  /** @param packed the folder of the installed package */
  constructor(folder: string, packed: string) {
    this.#folder = folder;
    const modules = join(folder, 'node_modules');
    mkdirSync(modules, { recursive: true });
    cpSync(packed, join(modules, 'orchestrator-db'), { recursive: true });
    for (const name of packagesHere()) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), join(modules, name));
    }
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  }

  /** Compiles a program as the strictest users do, declarations of packages included; the errors of the compiler. */
  async errors(program: string, moduleResolution: Resolution): Promise<readonly string[]> {
    const config = {
      compilerOptions: {
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: false,
        noEmit: true,
        target: 'ES2022',
        module: moduleResolution === 'nodenext' ? 'nodenext' : 'esnext',
        moduleResolution,
        types: ['node'],
        experimentalDecorators: true,
      },
      files: ['program.ts'],
    };
    writeFileSync(join(this.#folder, 'tsconfig.json'), JSON.stringify(config));
    writeFileSync(join(this.#folder, 'program.ts'), program);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const { code, stdout } = await runProcess(process.execPath, [tsc, '--pretty', 'false'], {
      cwd: this.#folder,
    });
    const errors = stdout.split('\n').filter((line) => line.includes('error TS'));
    if (code !== 0 && errors.length === 0) throw new Error(`tsc ended with ${code}: ${stdout}`);
    return errors;
  }
}

/** A program with the two ways to read a bigint as a number, as the page about releases shows them. */
export function numberProgram(): string {
  const page = readFileSync(join(root, 'docs/releases.md'), 'utf8');
  const [, entity = ''] = /```ts\n([^`]*@PrimaryColumn[^`]*)```/.exec(page) ?? [];
  const [, call = ''] = /`(createDataSource\(settings, [^`]*parseInt8: true \}\))`/.exec(page) ?? [];
  return `import { createDataSource, parseSettings } from 'orchestrator-db';
    ${entity}
    const [settings, entities, migrations] = [parseSettings({}), [Item], [] as const];
    export const dataSource = ${call};`;
}

function packagesHere(): readonly string[] {
  const inFolder = (folder: string) => readdirSync(join(root, 'node_modules', folder));
  return inFolder('.')
    .filter((name) => !name.startsWith('.') && name !== 'orchestrator-db')
    .flatMap((name) => (name.startsWith('@') ? inFolder(name).map((own) => `${name}/${own}`) : [name]));
}

/** Classes with private members are compared by their declaration: two copies of one would not be assignable. */
export const PROGRAM = `
import * as main from 'orchestrator-db';
import * as conformance from 'orchestrator-db/conformance';
import * as own from 'orchestrator-db/data-source';
import * as entities from 'orchestrator-db/entities';
import * as generate from 'orchestrator-db/generate';
import * as migrations from 'orchestrator-db/migrations';
import * as nest from 'orchestrator-db/nest';
import * as testing from 'orchestrator-db/nest/testing';
import * as subscribers from 'orchestrator-db/subscribers';

const settings: main.Settings = main.parseSettings({});
const shipped: main.GuardedDataSource = own.dataSource;
const dataSource: main.GuardedDataSource = main.createDataSource(settings, {
  entities: entities.entities,
  migrations: migrations.migrations,
  subscribers: subscribers.subscribers,
  logger: new main.LineLogger(settings.logLevel, () => undefined, () => undefined),
});
export const revision: main.Revision = new migrations.migrations[0]();
export const error: main.OrchestratorDbError = new generate.UnconfirmedChangesError([]);
export const refused: main.OrchestratorDbError = new subscribers.StateTransitionError('', '');
export const module = nest.DatabaseModule.forRoot({ dataSource });
export const shippedModule = nest.DatabaseModule.forRoot({ dataSource: shipped });
export const testModule = testing.TestDatabaseModule.forRoot({ dataSource });
export const language: conformance.Database<main.DialectName>['name'] extends main.DialectName ? true : never = true;
// @ts-expect-error What is not one has none of its members.
export const none: main.Revision = {};
`;
