import type { DialectGroups, StatementGroup } from '../../databases/planning.js';
import { DATABASES } from '../../databases/registry.js';
import { printed } from '../../sql/statement.js';
import { oneLine } from '../../text/one-line.js';
import type { Syntax } from './file-form.js';
import type { PlainContent, RevisionContent } from './revision-content.js';
import type { SchemaChanges } from '../../migrator/revision.js';
import { literal, quoted, reasonLines, replacesLines, template } from './source-text.js';
import { plainClassSource } from './plain-source.js';

/** The text of a file in the parts that a test of it needs. */
interface RevisionSource {
  /** What it imports; empty where nothing is needed when it runs. */
  readonly imports: string;
  /** Its class, with what exports it. */
  readonly body: string;
}

/** What only TypeScript has. */
const WORDS: Readonly<
  Record<
    Syntax,
    { readonly constant: string; readonly field: string; readonly type: string; readonly changesType: string }
  >
> = {
  typescript: {
    constant: 'static override readonly ',
    field: 'override readonly ',
    type: ': DialectStatements',
    changesType: ': SchemaChanges',
  },
  module: { constant: 'static ', field: '', type: '', changesType: '' },
  commonjs: { constant: 'static ', field: '', type: '', changesType: '' },
};

/** The text of the file. */
export function revisionSource(content: RevisionContent): string {
  return joined(sourceParts(content));
}

/** The same of a plain class, which imports nothing of this package. */
export function plainSource(content: PlainContent): string {
  return joined(plainParts(content));
}

function joined({ imports, body }: RevisionSource): string {
  return imports === '' ? body : `${imports}\n${body}`;
}

/** The same in parts. */
export function sourceParts(content: RevisionContent): RevisionSource {
  if (content.form.format === 'typeorm') return plainParts(content);
  return { imports: importsOf(content), body: exported(content, classSource) };
}

function plainParts(content: PlainContent): RevisionSource {
  const types = `import type { MigrationInterface, QueryRunner } from 'typeorm';\n`;
  return {
    imports: content.form.syntax === 'typescript' ? types : '',
    body: exported(content, plainClassSource),
  };
}

/** The class with its description and what exports it. */
function exported<Content extends PlainContent>(
  content: Content,
  sourceOf: (content: Content, id: string) => string,
): string {
  const id = `${content.name}${content.stamp}`;
  const { description } = content.part;
  const described = description === '' ? '' : `/** ${oneLine(description).replaceAll('*/', '* /')} */\n`;
  const text = sourceOf(content, id);
  return content.form.syntax === 'commonjs'
    ? `${described}${text}\nmodule.exports = { ${id} };\n`
    : `${described}export ${text}`;
}

function importsOf({ form: { syntax }, importFrom, part }: RevisionContent): string {
  const from = quoted(importFrom);
  const more = Object.keys(part.changes ?? {}).length === 0 ? '' : ', type SchemaChanges';
  const imports: Readonly<Record<Syntax, string>> = {
    typescript: `import { Revision, type DialectStatements${more} } from ${from};\n`,
    module: `import { Revision } from ${from};\n`,
    commonjs: `const { Revision } = require(${from});\n`,
  };
  return imports[syntax];
}

function classSource({ part, proof, replaces, form, dialects }: RevisionContent, id: string): string {
  const { description, transaction, groups, releasePhase, changes = {} } = part;
  const { constant, field, type, changesType } = WORDS[form.syntax];
  const own = DATABASES.filter(({ name }) => dialects.includes(name));
  const list = replacesLines(replaces, constant);
  return `class ${id} extends Revision {
  ${constant}description = ${quoted(description)};
${releasePhase === 'contract' ? `\n  /** It runs when no older release is connected. */\n  ${constant}phase = 'contract';\n` : ''}${list && `\n${list}`}${proofLines(proof, constant)}${changesLines(changes, `${constant}changes${changesType} = `)}${transaction ? '' : `\n  ${field}transaction = false;\n`}
${own.map(({ name }) => `  ${field}${name}${type} = ${listsOf(groups[name])}`).join('\n')}}
`;
}

function listsOf({ up, down }: DialectGroups): string {
  return `{
    up: ${listOf(up)},
    down: ${listOf(down)},
  };
`;
}

/** What releases that do not have it, or wait for its contract, compare the database with. */
function changesLines(changes: SchemaChanges, before: string): string {
  if (Object.keys(changes).length === 0) return '';
  return `
  /** What it changes in the schema. A release without it compares the database with that. */
  ${before}${literal(changes, `  ${before}`.length, '  ')};
`;
}

function proofLines(proof: string | undefined, constant: string): string {
  if (proof === undefined) return '';
  return `
  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  ${constant}proof =
    '${proof}';
`;
}

/** Each group with its reason above it. */
function listOf(groups: readonly StatementGroup[]): string {
  if (groups.length === 0) return '[]';
  return `[\n${groups.map(groupOf).join('')}    ]`;
}

const INDENT = '      ';

function groupOf({ reason, statements }: StatementGroup): string {
  const lines = statements.map((one) => `${INDENT}${template(printed(one))},\n`).join('');
  return `${reasonLines(reason, INDENT)}${lines}`;
}
