import { expect } from 'chai';
import {
  SQLITE,
  typeormProject,
  withoutStamp,
  type ProjectParts,
  type TypeormProject,
} from '../support/typeorm-project.js';

const ENTITY = `{ name: 'User', tableName: 'users', columns: { id: { type: 'integer', primary: true } } }`;

const COMMON: ProjectParts = {
  type: 'commonjs',
  packages: [],
  dataSource: 'data-source.js',
  files: {
    'data-source.js': `const { DataSource, EntitySchema } = require('typeorm');
const options = { ${SQLITE}, entities: [new EntitySchema(${ENTITY})], migrations: ['db/migrations/*.js'] };
module.exports = { ...{ options }, dataSource: new DataSource(options) };
`,
    'db/README.md': '',
  },
};

/** What TypeScript makes of `export default` in CommonJS. */
const compiled = (value: string) => `Object.defineProperty(exports, '__esModule', { value: true });
const { DataSource, EntitySchema } = require('typeorm');
exports.options = { ${SQLITE}, entities: [new EntitySchema(${ENTITY})] };
exports.default = ${value};
`;

const MODULES: ProjectParts = {
  ...COMMON,
  type: 'module',
  files: {
    'data-source.js': `import { DataSource, EntitySchema } from 'typeorm';
export default async () =>
  new DataSource({ ${SQLITE}, entities: [new EntitySchema(${ENTITY})], migrations: ['db/migrations/*.js'] });
`,
    'db/README.md': '',
  },
};

/** The same with a glob that names TypeScript too. */
function globsBoth(parts: ProjectParts): ProjectParts {
  const name = 'data-source.js';
  const text = parts.files[name] ?? '';
  return { ...parts, files: { ...parts.files, [name]: text.replace('*.js', '*{.js,.ts}') } };
}

const CLASS = (constant: string) => `/** Creates users. */
${constant}class InitialSTAMP extends Revision {
  static description = 'Creates users.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static proof =
    'PROOF';

  sqlite = {
    up: [
      // users: new table
      \`CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL)\`,
    ],
    down: [
      // users: table dropped
      \`DROP TABLE "users"\`,
    ],
  };
}
`;

const PLAIN = (constant: string) => `/** Describe in one sentence what this revision does. */
${constant}class FillSTAMP {
  name = 'FillSTAMP';

  async up() {}

  async down() {}
}
`;

const FORMS: readonly (readonly [title: string, parts: ProjectParts, generated: string, created: string])[] =
  [
    [
      'CommonJS',
      COMMON,
      `const { Revision } = require('orchestrator-db');\n\n${CLASS('')}\nmodule.exports = { InitialSTAMP };\n`,
      `${PLAIN('')}\nmodule.exports = { FillSTAMP };\n`,
    ],
    [
      'ES modules',
      MODULES,
      `import { Revision } from 'orchestrator-db';\n\n${CLASS('export ')}`,
      PLAIN('export '),
    ],
  ];

