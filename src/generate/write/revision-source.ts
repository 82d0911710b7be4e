import type { DialectGroups, StatementGroup } from '../../databases/planning.js';
import type { RevisionPart } from '../plan/revision-part.js';
import { DATABASES } from '../../databases/registry.js';
import { printed } from '../../sql/statement.js';
import { oneLine, withEscapes } from '../../text/one-line.js';

/** The content of the file of a revision. */
export interface RevisionContent {
  /** PascalCase, without the stamp. */
  readonly name: string;
  /** Milliseconds since 1970, 13 digits. */
  readonly stamp: number;
  /** The module from which the class imports `Revision`. */
  readonly importFrom: string;
  readonly part: Omit<RevisionPart, 'suffix'>;
  /** Checksum of the verified group; none for a revision that was not verified. */
  readonly proof?: string;
}

/** The language: that of the file, or the same without its types. */
export type Syntax = 'typescript' | 'javascript';

/** What only TypeScript has. */
const WORDS: Readonly<
  Record<Syntax, { readonly constant: string; readonly field: string; readonly type: string }>
> = {
  typescript: {
    constant: 'static override readonly',
    field: 'override readonly',
    type: ': DialectStatements',
  },
  javascript: { constant: 'static', field: '', type: '' },
};

/** The text of the file. */
export function revisionSource(content: RevisionContent): string {
  return `import { Revision, type DialectStatements } from ${quotedText(content.importFrom)};

${revisionClassSource(content, 'typescript')}`;
}

/** The class alone. */
export function revisionClassSource({ name, stamp, part, proof }: RevisionContent, syntax: Syntax): string {
  const { description, transaction, groups } = part;
  const { constant, field, type } = WORDS[syntax];
  return `/** ${oneLine(description).replaceAll('*/', '* /')} */
export class ${name}${stamp} extends Revision {
  ${constant} description = ${quotedText(description)};
${proofLines(proof, constant)}${transaction ? '' : `\n  ${field} transaction = false;\n`}
${DATABASES.map(({ name }) => `  ${field} ${name}${type} = ${listsOf(groups[name])}`).join('\n')}}
`;
}

function listsOf({ up, down }: DialectGroups): string {
  return `{
    up: ${listOf(up)},
    down: ${listOf(down)},
  };
`;
}

function proofLines(proof: string | undefined, constant: string): string {
  if (proof === undefined) return '';
  return `
  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  ${constant} proof =
    '${proof}';
`;
}

/** Each group with its reason above it. */
function listOf(groups: readonly StatementGroup[]): string {
  if (groups.length === 0) return '[]';
  return `[\n${groups.map(groupOf).join('')}    ]`;
}

function groupOf({ reason, statements }: StatementGroup): string {
  const lines = statements.map((one) => `      ${templateText(printed(one))},\n`).join('');
  return `${commentOf(reason)}${lines}`;
}

/** As wide as the rest of the code. */
const WIDTH = 110 - '      // '.length;

function commentOf(reason: string): string {
  const words = oneLine(reason).split(/\s+/);
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.map((line) => `      // ${line}\n`).join('');
}

/** A template literal reads a carriage return as a line feed, so that is an escape, like all invisible characters. */
export function templateText(sql: string): string {
  return `\`${withEscapes(sql.replace(/[\\`]|\$\{/g, '\\$&'))}\``;
}

/** A text as a literal of JavaScript. */
export function quotedText(text: string): string {
  return `'${withEscapes(text.replace(/['\\]/g, '\\$&')).replaceAll('\n', '\\n')}'`;
}
