import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { madeOnce } from './run-folder.js';
import { root } from './root.js';

/**
 * This project as `npm run build` bundles it, and with it the files that tests start: a process starts there in a
 * quarter of the time that tsx needs.
 */
export interface CompiledCopy {
  /** The script that runs those of scripts/, as an installed package has it. */
  readonly run: string;
  /** Where a script of scripts/ is. */
  script(name: string): string;
  /** Where a file is that a test starts, `test/support/chain-data-source.ts` for example. */
  compiled(file: string): string;
}

/** Folders with files that tests start, or name with `-d`. */
const FOLDERS = ['test/support', 'test/cli'];
/** DataSource files, revisions that are looked up as files, and what runs in a process of its own. */
const STARTED =
  /(-data-source|(data-sources|lint-files)\/[^/]+|\/(sqlite-stop|nest-application|beating-application|instants-process))\.ts$/;

let made: CompiledCopy | undefined;

/** The one of this test run, built when it is first asked for and removed when the run ends. */
export function compiledCopy(): CompiledCopy {
  made ??= copyIn(madeOnce('bundle', build));
  return made;
}

function copyIn(folder: string): CompiledCopy {
  const compiled = (file: string) => {
    const path = join(folder, 'dist', file.replace(/\.ts$/, '.js'));
    if (existsSync(path)) return path;
    throw new Error(`${file} is not in the bundle: test/support/compiled-copy.ts says what is.`);
  };
  return {
    run: join(folder, 'scripts', 'run.js'),
    script: (name) => compiled(`scripts/${name}.ts`),
    compiled,
  };
}

function build(folder: string): void {
  for (const made of ['scripts', 'docs']) mkdirSync(join(folder, made));
  for (const file of ['package.json', 'scripts/run.js']) copyFileSync(join(root, file), join(folder, file));
  for (const linked of ['node_modules', 'docs/errors.md'])
    symlinkSync(join(root, linked), join(folder, linked));
  const started = startedFiles().map((file) => file.replace(/\.ts$/, '.js'));
  const args = ['scripts/build.js', '--unchecked', join(folder, 'dist'), 'tsconfig.build.json', ...started];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The project does not build: ${stdout}${stderr}`);
}

function startedFiles(): readonly string[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
  );
  return files.map((file) => file.replaceAll('\\', '/')).filter((file) => STARTED.test(file));
}