describe('A project in JavaScript', function () {
  this.timeout(120_000);
  let project: TypeormProject;
  afterEach(() => project.remove());

  for (const [title, parts, generated, created] of FORMS)
    it(`A project in JavaScript, ${title}, generates, creates and migrates in its own language`, async () => {
      project = await typeormProject(parts);
      expect(await project.run('generate', 'Initial')).to.include({ code: 0, stderr: '' });
      expect(await project.files('db/migrations')).to.deep.equal(['STAMP-Initial.js', 'snapshot.json']);
      expect(await project.text('db/migrations', '-Initial.js')).to.equal(generated);
      const empty = await project.run('create', 'Fill', '--format', 'typeorm');
      expect({ ...empty, stdout: withoutStamp(empty.stdout) }).to.deep.equal({
        ...{ code: 0, signal: null, stderr: '' },
        stdout: 'Wrote db/migrations/STAMP-Fill.js. Fill in its statements.\n',
      });
      expect(await project.text('db/migrations', '-Fill.js')).to.equal(created);
      expect((await project.run('up')).stdout).to.match(/\nat Fill\d{13}\n$/);
      expect(await project.run('check')).to.deep.include({ code: 0, stdout: 'in sync (1 table)\n' });
      expect((await project.run('down', 'base')).stdout).to.match(/\nat base\n$/);
    });

  for (const [title, value] of [
    ['DataSource', 'new DataSource(exports.options)'],
    ['factory', 'async () => new DataSource(exports.options)'],
  ] as const)
    it(`The default export of compiled CommonJS is a ${title}`, async () => {
      project = await typeormProject({ ...COMMON, files: { 'data-source.js': compiled(value) } });
      expect(await project.run('up')).to.include({ code: 0, stderr: '' });
    });

  it('rebase takes the folder from the glob or from --dir, and renames files in JavaScript', async () => {
    project = await typeormProject(COMMON);
    for (const [command, name] of [
      ['generate', 'Initial'],
      ['up', 'head'],
      ['create', 'Early'],
      ['create', 'Late'],
    ] as const)
      expect(await project.run(command, name)).to.include({ code: 0 });
    const [moved, back] = [
      await project.run('rebase', 'Early'),
      await project.run('rebase', 'Late', '--dir', 'db/migrations'),
    ];
    expect({ ...moved, stdout: withoutStamp(moved.stdout) }).to.deep.equal({
      ...{ code: 0, signal: null },
      stdout:
        'Moved one revision to the end of the history, proved in its new place on scratch databases:\n' +
        '  EarlySTAMP -> db/migrations/STAMP-Early.js\n',
      stderr:
        'note: a database that has applied the revision under its former name reports that name as missing\n',
    });
    expect(back).to.include({ code: 0 });
    expect(await project.text('db/migrations', '-Early.js')).to.match(
      /\nmodule\.exports = \{ EarlySTAMP \};\n$/,
    );
    expect((await project.run('up')).stdout).to.match(/Early\d{13}[^]*\nat Late\d{13}\n$/);
    expect(await project.run('rebase', 'Late', '--dir', 'db/nowhere')).to.deep.include({
      code: 64,
      stderr:
        'error: The folder db/nowhere does not exist. Run the command in the folder that contains the sources of the project.\n',
    });
  });

  for (const [title, parts, more] of [
    ['CommonJS', COMMON, {}],
    ['CommonJS beside TypeScript that nothing loads', globsBoth(COMMON), { 'db/migrations/1-Types.ts': '' }],
    ['ES modules', MODULES, {}],
  ] as const)
    it(`A migration in JavaScript that does not parse is named with its line, ${title}`, async () => {
      const broken = 'db/migrations/1700000000002-Broken.js';
      const files = { ...parts.files, ...more, [broken]: 'class Broken {\n  up( {}\n' };
      project = await typeormProject({ ...parts, files });
      for (const command of ['up', 'status', 'generate', 'lint']) {
        const { code, stderr } = await project.run(command, ...(command === 'generate' ? ['Next'] : []));
        expect([command, code]).to.deep.equal([command, 1]);
        expect(stderr)
          .to.match(/Unexpected/)
          .and.contain(`${project.home}/${broken}:`);
      }
    });

  it('A file that the project cannot load is undone, and another format is named', async () => {
    project = await typeormProject(COMMON);
    await project.withoutThisPackage();
    const { code, stdout, stderr } = await project.run('generate', 'Initial');
    expect({ code, stdout, stderr: withoutStamp(stderr) }).to.deep.equal({
      code: 1,
      stdout: '',
      stderr:
        "error: STAMP-Initial.js: the project cannot load the new file: Cannot find module 'orchestrator-db'. Nothing was written. " +
        'If the project cannot import orchestrator-db, pass --format typeorm: such a file imports nothing of it.\n',
    });
    expect(await project.files('db/migrations')).to.deep.equal([]);
    expect(await project.run('generate', 'Initial', '--format', 'typeorm')).to.include({ code: 0 });
  });
});
