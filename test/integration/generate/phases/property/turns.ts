import { expect } from 'chai';
import { QueryFailedError, type DataSource, type ObjectLiteral, type Repository } from 'typeorm';
import { columnOf, type Model, type Table } from '../../property/model.js';
import {
  asText,
  freeColumns,
  otherValue,
  rowLike,
  sharedColumns,
  tablesOfBoth,
  withoutGiven,
  type TwoTables,
} from './row-values.js';

/** Both releases, connected. */
export interface Releases {
  readonly before: DataSource;
  readonly after: DataSource;
}

type Side = keyof Releases;

/** The models of both releases. */
export type Models = Readonly<Record<Side, Model>>;

const SIDES: readonly Side[] = ['before', 'after'];
const OTHER: Readonly<Record<Side, Side>> = { before: 'after', after: 'before' };

/** What the releases did. */
export type Counted = Map<string, number>;

/** Two releases that write to the same tables in turns, and read the same. */
export class Turns {
  #number = 0;

  constructor(
    private readonly models: Models,
    private readonly releases: Releases,
    private readonly counted: Counted,
  ) {}

  /**
   * In each table: insert, update, upsert, read, delete, by one release and by the other one.
   *
   * @param start for values that no row has
   */
  async take(start: number): Promise<void> {
    this.#number = start;
    for (const two of tablesOfBoth(this.models.before, this.models.after)) {
      await this.#agree(two);
      for (const side of SIDES) await this.#turn(two, side);
    }
  }

  async #turn(two: TwoTables, side: Side): Promise<void> {
    const [own, other] = [this.#of(two, side), this.#of(two, OTHER[side])];
    const row = await this.#insert(two, side);
    if (!row) return;
    const key = keyIn(two[side], row);
    await this.#expectRow(two, key, row);
    const changed = this.#changes(two, OTHER[side]);
    if (Object.keys(changed).length > 0) {
      await other.update(key, changed);
      this.#count(`update by the release ${OTHER[side]}`);
      await this.#expectRow(two, key, { ...row, ...changed });
      const again = this.#changes(two, side);
      await own.update(key, again);
      this.#count(`update by the release ${side}`);
      await this.#expectRow(two, key, { ...row, ...changed, ...again });
    }
    for (const by of [side, OTHER[side]]) await this.#upsert(two, by, key);
    await this.#agree(two);
    await other.delete(key);
    this.#count('delete');
    expect(await own.findOneBy(key), 'a row that the other release deleted').to.equal(null);
    await this.#agree(two);
  }

  async #insert(two: TwoTables, side: Side): Promise<ObjectLiteral | undefined> {
    const repository = this.#of(two, side);
    const [model] = await repository.find({ take: 1 });
    const row = model && rowLike(model, { two, own: two[side], number: (this.#number += 1) });
    if (!row) return undefined;
    const { identifiers } = await repository.insert({ ...row });
    this.#count(`insert by the release ${side}`);
    return { ...row, ...identifiers[0] };
  }

  /** Values for some columns that both releases declare, in the words of one of them. */
  #changes(two: TwoTables, side: Side): ObjectLiteral {
    const number = (this.#number += 1);
    const free = freeColumns(two).map(({ id }) => {
      const value = otherValue(columnOf(two[side], id), number, columnOf(two[OTHER[side]], id));
      return [id, value] as const;
    });
    return Object.fromEntries(free.filter(([, value], index) => value !== undefined && index < 3));
  }

  /** The row is there, so it is updated. A key that is renamed is unique under its old name alone until contract. */
  async #upsert(two: TwoTables, side: Side, key: ObjectLiteral): Promise<void> {
    const repository = this.#of(two, side);
    const changed = this.#changes(two, side);
    const row = await repository.findOneBy(key);
    const own = two[side];
    // TypeORM never inserts a value that the database counts up.
    const isNumbered = own.columns.some(({ id, numbered }) => numbered && own.key.includes(id));
    if (!row || isNumbered || Object.keys(changed).length === 0) return;
    const values = { ...withoutGiven(row, own), ...changed };
    // TypeORM writes what the database returns into its argument, without a transformer.
    const upserted = repository.upsert({ ...values }, [...own.key]);
    if (side === 'after' && isKeyRenamed(two)) {
      const error: unknown = await upserted.catch((one: unknown) => one);
      if (!(error instanceof QueryFailedError) || !error.message.includes('ON CONFLICT'))
        expect.fail(`an upsert by a renamed key: ${String(error)}`);
      return;
    }
    await upserted;
    this.#count(`upsert by the release ${side}`);
    await this.#expectRow(two, key, values);
  }

  /** Both read what was written. */
  async #expectRow(two: TwoTables, key: ObjectLiteral, written: ObjectLiteral): Promise<void> {
    for (const side of SIDES) {
      const row = await this.#of(two, side).findOneBy(key);
      const differing = sharedColumns(two)
        .filter(({ id }) => id in written && !isFilled(two, id, written[id]))
        .map((column) => [
          column.id,
          ...[row?.[column.id], written[column.id]].map((one) => asText(one, column)),
        ])
        .filter(([, read, wanted]) => read !== wanted)
        .map(([id, read, wanted]) => `${two[side].name}.${id}: ${read} in place of ${wanted}`);
      expect(differing, `what the release ${side} reads`).to.deep.equal([]);
    }
  }

  /** All rows are the same for both. */
  async #agree(two: TwoTables): Promise<void> {
    const [old, next] = [await this.#rows(two, 'before'), await this.#rows(two, 'after')];
    expect(next, `rows of ${two.before.name} that both releases read`).to.deep.equal(old);
    this.#count('read');
  }

  #rows(two: TwoTables, side: Side): Promise<readonly string[]> {
    return rowsOf(this.releases[side], two);
  }

  #of(two: TwoTables, side: Side): Repository<ObjectLiteral> {
    return this.releases[side].getRepository(two[side].id);
  }

  #count(what: string): void {
    this.counted.set(what, (this.counted.get(what) ?? 0) + 1);
  }
}

/** The shared columns of all rows, sorted. */
export async function rowsOf(
  dataSource: DataSource,
  two: TwoTables,
  columns = sharedColumns(two),
): Promise<readonly string[]> {
  const rows = await dataSource.getRepository(two.before.id).find();
  return rows.map((row) => columns.map((column) => asText(row[column.id], column)).join(' ')).sort();
}

function keyIn({ key }: Table, row: ObjectLiteral): ObjectLiteral {
  return Object.fromEntries(key.map((id) => [id, row[id] as unknown]));
}

/** The view of a renamed table has the one unique index under the new name. */
function isKeyRenamed({ before, after }: TwoTables): boolean {
  if (before.name !== after.name) return false;
  const nameIn = ({ columns }: Table, id: string) => columns.find((one) => one.id === id)?.name;
  return before.key.some((id) => nameIn(before, id) !== nameIn(after, id));
}

/** A column that becomes required has a value in place of NULL. */
function isFilled(two: TwoTables, id: string, value: unknown): boolean {
  const later = two.after.columns.find((one) => one.id === id);
  return value === null && later?.nullable === false;
}
