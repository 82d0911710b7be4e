import { expect } from 'chai';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { generateProject, type GenerateProject } from '../support/generate-here.js';

interface Named {
  readonly type: string | undefined;
  readonly second?: string;
  readonly values?: readonly string[];
}

/** Two enumerated columns; the name of each type is given by `enumName`. */
function tickets({ type, second = type, values = ['open', 'closed'] }: Named): readonly Function[] {
  const named = (enumName: string | undefined) => ({
    type: 'simple-enum' as const,
    enum: [...values],
    ...(enumName === undefined ? {} : { enumName }),
  });
  @Entity('tickets')
  class Ticket {
    @PrimaryColumn({ type: 'integer' })
    id!: number;

    @Column({ name: 'state', ...named(type), default: 'open' })
    state!: string;
  }
  @Entity('tasks')
  class Task {
    @PrimaryColumn({ type: 'integer' })
    id!: number;

    @Column({ name: 'state', ...named(second) })
    state!: string;
  }
  return [Ticket, Task];
}

const RENAMED = {
  up: ['ALTER TYPE "ticket_state" RENAME TO "work_state"'],
  down: ['ALTER TYPE "work_state" RENAME TO "ticket_state"'],
};
const NONE = { up: [], down: [] };

describe('generate for an enum type that enumName renames', function () {
  this.timeout(120_000);
  let project: GenerateProject;
  beforeEach(async () => {
    project = await generateProject();
    await project.succeed(tickets({ type: 'ticket_state' }), 'Initial');
  });
  afterEach(() => project.remove());
  const newest = async () => {
    const { postgres, sqlite } = new ((await project.revisions()).at(-1)!)();
    return { postgres, sqlite };
  };

  it('generate renames the type of several columns in place, without a question', async () => {
    const entities = tickets({ type: 'work_state' });
    const { stdout, stderr } = await project.succeed(entities, 'RenameState');
    expect(stdout).to.match(/-RenameState\.ts {2}Renames the type ticket_state to work_state\.\n$/);
    expect(stderr).to.equal('');
    expect(await newest()).to.deep.equal({ postgres: RENAMED, sqlite: NONE });
    expect(await project.generate(entities, ['--check'])).to.include({ code: 0 });
  });

  it('generate renames the type in a history without a snapshot too, with a value of it', async () => {
    await rm(join(project.folder, 'snapshot.json'));
    const entities = tickets({ type: 'work_state', values: ['open', 'done'] });
    await project.succeed(entities, 'RenameState', '--rename', 'tickets.state.closed:done');
    const { postgres } = await newest();
    expect(postgres.up).to.have.length(2);
    expect(postgres.up[0]).to.equal(RENAMED.up[0]);
    expect(postgres.up[1]).to.match(/ALTER TYPE "work_state" RENAME VALUE 'closed' TO 'done'$/);
    expect(await project.generate(entities, ['--check'])).to.include({ code: 0 });
  });

  it('generate asks about a column that leaves a type of which another column remains', async () => {
    const { code, stderr } = await project.generate(tickets({ type: 'ticket_state', second: 'task_state' }), [
      'SplitState',
    ]);
    expect(code).to.equal(3);
    expect(stderr).to.include(
      'tasks.state: type enum ticket_state becomes enum task_state: the table is rewritten and locked. Option: --allow-rewrite.',
    );
  });

  it('generate names the rename that a new value beside one that goes may be, once for both databases', async () => {
    const entities = tickets({ type: 'ticket_state', values: ['open', 'done'] });
    const check = await project.generate(entities, ['--check']);
    const words = (table: string) =>
      `note: ${table}.state: the value closed goes, and done is new. If it is the same under another name, pass --rename ${table}.state.closed:done. Without it, \`up\` stops at rows that contain closed`;
    expect(check.stderr.trimEnd().split('\n')).to.have.members([words('tickets'), words('tasks')]);
    const both = ['tickets', 'tasks'].flatMap((table) => ['--rename', `${table}.state.closed:done`]);
    const renamed = await project.succeed(entities, 'RenameClosed', ...both);
    expect(renamed.stderr).to.not.include('the same under another name');
  });
});
