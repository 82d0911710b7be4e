import { expect } from 'chai';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateProject } from '../support/generate-here.js';
import { problemsOf } from '../support/json-schemas.js';
import { petEntities } from '../support/pet-entities.js';
import { SQLITE, typeormProject, withoutStamp, type TypeormProject } from '../support/typeorm-project.js';

const ENTITY = `{ name: 'User', tableName: 'users', columns: {
  id: { type: 'integer', primary: true },
  name: { type: 'varchar', nullable: true },
} }`;

const plain = (id: string, up: string, down: string) => `module.exports.${id} = class ${id} {
  async up(queryRunner) { await queryRunner.query('${up}'); }
  async down(queryRunner) { await queryRunner.query('${down}'); }
};
`;

const PARTS = {
  type: 'commonjs',
  packages: [],
  dataSource: 'data-source.js',
  files: {
    'data-source.js': `const { DataSource, EntitySchema } = require('typeorm');
module.exports = new DataSource({
  ${SQLITE}, entities: [new EntitySchema(${ENTITY})], migrations: ['db/migrations/*.js'],
});
`,
    'db/migrations/1651000000001-Users.js': plain(
      'Users1651000000001',
      'CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL)',
      'DROP TABLE "users"',
    ),
    'db/migrations/1651000000002-Names.js': plain(
      'Names1651000000002',
      'ALTER TABLE "users" ADD COLUMN "name" varchar',
      'ALTER TABLE "users" DROP COLUMN "name"',
    ),
  },
} as const;

const SQUASHED = `/** Replaces 2 revisions, UsersSTAMP to NamesSTAMP. */
class BeginSTAMP {
  /** A database that records all of these counts as having it. Keep the list while one does. */
  static replaces = [
    'UsersSTAMP',
    'NamesSTAMP',
  ];

  name = 'BeginSTAMP';

  async up(queryRunner) {
    // UsersSTAMP
    await queryRunner.query(\`CREATE TABLE "users" ("id" integer PRIMARY KEY NOT NULL)\`);
    // NamesSTAMP
    await queryRunner.query(\`ALTER TABLE "users" ADD COLUMN "name" varchar\`);
  }

  async down(queryRunner) {
    // NamesSTAMP
    await queryRunner.query(\`ALTER TABLE "users" DROP COLUMN "name"\`);
    // UsersSTAMP
    await queryRunner.query(\`DROP TABLE "users"\`);
  }
}

module.exports = { BeginSTAMP };
`;

