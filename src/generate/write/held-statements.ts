/** What a class holds, once its file is loaded, and what it has to hold. */

import type { QueryRunner } from 'typeorm';
import { byDialect, DATABASES } from '../../databases/registry.js';
import type { Direction } from '../../databases/direction.js';
import type { DialectStatements, SchemaChanges } from '../../migrator/revision.js';
import { questionIn } from '../../sql/question.js';
import type { RevisionContent } from './revision-content.js';
import { statementsIn } from './revision-class.js';

/** The parts of a revision that the migrator uses. */
interface Held {
  readonly description: string;
  readonly proof: string;
  readonly phase: string;
  readonly changes: SchemaChanges;
  readonly replaces: readonly unknown[];
  readonly transaction: boolean;
  readonly postgres: DialectStatements;
  readonly sqlite: DialectStatements;
}

type RevisionClass = (new () => Partial<Held>) &
  Partial<Pick<Held, 'description' | 'proof' | 'phase' | 'changes' | 'replaces'>>;

type PlainClass = Partial<Pick<Held, 'replaces'>> &
  (new () => Readonly<Record<Direction, (queryRunner: QueryRunner) => Promise<void>>> & {
    readonly name?: string;
    readonly transaction?: boolean;
  });

/** What a module exports, by name. */
export type LoadedModule = Readonly<Record<string, unknown>>;

/**
 * The parts in which the class of a loaded file differs from what was verified; empty where it is the same.
 *
 * @throws TypeError where the module does not export the class
 */
export async function differingParts(
  module: LoadedModule,
  content: RevisionContent,
): Promise<readonly string[]> {
  const id = `${content.name}${content.stamp}`;
  const inner = module['default'] as LoadedModule | undefined;
  const found = module[id] ?? inner?.[id];
  if (typeof found !== 'function') throw new TypeError(`it does not export ${id}`);
  return content.form.format === 'typeorm'
    ? differing(await plainlyHeld(found as PlainClass), plainlyWanted(content, id))
    : differing(heldBy(found as RevisionClass), wantedOf(content));
}

function differing(held: object, wanted: object): readonly string[] {
  const texts = Object.fromEntries(
    Object.entries(held).map(([part, value]) => [part, JSON.stringify(value)]),
  );
  return Object.entries(wanted).flatMap(([part, value]) =>
    texts[part] === JSON.stringify(value) ? [] : [part],
  );
}

function heldBy(revision: RevisionClass): Held {
  const made = new revision();
  const { description = '', proof = '', phase = 'expand', changes = {}, replaces = [] } = revision;
  const { transaction = true } = made;
  return {
    description,
    proof,
    phase,
    changes,
    replaces,
    transaction,
    ...byDialect(({ name }) => ordered(made[name])),
  };
}

function wantedOf({ part, proof = '', replaces = [] }: RevisionContent): Held {
  const { description, transaction, groups, releasePhase: phase = 'expand', changes = {} } = part;
  const statements = byDialect(({ name }) => ordered(statementsIn(groups[name])));
  return { description, proof, phase, changes, replaces, transaction, ...statements };
}

function ordered(statements: DialectStatements | undefined): DialectStatements {
  return { up: statements?.up ?? [], down: statements?.down ?? [] };
}

/** A plain class sends its statements: they are kept, and no database gets them. */
async function plainlyHeld(plain: PlainClass): Promise<object> {
  const made = new plain();
  const sent = async (direction: Direction) => {
    const kept: string[] = [];
    await made[direction]({
      query: (sql: string) => {
        kept.push(sql);
        return Promise.resolve([]);
      },
    } as unknown as QueryRunner);
    return kept;
  };
  const { name, transaction = true } = made;
  return {
    name,
    replaces: plain.replaces ?? [],
    transaction,
    up: await sent('up'),
    down: await sent('down'),
  };
}

function plainlyWanted({ part, dialects, replaces = [] }: RevisionContent, name: string): object {
  const own = DATABASES.filter((database) => dialects.includes(database.name));
  const texts = (direction: Direction) =>
    own.flatMap((database) =>
      statementsIn(part.groups[database.name])[direction].map((sql) => questionIn(sql) ?? sql),
    );
  return { name, replaces, transaction: part.transaction, up: texts('up'), down: texts('down') };
}
