import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { root } from '../../support/root.js';

/** A type that a user meets in a signature and cannot import. */
export interface HiddenType {
  readonly name: string;
  /** Of the source, from the root. */
  readonly file: string;
  /** The exported name, or the type, in whose declaration it is first found. */
  readonly by: string;
}

/** The entry points of package.json, each by the source of its types. */
export function entryPoints(): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  };
  return Object.values(exports).flatMap((entry) =>
    typeof entry === 'string' ? [] : [entry.types.replace('./dist/', '').replace('.d.ts', '.ts')],
  );
}

/**
 * The types that can be reached from what modules export and that none of them exports. It looks at declarations, as
 * users get them: what is private in a class is not in them.
 *
 * @param entries paths from the folder
 */
export function hiddenTypes(folder: string, entries: readonly string[]): readonly HiddenType[] {
  const { checker, modules } = declarationsOf(folder, entries);
  const exported = modules.flatMap((module) => exportsOf(checker, module));
  const importable = new Set(exported);
  const seen = new Set(exported);
  const queue = exported.map((symbol) => symbol);
  const hidden: HiddenType[] = [];
  for (let by = queue.shift(); by !== undefined; by = queue.shift())
    for (const symbol of namedIn(checker, by)) {
      const file = ownFileOf(symbol, folder);
      if (file === undefined || seen.has(symbol)) continue;
      seen.add(symbol);
      queue.push(symbol);
      if (!importable.has(symbol)) hidden.push({ name: symbol.name, file, by: by.name });
    }
  return hidden;
}

interface Declared {
  readonly checker: ts.TypeChecker;
  readonly modules: readonly ts.SourceFile[];
}

/** Compiles to declarations in memory, and reads those. */
function declarationsOf(folder: string, entries: readonly string[]): Declared {
  const paths = entries.map((entry) => join(folder, entry));
  const texts = compiled(folder, paths);
  const declared = paths.map((path) => path.replace(/\.ts$/, '.d.ts'));
  const program = ts.createProgram(declared, { noLib: true, types: [] }, hostOf(texts));
  const modules = declared.flatMap((path) => program.getSourceFile(path) ?? []);
  return { checker: program.getTypeChecker(), modules };
}

function compiled(folder: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
    readonly config: object;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const texts = new Map<string, string>();
  ts.createProgram(paths, { ...options, emitDeclarationOnly: true, rootDir: folder, outDir: folder }).emit(
    undefined,
    (path, text) => texts.set(path, text),
  );
  return texts;
}

/** Packages are left out: what they declare is theirs to export, and reading them takes most of the time. */
function hostOf(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  return {
    ...ts.createCompilerHost({}),
    fileExists: (path) => texts.has(path),
    readFile: (path) => texts.get(path),
    getSourceFile: (path, language) => ts.createSourceFile(path, texts.get(path) ?? '', language),
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const path = join(dirname(from), text).replace(/\.js$/, '.d.ts');
        const isOwn = text.startsWith('.') && texts.has(path);
        return {
          resolvedModule: isOwn
            ? { resolvedFileName: path, extension: ts.Extension.Dts, isExternalLibraryImport: false }
            : undefined,
        };
      }),
  };
}

function exportsOf(checker: ts.TypeChecker, module: ts.SourceFile): readonly ts.Symbol[] {
  const symbol = checker.getSymbolAtLocation(module);
  if (!symbol) throw new Error(`${module.fileName} exports nothing.`);
  return checker.getExportsOfModule(symbol).map((one) => originalOf(checker, one));
}

function originalOf(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** Where it is declared, if that is a module of the folder, on its own and not in a package. */
function ownFileOf(symbol: ts.Symbol, folder: string): string | undefined {
  const [declaration] = symbol.declarations ?? [];
  if (!declaration || !isOfModule(declaration)) return undefined;
  const path = relative(folder, declaration.getSourceFile().fileName).replaceAll('\\', '/');
  return path.startsWith('..') || path.includes('node_modules') ? undefined : path.replace('.d.ts', '.ts');
}

/** A declaration of the module itself, not a type parameter, a member or a parameter. */
function isOfModule(declaration: ts.Declaration): boolean {
  const holder = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  return ts.isSourceFile(holder.parent);
}

/** What the declarations of a name refer to. */
function namedIn(checker: ts.TypeChecker, symbol: ts.Symbol): readonly ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : ts.isTypeQueryNode(node)
          ? node.exprName
          : ts.isImportTypeNode(node)
            ? node.qualifier
            : undefined;
    const named = name && checker.getSymbolAtLocation(name);
    if (named) found.push(originalOf(checker, named));
    ts.forEachChild(node, visit);
  };
  for (const declaration of symbol.declarations ?? []) visit(declaration);
  return found;
}
