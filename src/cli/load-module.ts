/** Loads a module of the user's project as the project itself does: TypeScript with its own ts-node or tsx. */

import { readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, UsageError } from '../errors/base.js';
import { isModule, nearestFile } from '../generate/write/module-kind.js';
import { isWithoutDetails } from '../source-problem.js';

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;

/** The environment of this process, in which the loaders look for the place of tsconfig.json. */
export type Variables = Record<string, string | undefined>;

/**
 * Imports a file. One in TypeScript is compiled by ts-node, or else by tsx, of the project that contains it, and so is
 * all TypeScript that is loaded later. Where the project has neither, Node itself may load it.
 *
 * @throws UsageError naming the packages to install where nothing loads it, or the error of the file
 */
export async function loadModule(path: string, env: Variables): Promise<Exports> {
  const isReady = !isTypeScript(path) || (await prepareIfPossible(path, env));
  try {
    return await loadFile(path);
  } catch (error) {
    if (!isReady && isOfLoader(error)) throw new UsageError(withoutLoader(path), { cause: error });
    if (isWithoutDetails(error)) compileAgain(path);
    throw error;
  }
}

/** Node passes no error of ts-node on from the thread of its hooks, so the file is compiled once more in this one. */
function compileAgain(path: string): void {
  const compiler = found('ts-node', path);
  if (compiler === undefined) return;
  const { create } = createRequire(path)(compiler) as TsNode;
  create().compile(readFileSync(path, 'utf8'), path);
}

/** What is used of ts-node. */
interface TsNode {
  readonly register: () => void;
  readonly create: () => { readonly compile: (text: string, path: string) => string };
}

/** CommonJS in TypeScript is required: the hooks of ts-node for `import` are in an ES module alone. */
async function loadFile(path: string): Promise<Exports> {
  return isTypeScript(path) && !isModule(path) ? (createRequire(path)(path) as Exports) : importFile(path);
}

async function importFile(path: string): Promise<Exports> {
  return (await import(pathToFileURL(path).href)) as Exports;
}

/** Whether this process loads a file, or can with a package of its project. */
export function isLoadable(path: string, env: Variables): boolean {
  return !isTypeScript(path) || isPrepared(env) || compilerFor(path) !== undefined;
}

function isTypeScript(path: string): boolean {
  return /\.[cm]?ts$/i.test(path);
}

/** Node 20 knows no TypeScript; later ones no decorators, and no import without the extension of its file. */
export function isOfLoader(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  // Without a loader, Node requires the text as JavaScript, and finds none of its imports that have no extension.
  const isOfImport = code === 'MODULE_NOT_FOUND' && /^Cannot find module '\.{0,2}\//.test(messageOf(error));
  return (
    isOfImport ||
    error instanceof SyntaxError ||
    /^ERR_(UNKNOWN_FILE|MODULE_NOT|.*TYPESCRIPT)/.test(String(code))
  );
}

function withoutLoader(path: string): string {
  return `-d: ${path} is TypeScript, ${toInstall('it').replace(/\.$/, '')}`;
}

/** What a project with sources in TypeScript lacks, and the commands that install it. */
export function toInstall(what = 'them'): string {
  return (
    `and its project has neither ts-node nor tsx to load ${what}. ` +
    'Run: npm install --save-dev ts-node typescript. If every column has an explicit type, tsx is enough: npm install --save-dev tsx.'
  );
}

function withoutTypeScript(path: string): string {
  return `-d: ${path} ${isTypeScript(path) ? 'is' : 'names'} TypeScript, and its project has ts-node without typescript, which it needs. Run: npm install --save-dev typescript`;
}

/** Whether this process has registered a compiler: that of the first project that is loaded. */
let prepared = false;

/** This file is TypeScript only where something compiles it already; a person may also start Node with a loader. */
function isPrepared({ NODE_OPTIONS = '' }: Variables): boolean {
  const words = [...process.execArgv, NODE_OPTIONS].join(' ');
  return prepared || import.meta.url.endsWith('.ts') || /\b(tsx|ts-node|swc)\b/.test(words);
}

/**
 * Has TypeScript loaded from here on as the project of a file loads it.
 *
 * @returns false where the project has nothing that can
 */
export async function prepareIfPossible(path: string, env: Variables): Promise<boolean> {
  if (isPrepared(env)) return true;
  const compiler = compilerFor(path);
  if (compiler === undefined) return false;
  usePathsOf(path, env);
  await compiler();
  return (prepared = true);
}

/**
 * ts-node comes first: it emits the types of properties, by which TypeORM knows columns without a type. tsx and Node
 * itself do not.
 */
function compilerFor(path: string): (() => unknown) | undefined {
  const hooks = found(isModule(path) ? 'ts-node/esm' : 'ts-node', path);
  if (hooks !== undefined) {
    if (found('typescript', path) === undefined && found('typescript', hooks) === undefined)
      throw new UsageError(withoutTypeScript(path));
    return () => registerTsNode(hooks, path);
  }
  const tsx = found('tsx', path);
  return tsx === undefined ? undefined : () => importFile(tsx);
}

function registerTsNode(hooks: string, path: string): void {
  if (isModule(path)) register(pathToFileURL(hooks).href);
  else (createRequire(path)(hooks) as TsNode).register();
}

/** From the folder of the file, or from the working directory: the file may be in a folder of its own. */
function found(name: string, path: string): string | undefined {
  for (const from of [path, join(resolve(''), 'package.json')])
    try {
      return createRequire(from).resolve(name);
    } catch {
      continue;
    }
  return undefined;
}

/** Loaders look for tsconfig.json from the working directory. Where none is found there, that of the file counts. */
function usePathsOf(path: string, env: Variables): void {
  const config = nearestFile('tsconfig.json', dirname(path));
  if (config === undefined || nearestFile('tsconfig.json', resolve('')) !== undefined) return;
  env['TS_NODE_PROJECT'] ??= config;
  env['TSX_TSCONFIG_PATH'] ??= config;
}
