import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  SQLITE,
  typeormProject,
  withoutStamp,
  type ProjectParts,
  type TypeormProject,
} from '../support/typeorm-project.js';

/** TypeORM knows the type of a name only by what a compiler emits for it. */
const user = (column: string) => `import { Column, Entity, PrimaryColumn } from 'typeorm';
@Entity('users')
export class User {
  @PrimaryColumn({ type: 'integer' })
  id!: number;
  ${column}
  name!: string;
}
`;
const REFLECTED = user('@Column()');
const EXPLICIT = user(`@Column({ type: 'varchar' })`);

const source = (importUser: string, migrations: string) => `import 'reflect-metadata';
import { DataSource } from 'typeorm';
import { User } from '${importUser}';
export const options = { ${SQLITE}, entities: [User], migrations: [${migrations}] } as const;
export const dataSource = new DataSource({ ...options, entities: [User], migrations: [${migrations}] });
`;

const COMPILER = {
  rootDir: '.',
  target: 'ES2022',
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  esModuleInterop: true,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

const COMMON: ProjectParts = {
  type: 'commonjs',
  packages: ['ts-node', 'typescript', '@types'],
  tsconfig: {
    compilerOptions: { ...COMPILER, module: 'commonjs' },
    'ts-node': { transpileOnly: true },
  },
  dataSource: 'src/data-source.ts',
  files: {
    'src/user.ts': REFLECTED,
    'src/data-source.ts': source('./user', `__dirname + '/migrations/*{.ts,.js}'`),
  },
};

/** Checks types, as ts-node does unless it is told otherwise. */
const MODULES: ProjectParts = {
  ...COMMON,
  type: 'module',
  tsconfig: { compilerOptions: { ...COMPILER, module: 'nodenext' } },
  files: {
    'src/user.ts': REFLECTED,
    'src/data-source.ts': source('./user.js', `'src/migrations/*.ts'`),
  },
};

const REVISION = `import { Revision, type DialectStatements } from 'orchestrator-db';

/** Creates users. */
export class InitialSTAMP extends Revision {
  static override readonly description = 'Creates users.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    'PROOF';

  override readonly sqlite: DialectStatements = {
    up: [
      // users: new table
      \`CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL,
        "name" varchar NOT NULL)\`,
    ],
    down: [
      // users: table dropped
      \`DROP TABLE "users"\`,
    ],
  };
}
`;

const PLAIN = `import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates users. */
export class InitialSTAMP implements MigrationInterface {
  name = 'InitialSTAMP';

  async up(queryRunner: QueryRunner): Promise<void> {
    // users: new table
    await queryRunner.query(\`CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL,
        "name" varchar NOT NULL)\`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // users: table dropped
    await queryRunner.query(\`DROP TABLE "users"\`);
  }
}
`;

/** What generate prints for the first revision. */
const wrote = (file: string) =>
  `Wrote one revision, verified on scratch databases. Read it before you run it:\n  ${file}  Creates users.\n`;

describe('A project in TypeScript', function () {
  this.timeout(180_000);
  let project: TypeormProject;
  afterEach(() => project.remove());

  /** Both steps, and that the database is what the entities declare. */
  async function applies(): Promise<void> {
    const up = await project.run('up');
    expect({ ...up, stdout: withoutStamp(up.stdout).replace(/in \d+ ms/, 'in N ms') }).to.deep.equal({
      code: 0,
      signal: null,
      stdout: 'applied InitialSTAMP in N ms\nat InitialSTAMP\n',
      stderr: '',
    });
    expect(await project.run('check')).to.deep.include({ code: 0, stdout: 'in sync (1 table)\n' });
  }

  it('A project in TypeScript with ts-node, CommonJS, generates and migrates', async () => {
    project = await typeormProject(COMMON);
    const generated = await project.run('generate', 'Initial');
    expect({ ...generated, stdout: withoutStamp(generated.stdout) }).to.deep.equal({
      ...{ code: 0, signal: null, stderr: '' },
      stdout: wrote('src/migrations/STAMP-Initial.ts'),
    });
    expect(await project.files('src/migrations')).to.deep.equal(['STAMP-Initial.ts', 'snapshot.json']);
    expect(await project.text('src/migrations', '-Initial.ts')).to.equal(REVISION);
    await applies();
  });

  it('A project in TypeScript with ts-node/esm, ES modules, generates a plain migration and migrates', async () => {
    project = await typeormProject(MODULES);
    const generated = await project.run('generate', 'Initial', '--format', 'typeorm');
    expect(withoutStamp(generated.stdout)).to.equal(wrote('src/migrations/STAMP-Initial.ts'));
    expect(generated.code).to.equal(0);
    expect(await project.text('src/migrations', '-Initial.ts')).to.equal(PLAIN);
    const quicker = { ...MODULES.tsconfig, 'ts-node': { transpileOnly: true } };
    await project.write('tsconfig.json', JSON.stringify(quicker));
    await applies();
  });

  it('A project in TypeScript with tsx alone is told of a column whose type tsx does not emit, and works with types', async () => {
    project = await typeormProject({ ...COMMON, packages: ['tsx'] });
    expect(await project.run('status')).to.deep.equal({
      code: 64,
      signal: null,
      stdout: '',
      stderr:
        `error: -d: ${project.home}/src/data-source.ts cannot be loaded: the type of the column User#name is unknown: ` +
        'its TypeScript was compiled without the types of properties. Set "emitDecoratorMetadata": true in its tsconfig.json. ' +
        'tsx ignores that option: run npm install --save-dev ts-node, or specify the type in @Column().\n',
    });
    await project.write('src/user.ts', EXPLICIT);
    expect(await project.run('generate', 'Initial')).to.include({ code: 0, stderr: '' });
    expect(await project.text('src/migrations', '-Initial.ts')).to.equal(REVISION);
    await applies();
  });

  it('A project in TypeScript without a loader is told what to install', async () => {
    project = await typeormProject({ ...COMMON, packages: [] });
    expect(await project.run('status')).to.deep.equal({
      code: 64,
      signal: null,
      stdout: '',
      stderr:
        `error: -d: ${project.home}/src/data-source.ts is TypeScript, and its project has neither ts-node nor tsx to load it. ` +
        'Run: npm install --save-dev ts-node typescript. If every column has an explicit type, tsx is enough: npm install --save-dev tsx\n',
    });
  });

  it('A DataSource in JavaScript whose globs lead to TypeScript is told what to install, by every command', async () => {
    const migration =
      'export class Users1651000000001 { async up(): Promise<void> {} async down(): Promise<void> {} }';
    project = await typeormProject({
      ...COMMON,
      packages: [],
      dataSource: 'data-source.js',
      files: {
        'src/user.ts': EXPLICIT,
        'src/migrations/1651000000001-Users.ts': migration,
        'data-source.js': `const { DataSource } = require('typeorm');
module.exports = new DataSource({ ${SQLITE}, entities: ['src/*.ts'], migrations: ['src/migrations/*{.ts,.js}'] });\n`,
      },
    });
    const refused = (option: string, glob: string) => ({
      ...{ code: 64, signal: null, stdout: '' },
      stderr:
        `error: -d: the ${option} of ${project.home}/data-source.js are TypeScript (${glob}), and its project has neither ts-node nor tsx to load them. ` +
        'Run: npm install --save-dev ts-node typescript. If every column has an explicit type, tsx is enough: npm install --save-dev tsx. ' +
        'Or compile them, and name the compiled files there.\n',
    });
    for (const command of ['status', 'up', 'check', 'lint'])
      expect(await project.run(command)).to.deep.equal(refused('entities', 'src/*.ts'));
    await project.write(
      'data-source.js',
      (await readFile(join(project.home, 'data-source.js'), 'utf8')).replace(`'src/*.ts'`, ''),
    );
    const found = await project.run('status');
    // Node 24 loads a class without decorators itself.
    if (found.code !== 1) expect(found).to.deep.equal(refused('migrations', 'src/migrations/*{.ts,.js}'));
  });

  it('A file in TypeScript that is JavaScript too is no JavaScript: its project is told what to install', async () => {
    project = await typeormProject({
      ...COMMON,
      packages: [],
      files: {
        'src/user.ts': EXPLICIT,
        'src/data-source.ts': `const { User } = require('./user');\nexports.dataSource = User;\n`,
      },
    });
    expect((await project.run('status')).stderr).to.equal(
      `error: -d: ${project.home}/src/data-source.ts is TypeScript, and its project has neither ts-node nor tsx to load it. ` +
        'Run: npm install --save-dev ts-node typescript. If every column has an explicit type, tsx is enough: npm install --save-dev tsx\n',
    );
  });

  it('A project that has ts-node without typescript is told to install that', async () => {
    project = await typeormProject({
      ...COMMON,
      packages: [],
      files: { ...COMMON.files, 'node_modules/ts-node/index.js': '' },
    });
    expect(await project.run('status')).to.include({
      code: 64,
      stderr: `error: -d: ${project.home}/src/data-source.ts is TypeScript, and its project has ts-node without typescript, which it needs. Run: npm install --save-dev typescript\n`,
    });
  });

  it('A project whose DataSource is JavaScript has its entities and migrations in TypeScript loaded', async () => {
    project = await typeormProject({
      ...COMMON,
      dataSource: 'ormconfig.js',
      files: {
        'src/user.ts': REFLECTED,
        'ormconfig.js': `const { DataSource } = require('typeorm');
const options = { ${SQLITE}, entities: ['src/user.ts'], migrations: ['src/migrations/*.ts'] };
module.exports = { options, dataSource: new DataSource(options) };
`,
      },
    });
    expect(await project.run('generate', 'Initial')).to.include({ code: 0, stderr: '' });
    expect(await project.text('src/migrations', '-Initial.ts')).to.equal(REVISION);
    await applies();
  });

  it('A setting of tsconfig.json that TypeScript rejects is named', async () => {
    project = await typeormProject({
      ...COMMON,
      tsconfig: { compilerOptions: { ...COMPILER, target: 'ES1' } },
    });
    const { code, stderr } = await project.run('status');
    expect(code).to.equal(64);
    expect(stderr).to.match(/cannot be loaded: TypeScript rejects the settings of tsconfig\.json: TS\d+: /);
  });

  it('A file of a project in TypeScript that does not compile is named with its line', async () => {
    project = await typeormProject({
      ...COMMON,
      tsconfig: { compilerOptions: { ...COMPILER, module: 'commonjs' } },
      files: { ...COMMON.files, 'src/user.ts': REFLECTED.replace('string;', 'strin;') },
    });
    expect(await project.run('status')).to.include({
      code: 64,
      stderr:
        `error: -d: ${project.home}/src/data-source.ts cannot be loaded: src/user.ts:7 does not compile: ` +
        "TS2552: Cannot find name 'strin'. Did you mean 'string'? Fix the file, then run the command again.\n",
    });
  });
});
