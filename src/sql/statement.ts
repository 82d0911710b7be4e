/** How a statement goes on in the next line: in the file of a revision it then stands below its beginning. */
export const NEXT_LINE = '\n        ';

/**
 * Modes of locks on tables, as PostgreSQL calls them, from the weakest to the strongest of those that revisions take.
 * https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
 */
export type LockMode = 'SHARE UPDATE EXCLUSIVE' | 'SHARE ROW EXCLUSIVE' | 'ACCESS EXCLUSIVE';

/** A lock that a statement takes. */
export interface TableLock {
  /** The table, as SQL. */
  readonly table: string;
  readonly mode: LockMode;
  /** A table that the entities do not manage: the role may have no right to lock it by name. */
  readonly external?: boolean;
}

/**
 * What a statement does that a lint rule reports unless it is allowed; ids of rules. A change of a type in place is
 * reported only if its transaction fills a materialized view afterwards.
 */
export type Hazard =
  'drop-column' | 'drop-table' | 'drop-not-null' | 'drop-primary-key' | 'change-type-rebuild';

/** An exception from a rule of the lint, and why. */
export interface Exception {
  readonly rule: string;
  readonly reason: string;
}

/** What a statement does with all rows of a table, so that it takes as long as the table is large. */
export interface Work {
  readonly kind: 'backfill' | 'index' | 'validation';
  /** The table, as SQL. */
  readonly table: string;
  /** Of the column, the index or the constraint. */
  readonly name: string;
}

/**
 * A statement and what is known of it, so that nothing has to be read from its text, in which names and texts stand.
 */
export interface Statement {
  /** Without comments. */
  readonly sql: string;
  /** What the reader of a file should know of it: one sentence. */
  readonly note?: string;
  /** From which rules it is exempt, the outermost first. */
  readonly exceptions: readonly Exception[];
  /** The locks that it takes on tables, those that it creates included. */
  readonly locks: readonly TableLock[];
  /** Tables that it creates, as SQL. */
  readonly creates: readonly string[];
  /** Whether a table has another name behind it. */
  readonly renamesTable: boolean;
  readonly hazards: readonly Hazard[];
  /** A column whose name and place another one gets: views that read it would follow the former one. */
  readonly replaces?: { readonly table: string; readonly column: string };
  /** A materialized view, by its name in the schema, whose query it runs to store the rows. */
  readonly fills?: string;
  /** Only where it reads or writes all rows of a table. */
  readonly work?: Work;
  /** Columns whose values it reads or writes, where the schema does not show that. */
  readonly uses?: readonly UsedColumn[];
}

/** A column, by the names of the entities. */
export interface UsedColumn {
  readonly table: string;
  readonly column: string;
}

type Facts = Partial<Omit<Statement, 'sql'>>;

/** A statement that takes no lock on a table, unless the facts declare one. */
export function statement(sql: string, facts: Facts = {}): Statement {
  return { sql, exceptions: [], locks: [], creates: [], renamesTable: false, hazards: [], ...facts };
}

/** ALTER TABLE with its strongest lock. */
export function alterTable(path: string, action: string, facts: Facts = {}): Statement {
  return statement(`ALTER TABLE ${path} ${action}`, {
    locks: [{ table: path, mode: 'ACCESS EXCLUSIVE' }],
    ...facts,
  });
}

/** A foreign key locks what it refers to like its own table. */
export function addForeignKeyStatement(path: string, parent: string, action: string): Statement {
  const locks = [path, parent].map((table) => ({ table, mode: 'SHARE ROW EXCLUSIVE' as const }));
  return alterTable(path, action, { locks });
}

/** VALIDATE CONSTRAINT, which lets others read and write. */
export function validateConstraint(path: string, name: string): Statement {
  return alterTable(path, `VALIDATE CONSTRAINT ${name}`, {
    locks: [{ table: path, mode: 'SHARE UPDATE EXCLUSIVE' }],
    work: { kind: 'validation', table: path, name: name.replace(/^"(.*)"$/s, '$1') },
  });
}

/** Takes a lock by itself, so that the statement behind it waits for no more than one. */
export function lockTable(path: string, mode: LockMode): Statement {
  return statement(`LOCK TABLE ${path} IN ${mode} MODE`, { locks: [{ table: path, mode }] });
}

/** A statement that is allowed although a lint rule reports it, and why. */
export function allowing(rule: string, reason: string, of: Statement): Statement {
  return { ...of, exceptions: [{ rule, reason }, ...of.exceptions] };
}

/** The same where it has that hazard; any other statement as it is. */
export function allowingHazard(hazard: Hazard, reason: string, of: Statement): Statement {
  return of.hazards.includes(hazard) ? allowing(hazard, reason, of) : of;
}

/** The text of a statement as a file or a script has it: below its exceptions and its note. */
export function printed({ sql, note, exceptions }: Statement): string {
  const allowed = exceptions.map(({ rule, reason }) => `lint-allow ${rule}: ${reason}`);
  const comments = [...allowed, ...(note === undefined ? [] : [note])].map((words) => `-- ${words}`);
  return [...comments, sql].join(NEXT_LINE);
}
