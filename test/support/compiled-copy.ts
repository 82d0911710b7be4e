import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { root } from './run-script.js';

/** This tree, compiled, in a temporary folder: a process starts there in half the time that tsx needs. */
export interface CompiledCopy {
  /** The script that runs those of scripts/, as an installed package has it. */
  readonly run: string;
  /** Where a file of the tree is, `test/support/chain-data-source.ts` for example. */
  compiled(file: string): string;
}

const FOLDERS = ['src', 'scripts', 'test/support'];
const FILES = ['ormconfig.ts'];

let made: CompiledCopy | undefined;

/** The one of this process, made when it is first asked for and removed when the process ends. */
export function compiledCopy(): CompiledCopy {
  made ??= makeCopy();
  return made;
}

function makeCopy(): CompiledCopy {
  const folder = mkdtempSync(join(tmpdir(), 'orchestrator-db-compiled-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const compiled = (file: string) => join(folder, 'dist', file.replace(/\.ts$/, '.js'));
  for (const file of sources()) compile(file, compiled(file));
  mkdirSync(join(folder, 'scripts'));
  for (const file of ['package.json', 'scripts/run.js']) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { run: join(folder, 'scripts', 'run.js'), compiled };
}

function sources(): readonly string[] {
  const found = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  );
  return [...FILES, ...found.filter((file) => file.endsWith('.ts'))];
}

/** Types are stripped and not checked, one file at a time: tsconfig.json has `isolatedModules`. */
function compile(from: string, to: string): void {
  const { outputText } = ts.transpileModule(readFileSync(join(root, from), 'utf8'), {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
      useDefineForClassFields: false,
    },
    fileName: from,
  });
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, outputText);
}
