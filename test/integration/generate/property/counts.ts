import type { DialectName } from '../../../../src/databases/registry.js';
import type { Changes } from './pairs.js';

const PARTS = ['column', 'unique', 'index', 'foreign-key', 'check'] as const;
const VIEWS = ['add-view', 'drop-view', 'alter-view'];
const COMMON = [...VIEWS, 'create-table', 'drop-table', 'alter-table', 'alter-primary-key'].concat(
  PARTS.flatMap((part) => [`add-${part}`, `drop-${part}`, `alter-${part}`]),
);

/**
 * Every kind of change that entities can declare. TypeORM requires a primary key of each, so none is added or dropped
 * alone.
 */
export const EXPECTED: Readonly<Record<DialectName, readonly string[]>> = {
  postgres: [
    ...COMMON,
    'add-enum',
    'drop-enum',
    'alter-enum',
    'add-exclusion',
    'drop-exclusion',
    'alter-exclusion',
  ],
  sqlite: COMMON,
};

/** How many changes there were of each kind. */
export class Counts {
  readonly #found: Readonly<Record<DialectName, Map<string, number>>> = {
    postgres: new Map(),
    sqlite: new Map(),
  };

  add(changes: Changes): void {
    for (const dialect of ['postgres', 'sqlite'] as const)
      for (const { kind } of changes[dialect] ?? [])
        this.#found[dialect].set(kind, (this.#found[dialect].get(kind) ?? 0) + 1);
  }

  /** Kinds of which there was none. */
  missing(dialect: DialectName): readonly string[] {
    return EXPECTED[dialect].filter((kind) => !this.#found[dialect].has(kind));
  }

  /** One line a dialect. */
  toString(): string {
    return (['postgres', 'sqlite'] as const)
      .map(
        (dialect) =>
          `    ${dialect}: ${EXPECTED[dialect].map((kind) => `${kind} ${this.#found[dialect].get(kind) ?? 0}`).join(', ')}`,
      )
      .join('\n');
  }
}
