import { loadDescribed } from '../src/cli/described.js';
import { layoutOf } from '../src/diagram/layout.js';
import { mermaidText } from '../src/diagram/mermaid.js';
import { pictureOf } from '../src/diagram/picture-of.js';
import { svgFile } from '../src/diagram/svg.js';
import { shortType } from '../src/diagram/text-size.js';
import { databaseNamed } from '../src/databases/registry.js';
import { LineLogger } from '../src/logger.js';
import { describeEntities } from '../src/metadata/describe.js';
import type { ColumnModel, SchemaModel, TableModel } from '../src/schema/model.js';
import { parseSettings } from '../src/settings.js';
import { createOwn } from './own-data-source.js';

/** Between these lines of a page stands what is written from the entities. */
const BEGIN = '<!-- npm run docs:schema writes what follows. -->';
const END = '<!-- End of what npm run docs:schema writes. -->';

/** The files that show the schema of this package, by their paths, from what they contain now. */
export async function schemaDocs(page: string): Promise<Readonly<Record<string, string>>> {
  const schema = await ownSchema();
  const picture = pictureOf(schema);
  return {
    'docs/schema.svg': svgFile(await layoutOf(picture), 'The tables of the orchestrator'),
    'docs/schema.md': replaced(page, [
      '![The tables of the orchestrator and their relations](schema.svg)',
      'The same as text:',
      `\`\`\`mermaid\n${mermaidText(picture).trimEnd()}\n\`\`\``,
      '## Columns',
      ...schema.tables.flatMap(tableWords),
      '## Enums',
      tableOf([
        ['enum', 'values'],
        ...schema.enums.map(({ name, values }) => [code(name), values.join(', ')]),
      ]),
    ]),
  };
}

/** As PostgreSQL has them. Nothing is connected. */
async function ownSchema(): Promise<SchemaModel> {
  const settings = { ...parseSettings({}), database: databaseNamed('postgres').offlineTarget };
  const dataSource = createOwn(settings, new LineLogger('error', () => undefined), '');
  await loadDescribed(dataSource);
  return describeEntities(dataSource).schema;
}

function replaced(page: string, parts: readonly string[]): string {
  const [before = '', rest = ''] = page.split(BEGIN);
  const [, after] = rest.split(END);
  if (after === undefined)
    throw new Error('docs/schema.md lacks the lines between which the schema is written.');
  return [before.trimEnd(), BEGIN, ...parts, END, after.trimStart()].join('\n\n');
}

function tableWords(table: TableModel): readonly string[] {
  const columns = table.columns.map((column) => [code(column.name), typeOf(column), rulesOf(table, column)]);
  const checks = table.checks.map(({ expression }) => `- check: ${code(expression.sql)}`);
  const indexes = table.indexes.map(
    ({ name, keys, unique }) =>
      `- ${unique ? 'unique index' : 'index'} ${code(name)} on ${keys.map(({ column }) => code(column ?? '')).join(', ')}`,
  );
  return [
    `### ${table.name}`,
    tableOf([['column', 'type', 'rule'], ...columns]),
    ...listOf([...indexes, ...checks]),
  ];
}

function listOf(items: readonly string[]): readonly string[] {
  return items.length === 0 ? [] : [items.join('\n')];
}

function typeOf({ type, nullable }: ColumnModel): string {
  return `${shortType(type).replace(/^enum /, '')}${nullable ? '?' : ''}`;
}

function rulesOf(table: TableModel, { name, default: value, identity }: ColumnModel): string {
  const isOnly = (columns: readonly string[]) => columns.length === 1 && columns[0] === name;
  const unique = [...table.uniques.map(({ columns }) => columns), ...uniqueIndexes(table)];
  const keys = table.foreignKeys.filter(({ columns }) => columns.includes(name));
  return [
    ...(table.primaryKey?.columns.includes(name) ? ['primary key'] : []),
    ...(identity === null ? [] : ['from the database']),
    ...(unique.some(isOnly) ? ['unique'] : []),
    ...(value === null ? [] : [`default ${code(value.sql)}`]),
    ...keys.map(
      ({ table: parent, references, onDelete }) =>
        `${parent}.${references.join(', ')}, ON DELETE ${onDelete}`,
    ),
  ].join(', ');
}

function uniqueIndexes({ indexes }: TableModel): readonly (readonly string[])[] {
  return indexes.filter(({ unique }) => unique).map(({ keys }) => keys.map(({ column }) => column ?? ''));
}

function code(text: string): string {
  return `\`${text}\``;
}

/** Columns of equal width, as the other tables of the pages have them. */
function tableOf(rows: readonly (readonly string[])[]): string {
  const [head = [], ...others] = rows;
  const widths = head.map((_cell, at) => Math.max(3, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}
