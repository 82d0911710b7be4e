/** Prints a revision as a migration class of TypeORM, which needs nothing of this package. */

import { oneLine } from '../../text/one-line.js';
import { quotedText, templateText } from './revision-source.js';

/** The language of a file: TypeScript, or JavaScript in one of the two kinds of modules. */
export type ClassLanguage = 'typescript' | 'javascript' | 'commonjs';

/** What a class contains, for one database. */
export interface TypeormClass {
  /** PascalCase, without the stamp. */
  readonly name: string;
  readonly stamp: number;
  /** One sentence. */
  readonly description: string;
  /** Whether the statements run in a transaction. */
  readonly transaction: boolean;
  readonly up: readonly string[];
  readonly down: readonly string[];
}

/** The text of the file. */
export function typeormClassSource(content: TypeormClass, language: ClassLanguage): string {
  const { name, stamp, description, transaction } = content;
  const id = `${name}${stamp}`;
  const isTyped = language === 'typescript';
  const start = {
    typescript: `import type { MigrationInterface, QueryRunner } from 'typeorm';\n\n`,
    javascript: '',
    commonjs: `'use strict';\n\n`,
  }[language];
  const declared = language === 'commonjs' ? `exports.${id} = class ${id}` : `export class ${id}`;
  return `${start}${description === '' ? '' : `/** ${oneLine(description).replaceAll('*/', '* /')} */\n`}${declared}${isTyped ? ' implements MigrationInterface' : ''} {
  name = ${quotedText(id)};
${transaction ? '' : '  transaction = false;\n'}
${methodOf('up', content.up, isTyped)}
${methodOf('down', content.down, isTyped)}}${language === 'commonjs' ? ';' : ''}
`;
}

function methodOf(direction: 'up' | 'down', statements: readonly string[], isTyped: boolean): string {
  const parameter = statements.length === 0 ? '_queryRunner' : 'queryRunner';
  const head = isTyped
    ? `public async ${direction}(${parameter}: QueryRunner): Promise<void>`
    : `async ${direction}(${parameter})`;
  if (statements.length === 0) return `  ${head} {}\n`;
  const lines = statements.map((sql) => `    await queryRunner.query(${templateText(sql)});\n`).join('');
  return `  ${head} {\n${lines}  }\n`;
}

/** The name of the file, in TypeORM's style. */
export function typeormFileName(
  { name, stamp }: Pick<TypeormClass, 'name' | 'stamp'>,
  language: ClassLanguage,
): string {
  return `${stamp}-${name}.${language === 'typescript' ? 'ts' : 'js'}`;
}