describe('squash and baseline in a project with other migrations', function () {
  this.timeout(120_000);
  let project: TypeormProject;
  beforeEach(async () => (project = await typeormProject(PARTS)));
  afterEach(() => project.remove());

  const done = async (command: string, ...args: readonly string[]) => {
    const { code, stdout, stderr } = await project.run(command, ...args);
    expect(code, stdout + stderr).to.equal(0);
    return stdout;
  };

  it('squash writes in the folder and the language of the project, and says what the file replaces', async () => {
    await done('up', '+1');
    expect(withoutStamp(await done('squash', 'Users..Names', 'Begin', '--format', 'typeorm'))).to
      .equal(`Wrote db/migrations/STAMP-Begin.js, proved on scratch databases. Read it before you run it.
It replaces 2 revisions. A database that has all of them counts as having it: up records it. One that has none runs it.
The replaced classes may stay in the list until every database has them, or go now: --remove.
`);
    expect(await project.text('db/migrations', 'Begin.js')).to.equal(SQUASHED);
    await done('up');
    expect(await done('check')).to.be.a('string');
    const lint = await project.run('lint', '--after', 'Users');
    expect({ code: lint.code, stderr: lint.stderr }).to.deep.equal({
      code: 64,
      stderr:
        'error: Users1651000000001 is a part of Begin1651000000002, which replaces it. Use Begin1651000000002.\n',
    });
  });

  it('squash --remove deletes the replaced files, and its document matches the schema', async () => {
    const document: unknown = JSON.parse(await done('squash', 'Users..Names', '--remove', '--json'));
    expect(problemsOf('squash', document)).to.deep.equal([]);
    expect(document).to.include({ id: 'SquashUsers1651000000002', listed: false });
    expect(await project.files('db/migrations')).to.deep.equal(['STAMP-SquashUsers.js']);
    expect(await project.text('db/migrations', '.js')).to.contain(
      'class SquashUsersSTAMP extends Revision {',
    );
    await done('up');
    await done('down');
  });

  it('check tells what to do with a database that has some of the revisions which a squash replaces, as up does', async () => {
    await done('up', '+1');
    await done('squash', 'Users..Names', 'Begin', '--remove');
    const { code, stdout } = await project.run('check');
    expect({ code, stdout: withoutStamp(stdout) }).to.deep.equal({
      code: 2,
      stdout: `1 difference in 1 table

users
  + Column users.name is missing in the database; the entities declare type varchar, nullable yes.

pending revisions
  BeginSTAMP

only a part of what it replaces is applied
  BeginSTAMP  applied: UsersSTAMP; not applied: NamesSTAMP

next steps
  deploy the version of the code that still contains NamesSTAMP, and run there: npx orchestrator-db up -d data-source.js
  then deploy this version, run npx orchestrator-db up -d data-source.js, and check again
`,
    });
    const document: unknown = JSON.parse((await project.run('check', '--json')).stdout);
    expect(problemsOf('check', document)).to.deep.equal([]);
    expect(document).to.deep.include({
      partlyReplaced: [
        { id: 'Begin1651000000002', recorded: ['Users1651000000001'], absent: ['Names1651000000002'] },
      ],
    });
    const up = await project.run('up');
    for (const command of [['check', '--repair'], ['check', '--accept', '--reason', 'kept'], ['baseline']]) {
      const refused = await project.run(command[0]!, ...command.slice(1));
      expect({ code: refused.code, stderr: refused.stderr.split('\n').at(-2) }).to.deep.equal({
        code: 3,
        stderr: up.stderr.trim(),
      });
    }
  });

  it('squash and baseline refuse a name, a range and a database that do not fit, and write nothing', async () => {
    const refused = async (command: string, ...args: readonly string[]) => {
      const { code, stderr } = await project.run(command, ...args);
      return [code, stderr];
    };
    expect(await refused('squash', 'Users..Names', 'begin')).to.deep.equal([
      64,
      'error: "begin": a revision name starts with an uppercase letter. Example: npx orchestrator-db squash -d data-source.js AddJobs..AddWorkers FirstYear\n',
    ]);
    expect(await refused('squash', 'Names..Users')).to.deep.equal([
      64,
      'error: Names1651000000002 comes after Users1651000000001. Swap the ends of the range: Users..Names\n',
    ]);
    expect(await refused('squash', 'Users..Names', '--dir', 'nowhere')).to.deep.equal([
      64,
      'error: The folder nowhere does not exist. Run the command in the folder that contains the sources of the project.\n',
    ]);
    await done('up', '+1');
    expect(await refused('baseline')).to.deep.equal([
      3,
      'error: This database has not run Names1651000000002. Nothing was written. Run: npx orchestrator-db up -d data-source.js\n',
    ]);
    expect(await project.files('db/migrations')).to.have.length(2);
  });

  it('baseline replaces all that the database records, which then has it', async () => {
    await done('up');
    const document: unknown = JSON.parse(await done('baseline', '--remove', '--json'));
    expect(problemsOf('squash', document)).to.deep.equal([]);
    expect(document).to.deep.include({ replaces: ['Users1651000000001', 'Names1651000000002'] });
    expect(await project.files('db/migrations')).to.deep.equal(['STAMP-Baseline.js', 'snapshot.json']);
    await done('up');
    await done('check');
  });

  const MORE = [
    'CREATE INDEX "ix_lower" ON "users" (lower("name"))',
    'CREATE TRIGGER "tr" AFTER INSERT ON "users" BEGIN DELETE FROM "users" WHERE "name" IS NULL; END',
    'ALTER TABLE "users" ADD COLUMN "age" integer',
  ];
  /** A database that has more than the entities declare. */
  const withMore = async (more: readonly string[] = MORE) => {
    for (const [index, sql] of more.entries()) {
      const [stamp, down] = [`165100000001${index}`, 'SELECT 1'];
      await project.write(`db/migrations/${stamp}-More.js`, plain(`More${stamp}`, sql, down));
    }
    await done('up');
  };

  it('baseline --from-database holds what entities cannot declare, and an empty database gets the same', async () => {
    await withMore();
    expect(withoutStamp(await done('baseline', 'AsItIs', '--from-database', '--remove'))).to
      .equal(`Wrote db/migrations/STAMP-AsItIs.js, proved on scratch databases. Read it before you run it.
It replaces 5 revisions. A database that has all of them counts as having it: up records it. One that has none runs it.
Removed 5 files of replaced revisions.
`);
    expect(await project.files('db/migrations')).to.deep.equal(['STAMP-AsItIs.js', 'snapshot.json']);
    const text = await project.text('db/migrations', '.js');
    for (const sql of MORE.slice(0, 2)) expect(text).to.contain(`\`${sql}\``);
    await done('up');
    const former = await project.run('check');
    await rm(join(project.home, 'shop.db'));
    await writeFile(join(project.home, 'shop.db'), '');
    await done('up');
    const { code, stdout } = await project.run('check');
    expect({ code, stdout }).to.deep.equal({ code: 2, stdout: former.stdout });
    expect(stdout).to.contain('users.age').and.to.contain('users.ix_lower').and.to.contain('users.tr');
  });

  it('baseline accepts the differences that accepted-drift.json accepts, and says that it does not hold them', async () => {
    await withMore(MORE.slice(2));
    expect((await project.run('baseline')).code).to.equal(3);
    await done('check', '--accept', '--reason', 'kept');
    const { code, stdout, stderr } = await project.run('baseline', 'Begin', '--remove');
    expect(code, stdout).to.equal(0);
    expect(stderr).to.equal(
      'note: 1 accepted difference of this database is not in the baseline, which holds what the entities declare\n',
    );
    await done('up');
    await done('check');
  });
});

describe('baseline in a project with two dialects', () => {
  it('baseline --from-database is refused there, since one database does not show the schema of the other', async () => {
    const project = await generateProject();
    const { code, stderr } = await project.command(petEntities(), ['baseline', '--from-database']);
    await project.remove();
    expect({ code, stderr }).to.deep.equal({
      code: 64,
      stderr:
        'error: --from-database reads one database, and this project has revisions for postgres and sqlite. Leave it out: the baseline then holds what the entities declare.\n',
    });
  });
});
