import { expect } from 'chai';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledCopy } from '../support/compiled-copy.js';
import { schemasOf } from '../support/json-schemas.js';
import { inlineCommandsOf, ownCommandsOf, parse, type PageCommand } from '../support/page-commands.js';
import { blocksOf } from '../support/pages.js';
import { root, runScript } from '../support/run-script.js';
import { postgresServer, urlOf } from '../support/servers.js';

const PAGES = ['README.md', ...namesIn('docs').map((name) => `docs/${name}`)];

/** Followed from an empty folder by test/nest/followed.proof.ts, test/cli/tutorial.test.ts and test/cli/releases-page.test.ts. */
const FOLLOWED = ['docs/nestjs.md', 'docs/tutorial.md', 'docs/releases.md'];

/** The DataSource of the tutorial, whose project only its own test has. */
const TUTORIAL = ' -d src/data-source.ts';

/** What is parsed and not run, beside what the page shows fail and followed pages: its first words, and why. */
const PARSED_ONLY: readonly (readonly [start: string, reason: string])[] = [
  ['printf %s "$PASSWORD"', 'it needs a password on standard input'],
  ['npm run -s db:generate -- EventInstants', 'it needs entities with an instant instead of a timestamp'],
  ['npm run -s db:generate -- EventDays', 'it needs entities with a date instead of a text'],
  ['npm run -s db:generate -- UuidKeys', 'it needs entities with keys of another type'],
  ['npm run -s db:generate -- RenameJobs --rename-table jobs:tasks', 'it needs entities with another table'],
  ['npm run -s db:generate -- RenameCode', 'it needs entities with another column'],
  ['npx orchestrator-db lint -d data-source.js --since', 'it needs a git repository'],
  ['npx orchestrator-db lint -d data-source.js Users', 'it needs revisions written by hand'],
  ['npx orchestrator-db generate AddOrderNote', 'it needs entities with a check that no row meets'],
  ['npx orchestrator-db generate --estimate', 'it needs a database of PostgreSQL'],
  ['npx orchestrator-db generate Orders', 'it needs an entity of a table that no revision creates'],
  ['npm run -s db -- rebase AddAge', 'it needs a revision that is older than an applied one'],
  ['npx orchestrator-db generate Initial -d dist', 'it needs a compiled application'],
  ['npx orchestrator-db build -d dist', 'it needs a compiled application'],
  ['npx orchestrator-db init -d dist', 'it needs a compiled application'],
  ['npx orchestrator-db generate AddPrice -d dist', 'it needs a compiled application in a workspace'],
  ['npx orchestrator-db up -d dist', 'it needs a compiled application in a workspace'],
  ['npx orchestrator-db status -d dist/ormconfig.js', 'it needs a compiled application'],
  ['npx orchestrator-db status -d apps', 'it needs a compiled application in a workspace'],
  ['npx orchestrator-db generate apps/api', 'it needs a compiled application in a workspace'],
  ['npm run -s db:check -- --accept', 'it needs a database that differs'],
  ['npm run -s db -- up AdminUsers..SeedPool', 'it needs the revision SeedPool that the page adds'],
  ['npx orchestrator-db baseline AsItIs', 'it needs a database with a schema'],
  ['npm run -s db -- replicas forget 5d0c', 'it needs a process that is gone'],
  ['npm run -s db:generate -- MonthlyTransitions', 'it needs a history without its revisions'],
  ['npm run -s db -- partitions merge event', 'it needs a table that is partitioned'],
  ['npm run -s db -- squash AddJobs..AddWorkers', 'it needs a history with these revisions'],
];

const DATABASE = 'new.db';

/** What a command that needs nothing special ends with: fine, findings, refused as unsafe. */
const CODES = [0, 2, 3];

