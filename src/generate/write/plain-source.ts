/** A plain migration class of TypeORM: it needs nothing of this package when it runs. */

import { DATABASES } from '../../databases/registry.js';
import type { Direction } from '../../databases/direction.js';
import { questionIn } from '../../sql/question.js';
import { printed } from '../../sql/statement.js';
import type { Syntax } from './file-form.js';
import type { PlainContent } from './revision-content.js';
import { reasonLines, replacesLines, template } from './source-text.js';

/** The words of a method around its name: only TypeScript has types. */
interface Method {
  readonly heritage: string;
  readonly parameter: string;
  readonly result: string;
  readonly constant: string;
}

const PLAIN: Method = { heritage: '', parameter: 'queryRunner', result: '', constant: 'static ' };

const METHODS: Readonly<Record<Syntax, Method>> = {
  typescript: {
    heritage: ' implements MigrationInterface',
    parameter: 'queryRunner: QueryRunner',
    result: ': Promise<void>',
    constant: 'static readonly ',
  },
  module: PLAIN,
  commonjs: PLAIN,
};

/** The class without `export`. */
export function plainClassSource(content: PlainContent, id: string): string {
  const { form, part, replaces } = content;
  const { heritage, constant } = METHODS[form.syntax];
  const list = replacesLines(replaces, constant);
  return `class ${id}${heritage} {
${list && `${list}\n`}  name = '${id}';
${part.transaction ? '' : '  transaction = false;\n'}
${methodSource(content, 'up')}
${methodSource(content, 'down')}}
`;
}

function methodSource({ part, dialects, form }: PlainContent, direction: Direction): string {
  const { parameter, result } = METHODS[form.syntax];
  const groups = DATABASES.filter(({ name }) => dialects.includes(name)).flatMap(
    ({ name }) => part.groups[name][direction],
  );
  if (groups.length === 0) return `  async ${direction}()${result} {}\n`;
  const lines = groups.map(
    ({ reason, statements }) =>
      `${reasonLines(reason, '    ')}${statements.map((one) => `    ${sending(printed(one))}\n`).join('')}`,
  );
  return `  async ${direction}(${parameter})${result} {\n${lines.join('')}  }\n`;
}

/** The answers of a query are statements. */
function sending(sql: string): string {
  const asked = questionIn(sql);
  return asked === undefined
    ? `await queryRunner.query(${template(sql)});`
    : `for (const { statement } of await queryRunner.query(${template(asked)})) await queryRunner.query(statement);`;
}
