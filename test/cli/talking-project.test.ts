import { expect } from 'chai';
import { SQLITE, typeormProject, type TypeormProject } from '../support/typeorm-project.js';

const ENTITY = `{ name: 'User', tableName: 'users', columns: { id: { type: 'integer', primary: true } } }`;

const DATA_SOURCE = `const { DataSource, EntitySchema } = require('typeorm');
console.log('settings are read');
exports.dataSource = new DataSource({
  ${SQLITE}, logging: true, entities: [new EntitySchema(${ENTITY})], migrations: ['migrations/*.js'],
});
`;

const MIGRATION = `exports.Users1700000000001 = class Users1700000000001 {
  async up(queryRunner) {
    console.log('users are created');
    await queryRunner.query('CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL)');
  }
  async down(queryRunner) {
    console.info('users are dropped');
    await queryRunner.query('DROP TABLE "users"');
  }
};
`;

describe('A project that prints with console.log', () => {
  let project: TypeormProject;
  before(async () => {
    project = await typeormProject({
      type: 'commonjs',
      packages: [],
      dataSource: 'data-source.js',
      files: { 'data-source.js': DATA_SOURCE, 'migrations/1700000000001-Users.js': MIGRATION },
    });
  });
  after(() => project.remove());

  for (const [command, target, printed] of [
    ['up', 'head', 'users are created'],
    ['check', undefined, 'settings are read'],
    ['down', 'base', 'users are dropped'],
  ] as const)
    it(`A project that prints with console.log leaves the document of ${command} --json alone`, async () => {
      const words = target === undefined ? [] : [target];
      const { code, stdout, stderr } = await project.run(command, ...words, '--json');
      expect([code, typeof JSON.parse(stdout)]).to.deep.equal([0, 'object']);
      expect(stderr).to.include(`${printed}\n`).and.to.include('query: ');
    });
});
