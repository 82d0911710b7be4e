import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** A module of src. */
export interface SourceFile {
  /** Relative to src, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const SRC = join(dirname(fileURLToPath(import.meta.url)), '../../../src');

/** Every module of src. */
export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path: path.replaceAll('\\', '/'), text: readFileSync(join(SRC, path), 'utf8') }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What a module takes of the world around it, as `process.env`, `console.log`, `Date.now`, `new Date()`. */
export function ambientUsesOf({ path, text }: SourceFile): readonly string[] {
  const uses: string[] = [];
  const visit = (node: ts.Node): void => {
    if (
      ts.isPropertyAccessExpression(node) &&
      /^(process|console|Date|performance|globalThis)$/.test(node.expression.getText())
    )
      uses.push(`${node.expression.getText()}.${node.name.text}`);
    if (ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length)
      uses.push('new Date()');
    if (
      ts.isImportDeclaration(node) &&
      /^'(node:)?(process|console|perf_hooks)'$/.test(node.moduleSpecifier.getText())
    )
      uses.push(`import ${node.moduleSpecifier.getText()}`);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return uses;
}
