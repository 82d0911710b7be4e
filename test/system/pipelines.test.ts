import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import { onDatabase } from '../support/databases.js';
import { pipelineProject, type PipelineProject } from '../support/pipeline-project.js';
import { root } from '../support/root.js';
import { postgresServer, urlOf } from '../support/servers.js';

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What GitHub's runner provides: a checkout, Node.js, and the upload of a file. */
const ACTIONS = ['actions/checkout@v4', 'actions/setup-node@v4', 'github/codeql-action/upload-sarif@v3'];

/** What GitHub writes in place of an expression. */
const EXPRESSIONS: Readonly<Record<string, string>> = {
  '${{ github.token }}': 'a-token',
  '${{ github.event.pull_request.number }}': '7',
};

const recipe = (file: string): unknown => parse(readFileSync(join(root, 'examples/deploy', file), 'utf8'));

function stepsOfGitHub(): readonly Step[] {
  const { jobs } = recipe('github/database.yml') as {
    readonly jobs: { readonly database: { readonly steps: readonly Step[] } };
  };
  return jobs.database.steps;
}

function jobOfGitLab() {
  const { database } = recipe('gitlab/database.gitlab-ci.yml') as {
    readonly database: Readonly<Record<'before_script' | 'script' | 'after_script', readonly string[]>>;
  };
  return database;
}

/** Adds a revision that empties a table. */
async function truncate(project: PipelineProject): Promise<void> {
  const words = `await queryRunner.query('TRUNCATE "users" CASCADE');`;
  const body = `async up(queryRunner) { ${words} } async down() {}`;
  await project.write(
    'migrations/1900000000000-Clear.js',
    `exports.Clear1900000000000 = class Clear1900000000000 { ${body} };\n`,
  );
  project.commit();
}

const FENCES =
  /^## Schema\n````mermaid\nerDiagram\n[^]*note[^]*\n````\n## Plan\n````sql\n1 revision to apply; nothing was run\n[^]*ADD (?:COLUMN )?"note"[^]*\n````\n$/;

/** A pipeline starts some twenty commands. */
const TIMEOUT_MS = 300_000;

onDatabase('postgres', 'The steps of a pipeline', (database) => {
  let project: PipelineProject;
  beforeEach(async function () {
    this.timeout(TIMEOUT_MS);
    project = await pipelineProject({
      DATABASE_URL: database().url,
      SCRATCH_DATABASE_URL: urlOf(postgresServer()),
      GITHUB_BASE_REF: 'main',
    });
  });
  afterEach(() => project.remove());

  /** Runs the steps as GitHub does, and returns the names of those that failed. */
  async function runOnGitHub(): Promise<readonly string[]> {
    const failed: string[] = [];
    for (const { name = '', uses, run, if: when, env = {} } of stepsOfGitHub()) {
      if (uses !== undefined) expect(ACTIONS).to.include(uses);
      if (run === undefined || (failed.length > 0 && when !== 'always()')) continue;
      const values = Object.entries(env).map(([key, value]) => [key, EXPRESSIONS[value] ?? value]);
      const { code, stdout, stderr } = await project.step(
        run,
        Object.fromEntries(values) as Record<string, string>,
      );
      if (code !== 0) failed.push(`${name}: ${stdout}${stderr}`);
    }
    return failed;
  }

  it('Each step of the workflow for GitHub succeeds, and the comment shows the schema and the plan', async () => {
    expect(await runOnGitHub()).to.deep.equal([]);
    expect(await project.read('../gh.txt')).to.equal(
      'pr comment 7 --edit-last --create-if-none --body-file comment.md\n',
    );
    expect(await project.read('../commented.md')).to.match(FENCES);
    expect(JSON.parse(await project.read('lint.sarif'))).to.have.property('version', '2.1.0');
  }).timeout(TIMEOUT_MS);

  it('A dangerous statement fails the workflow for GitHub, beside its line and in the uploaded file', async () => {
    await truncate(project);
    const failed = await runOnGitHub();
    expect(failed).to.have.length(1);
    expect(failed[0]).to.match(
      /^New revisions contain no dangerous statement: ::error file=migrations\/1900000000000-Clear\.js,line=1,/,
    );
    expect(await project.read('../commented.md')).to.include('TRUNCATE "users" CASCADE');
    expect(await project.read('lint.sarif')).to.include('"ruleId":"truncate');
  }).timeout(TIMEOUT_MS);

  describe('for GitLab', () => {
    let server: Server;
    let received: Record<string, string | undefined>[];
    beforeEach(async () => {
      received = [];
      server = createServer((request, response) => {
        void text(request).then((body) => {
          const note = new URLSearchParams(body).get('body') ?? '';
          received.push({ url: request.url, token: String(request.headers['private-token']), note });
          response.writeHead(201).end('{}');
        });
      });
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    });
    afterEach(() => {
      server.closeAllConnections();
      server.close();
    });

    /** Runs the lines of a job as GitLab does, and returns what the script failed with. */
    async function runOnGitLab(): Promise<string> {
      const env = {
        CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
        ...{ CI_PROJECT_ID: '12', CI_MERGE_REQUEST_IID: '34', GITLAB_NOTES_TOKEN: 'a-token' },
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main',
      };
      const { before_script: before, script, after_script: after } = jobOfGitLab();
      const main = await project.step([...before, ...script].join('\n'), env);
      const last = await project.step(after.join('\n'), env);
      expect(last.code, last.stderr).to.equal(0);
      return main.code === 0 ? '' : `${main.stdout}${main.stderr}`;
    }

    it('Each line of the job for GitLab succeeds, and its note shows the schema and the plan', async () => {
      expect(await runOnGitLab()).to.equal('');
      expect(received.map(({ url, token }) => [url, token])).to.deep.equal([
        ['/api/v4/projects/12/merge_requests/34/notes', 'a-token'],
      ]);
      expect(received[0]?.['note']).to.match(FENCES);
      expect(JSON.parse(await project.read('code-quality.json'))).to.deep.equal([]);
    }).timeout(TIMEOUT_MS);

    it('A dangerous statement fails the job for GitLab, and is in its report of code quality', async () => {
      await truncate(project);
      expect(await runOnGitLab()).to.include('1 finding in 2 revisions');
      const report = JSON.parse(await project.read('code-quality.json')) as readonly Record<
        string,
        unknown
      >[];
      expect(report.map(({ severity, location }) => ({ severity, location }))).to.deep.equal([
        { severity: 'major', location: { path: 'migrations/1900000000000-Clear.js', lines: { begin: 1 } } },
      ]);
      expect(report[0]?.['fingerprint']).to.include('Clear1900000000000');
    }).timeout(TIMEOUT_MS);
  });
});
