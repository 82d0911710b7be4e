import { Help, type Command, type Option } from 'commander';
import type { Project } from './project.js';

const ENVIRONMENT = `
Environment:
  DATABASE_URL          the database: sqlite:./dev.db or postgres://user:password@host:5432/name
  DATABASE_DIRECT_URL   the same database without a pooler, for migrating
  DATABASE_REPLICA_URLS replicas from which an application reads; up --wait-standbys asks them
  SCRATCH_DATABASE_URL  a server on which generate and lint create throw-away databases`;

const EXIT_CODES = `
Exit codes:
  0   success
  1   failure: an error, with its code in --json
  2   findings: drift, pending or missing revisions, lint findings
  3   refused as unsafe, nothing changed
  64  wrong usage or wrong settings`;

/** Command lines that a reader can copy, one list for each command. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  init: ['orchestrator-db init', 'orchestrator-db init --env production --wait 60'],
  build: ['orchestrator-db build', 'orchestrator-db build -d dist/data-source.js'],
  check: [
    'orchestrator-db check',
    "orchestrator-db check --strict --ignore 'legacy_*'",
    "orchestrator-db check --accept 'jobs.pk_*' --reason renamed-in-2021",
  ],
  diagram: [
    'orchestrator-db diagram --output schema.svg',
    'orchestrator-db diagram --only jobs+1 --format mermaid',
    'orchestrator-db diagram --diff live..entities --output difference.svg',
  ],
  explain: ['orchestrator-db explain LOCK_WAIT', 'orchestrator-db explain'],
  eject: ['orchestrator-db eject', 'orchestrator-db eject --language javascript'],
  generate: [
    'orchestrator-db generate AddWorkerZone',
    'orchestrator-db generate RenameZone --rename workers.zone:region',
    'orchestrator-db generate SplitNames --answers changes.json',
    'orchestrator-db generate --check',
    'orchestrator-db generate --estimate --rename workers.zone:region',
  ],
  rebase: ['orchestrator-db rebase AddWorkerZone'],
  create: ['orchestrator-db create FillRegions'],
  status: ['orchestrator-db status', 'orchestrator-db status --json'],
  history: ['orchestrator-db history --limit 50'],
  replicas: ['orchestrator-db replicas', 'orchestrator-db replicas forget 5d0c7a1e'],
  partitions: [
    'orchestrator-db partitions',
    'orchestrator-db partitions keep --plan',
    'orchestrator-db partitions keep --detach',
  ],
  up: ['orchestrator-db up', 'orchestrator-db up --plan', 'orchestrator-db up --sql --dialect postgres'],
  down: ['orchestrator-db down', 'orchestrator-db down -2', 'orchestrator-db down base --plan'],
  stamp: ['orchestrator-db stamp head'],
  baseline: [
    'orchestrator-db baseline',
    'orchestrator-db baseline Baseline --remove',
    'orchestrator-db baseline AsItIs --from-database -d data-source.js',
  ],
  squash: [
    'orchestrator-db squash AddJobs..AddWorkers',
    'orchestrator-db squash AddJobs..AddWorkers FirstYear --remove',
  ],
  lint: [
    'orchestrator-db lint',
    'orchestrator-db lint AddWorkerZone --json',
    'orchestrator-db lint --since main',
    'orchestrator-db lint --since main --format github',
  ],
};

/** Adds the environment and the exit codes to the help. */
export function withOverview(program: Command): Command {
  return program.addHelpText('after', `${ENVIRONMENT}\n${EXIT_CODES}`);
}

/** Adds examples of this package or of another project, the environment and the exit codes to the help of every command. */
export function withExamples(program: Command, { isHome }: Pick<Project, 'isHome'>): void {
  for (const command of program.commands) {
    const examples = (EXAMPLES[command.name()] ?? []).map(
      (example) => `  ${isHome ? example : elsewhere(example)}`,
    );
    command.addHelpText('after', ['', 'Examples:', ...examples, ENVIRONMENT, EXIT_CODES].join('\n'));
  }
}

/** Another project calls the command through npx, and names its DataSource. */
function elsewhere(example: string): string {
  return `npx ${example}${example.includes(' -d ') ? '' : ' -d src/data-source.ts'}`;
}

/** The description of an option in the help; a default that only means "not specified" is left out. */
export function optionDescription(option: Option): string {
  const isAbsence =
    option.defaultValue === false || (Array.isArray(option.defaultValue) && option.defaultValue.length === 0);
  return isAbsence ? option.description : new Help().optionDescription(option);
}
