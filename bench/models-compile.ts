import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Entities of one folder, as one project would have them. */
export interface Model {
  /** Below the folder that was given, with `/`. */
  readonly folder: string;
  /** The option `schema` of a test beside it; undefined where it is not set. */
  readonly schema?: string;
}

const INSTALLED = fileURLToPath(new URL('../node_modules', import.meta.url));
const NOT_READ = new Set(['node_modules', 'docs', 'docker']);
const CODE = /(?<!\.d)\.[cm]?[jt]s$/;
/** A test calls functions of its runner as it is loaded. */
const TEST = /\.(test|spec)\.[cm]?[jt]s$/;
/** As TypeScript, and as compilers write it. */
const DECLARES = /\b(?:Entity|ViewEntity|ChildEntity)\)?\(|\bnew (?:\w+\.)?EntitySchema\b/;
const SCHEMA_OPTION = /^\s+schema: ["'](\w+)["'],?$/gm;
const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  useDefineForClassFields: false,
  allowJs: true,
};

/**
 * Compiles the files below a folder to CommonJS, each by itself, so that files of another version of TypeORM and of
 * other databases are no obstacle. TypeORM's own sources are left out: what imports them gets the installed package.
 */
export function compileModels(source: string, target: string): readonly Model[] {
  mkdirSync(target, { recursive: true });
  symlinkSync(INSTALLED, join(target, 'node_modules'));
  const isTypeorm = nameOf(source) === 'typeorm';
  if (isTypeorm) symlinkSync(join(INSTALLED, 'typeorm'), join(target, 'src'));
  const folders = new Set<string>();
  for (const path of filesBelow(source, isTypeorm ? 'src' : undefined)) {
    const name = relative(source, path);
    if (compileFile(path, join(target, name))) folders.add(dirname(name));
  }
  return [...folders].sort().flatMap((folder) => modelsOf(source, folder));
}

function nameOf(source: string): unknown {
  const path = join(source, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown }).name : undefined;
}

function* filesBelow(folder: string, leftOut?: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (NOT_READ.has(entry.name) || entry.name.startsWith('.') || entry.name === leftOut) continue;
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile() && /\.(?:[cm]?[jt]s|json)$/.test(entry.name)) yield path;
  }
}

/** Returns whether the file declares entities. */
function compileFile(path: string, target: string): boolean {
  mkdirSync(dirname(target), { recursive: true });
  if (!CODE.test(path) || TEST.test(path)) {
    if (path.endsWith('.json')) copyFileSync(path, target);
    return false;
  }
  const text = readFileSync(path, 'utf8');
  const { outputText } = ts.transpileModule(text, { compilerOptions: OPTIONS, fileName: path });
  writeFileSync(target.replace(CODE, '.js'), outputText);
  return DECLARES.test(text);
}

/** The folder, and once more with each schema that a test beside it sets. */
function modelsOf(source: string, folder: string): readonly Model[] {
  const beside = dirname(join(source, folder));
  const tests = readdirSync(beside).filter((name) => TEST.test(name));
  const named = tests.flatMap((name) =>
    [...readFileSync(join(beside, name), 'utf8').matchAll(SCHEMA_OPTION)].map(([, schema = '']) => schema),
  );
  const place = { folder: folder.replaceAll('\\', '/') };
  return [place, ...[...new Set(named)].map((schema) => ({ ...place, schema }))];
}
