import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A stage of a Dockerfile, laid out as a folder on top of an empty base. */
export interface Stage {
  readonly base: string;
  /** Stands for the root of the image. */
  readonly folder: string;
  workdir: string;
  user: string;
  readonly env: Record<string, string>;
  command: readonly string[];
}

/** Where the files are that COPY takes, and where stages are laid out. */
interface Layout {
  readonly context: string;
  readonly target: string;
  /** For RUN. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Lays the stages of a Dockerfile out, with each COPY and each RUN. A RUN uses the programs of this machine, in the
 * folder of its stage.
 *
 * @throws Error for an instruction that it does not know, and for a RUN that fails
 */
export function layOut(dockerfile: string, layout: Layout): ReadonlyMap<string, Stage> {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const { word, rest } of instructionsOf(dockerfile)) {
    if (word === 'FROM') stage = begin(rest, stages, layout);
    else if (stage) instruct(stage, { word, rest }, { stages, layout });
    else throw new Error(`${word} before FROM`);
  }
  return stages;
}

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

function instructionsOf(dockerfile: string): readonly Instruction[] {
  const lines = readFileSync(dockerfile, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const [, word = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? [];
    if (word === '' && line !== '' && !line.startsWith('#')) throw new Error(`no instruction: ${line}`);
    return word === '' ? [] : [{ word, rest }];
  });
}

/** A stage on another one begins with its files; any other base is empty. */
function begin(rest: string, stages: Map<string, Stage>, { target }: Layout): Stage {
  const [, base = '', name = ''] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
  const folder = join(target, name);
  const below = stages.get(base);
  mkdirSync(folder);
  if (below) cpSync(below.folder, folder, { recursive: true, verbatimSymlinks: true });
  const stage: Stage = below
    ? { ...below, folder, env: { ...below.env } }
    : { base, folder, workdir: '/', user: 'root', env: {}, command: [] };
  stages.set(name, stage);
  return stage;
}

interface Surroundings {
  readonly stages: ReadonlyMap<string, Stage>;
  readonly layout: Layout;
}

function instruct(stage: Stage, { word, rest }: Instruction, surroundings: Surroundings): void {
  if (word === 'WORKDIR') {
    stage.workdir = rest;
    mkdirSync(join(stage.folder, rest), { recursive: true });
  } else if (word === 'COPY') copy(stage, rest, surroundings);
  else if (word === 'RUN') run(stage, rest, surroundings.layout);
  else if (word === 'USER') stage.user = rest;
  else if (word === 'CMD') stage.command = JSON.parse(rest) as readonly string[];
  else if (word === 'ENV') {
    const [name = '', value = ''] = rest.split('=');
    stage.env[name] = value;
  } else if (word !== 'EXPOSE') throw new Error(`unknown instruction: ${word}`);
}

function copy(stage: Stage, rest: string, { stages, layout }: Surroundings): void {
  const words = rest.split(' ');
  const from = words[0]?.startsWith('--from=') ? stages.get(words.shift()?.slice(7) ?? '') : undefined;
  const to = words.pop() ?? '';
  const isFolder = to.endsWith('/') || words.length > 1;
  for (const source of words) {
    const path = from ? join(from.folder, source) : join(layout.context, source);
    if (!existsSync(path)) throw new Error(`COPY: no ${source}`);
    const inside = isFolder && statSync(path).isFile() ? join(to, basename(source)) : to;
    const options = { recursive: true, verbatimSymlinks: true };
    cpSync(path, join(stage.folder, stage.workdir, inside), options);
  }
}

function run(stage: Stage, command: string, { env }: Layout): void {
  const cwd = join(stage.folder, stage.workdir);
  const options = { cwd, env: { ...env, ...stage.env }, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', command], options);
  if (status !== 0) throw new Error(`RUN ${command} ended with ${status}.\n${stdout}${stderr}`);
}
