import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DialectName } from '../../src/databases/registry.js';
import { foreignProject, type ForeignProject } from './foreign-project.js';
import { withoutStamps } from './generate-here.js';
import type { Running } from './processes.js';

/** Where scratch databases are: in memory, on the server of the tests, or on the embedded server of the command. */
export type KeptPlace = 'sqlite' | 'server' | 'embedded';

/** A project whose history is kept, and whose entities have one more column than its revision. */
export interface KeptProject {
  readonly home: string;
  /** Where commands keep files. */
  readonly cache: string;
  /** `generate --sql`, for the column. */
  start(args: readonly string[], env?: Readonly<Record<string, string>>): Running;
  /** Its statements, without stamps; it must succeed. */
  statements(...args: readonly string[]): Promise<string>;
  remove(): Promise<void>;
}

const entities = (more: string) => `import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
@Entity('goods')
@Index('ix_goods_name', ['name'])
export class Good {
  @PrimaryColumn({ type: 'integer' }) id;
  @Column({ type: 'varchar', default: 'new' }) name;
  ${more}
}`;

/** Makes one, in which no command has kept anything. */
export async function keptProject(place: KeptPlace): Promise<KeptProject> {
  const dialect: DialectName = place === 'sqlite' ? 'sqlite' : 'postgres';
  const project = await foreignProject({ dialect, globs: false });
  await begin(project);
  const cache = join(project.home, 'node_modules', '.cache', 'orchestrator-db');
  await rm(cache, { recursive: true, force: true });
  const start: KeptProject['start'] = (args, env = {}) =>
    project.start(['--sql', ...args], { ...(place === 'embedded' ? EMBEDDED : {}), ...env });
  return {
    home: project.home,
    cache,
    start,
    statements: async (...args) => {
      const { code, stdout, stderr } = await start(args).ended;
      if (code !== 0) throw new Error(`generate --sql ended with ${String(code)}: ${stderr}`);
      return withoutStamps(stdout);
    },
    remove: () => project.remove(),
  };
}

/** An empty value counts as unset. */
const EMBEDDED = { SCRATCH_DATABASE_URL: '' };

async function begin(project: ForeignProject): Promise<void> {
  await project.write(entities(''));
  // What the DataSource imports is there from the first compilation on.
  await project.generate('--check');
  const { code, stderr } = await project.generate('Initial');
  if (code !== 0) throw new Error(`generate Initial ended with ${String(code)}: ${stderr}`);
  await project.write(entities(`@Column({ type: 'integer', nullable: true }) rank;`));
  await project.generate('--check');
}