describe('A command in the documentation', function () {
  this.timeout(60_000);
  const run = new Set<string>();
  let folder: string;

  before(() => (folder = project()));
  after(() => rmSync(folder, { recursive: true }));

  for (const page of PAGES)
    it(`Every command in ${page} exists with the options shown`, () => {
      for (const command of [...ownCommandsOf(page), ...inlineCommandsOf(page)]) assertParsed(command);
    });

  // A process takes a second: what a page before it had is not run again.
  for (const page of PAGES.filter((name) => !FOLLOWED.includes(name) && runIn(name).length > 0))
    it(`The commands in ${page} run on a new SQLite database`, async () => {
      const failed: string[] = [];
      for (const { script, args, words } of withDatabase(runIn(page), folder)) {
        if (run.has(args.join(' '))) continue;
        run.add(args.join(' '));
        const { code, stderr } = await runScript(script, args, { cwd: folder, env: environment(folder) });
        if (!CODES.includes(code ?? -1)) failed.push(`${words}: ${code}, ${stderr}`);
      }
      expect(failed).to.deep.equal([]);
    });

  it('Every exception from running a documented command still applies to a page', () => {
    const commands = PAGES.flatMap((page) => ownCommandsOf(page));
    const stale = PARSED_ONLY.filter(([start]) => !commands.some(({ words }) => words.startsWith(start)));
    expect(stale).to.deep.equal([]);
  });
});

describe('A JSON document in the documentation', () => {
  for (const page of PAGES.filter((name) => !FOLLOWED.includes(name) && documentsIn(name).length > 0))
    it(`Every JSON document in ${page} matches a schema of the package`, () => {
      const wrong = documentsIn(page).filter((text) => schemasOf(wholeOf(page, text)).length === 0);
      expect(wrong).to.deep.equal([]);
    });
});

function namesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder)).filter((name) => name.endsWith('.md'));
}

function assertParsed({ page, words, script, args }: PageCommand): void {
  if (script === 'typeorm') return;
  try {
    expect(script).to.equal('orchestrator-db');
    parse(args);
  } catch (error) {
    throw new Error(`${page}: ${words}: ${String(error)}`, { cause: error });
  }
}

function runIn(page: string): readonly PageCommand[] {
  return ownCommandsOf(page).filter(
    ({ words, fails }) =>
      !fails && !words.endsWith(TUTORIAL) && !PARSED_ONLY.some(([start]) => words.startsWith(start)),
  );
}

/** The first page creates the database; without it, `up` does. */
function withDatabase(commands: readonly PageCommand[], folder: string) {
  const [first] = commands.map(({ args }) => args[0] ?? '');
  const up = { script: 'orchestrator-db', args: ['up'], words: 'up' };
  const isThere = existsSync(join(folder, DATABASE)) || first === 'up' || first === 'init';
  return isThere ? commands : [up, ...commands];
}

function environment(folder: string) {
  return {
    DATABASE_URL: `sqlite:${join(folder, DATABASE)}`,
    SCRATCH_DATABASE_URL: urlOf(postgresServer()),
  };
}

/** A folder with the revisions of this project, and a DataSource file of the same. */
function project(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-docs-'));
  mkdirSync(join(folder, 'src'));
  cpSync(join(root, 'src/migrations'), join(folder, 'src/migrations'), { recursive: true });
  const ormconfig = pathToFileURL(compiledCopy().compiled('ormconfig.ts')).href;
  writeFileSync(join(folder, 'package.json'), '{"name":"orchestrator-db","type":"module"}');
  writeFileSync(join(folder, 'data-source.js'), `export { dataSource } from '${ormconfig}';\n`);
  return folder;
}

/** Whole objects, one a line or one a block; a list that is cut short is empty. */
function documentsIn(page: string): readonly string[] {
  const blocks = blocksOf(page).filter(({ language }) => language === '' || language === 'json');
  const texts = blocks.flatMap(({ lines }) => [lines.join('\n'), ...lines]);
  return texts.map((text) => text.replaceAll(/,?\.\.\.\]/g, ']')).filter(isObject);
}

/** An entry of a list of a document is put into that document. */
function wholeOf(page: string, text: string): unknown {
  const document: unknown = JSON.parse(text);
  if (!text.startsWith('{"id":')) return document;
  const status = documentsIn(page).find((one) => one.includes('"applied":[]')) ?? '{}';
  return { ...(JSON.parse(status) as object), applied: [document] };
}

/** A line that begins as an object is one. A block may also be one as a whole, or several. */
function isObject(text: string): boolean {
  if (text.startsWith('{"') && !text.includes('\n')) return true;
  if (!text.startsWith('{')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
