import type { DataSource } from 'typeorm';
import type { Driver } from 'typeorm/driver/Driver.js';
import type { ColumnRules } from '../databases/column-rules.js';

/** What every part of a description needs. */
export interface Context {
  readonly dataSource: DataSource;
  readonly driver: Driver;
  readonly rules: ColumnRules;
  readonly defaultSchema: string;
}

/** `schema.table`, without the schema where that is the default one. */
export function qualify({ defaultSchema, rules }: Context, schema: string | undefined, name: string): string {
  const own = rules.canonicalizeName(name);
  return schema === undefined || schema === defaultSchema || !rules.schemas
    ? own
    : `${rules.canonicalizeName(schema)}.${own}`;
}
