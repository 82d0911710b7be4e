import { valueLiteral } from '../../sql/quote.js';

/** A value that a record holds. */
export type Value = string | number | null;

/** How values come into a statement: as parameters, or as literals where no parameters can be. */
export type Bind = (value: Value) => string;

/** A statement and its parameters. */
export interface BoundStatement {
  readonly sql: string;
  readonly parameters: readonly Value[];
}

/** Makes a statement of a text that asks for its values. */
export type Writer = (build: (bind: Bind) => string) => BoundStatement;

/** Statements that are still to be written, with parameters or without. */
export type Recording = (write: Writer) => readonly BoundStatement[];

/**
 * Values become parameters.
 *
 * @param placeholder of the parameter with that number, which counts from 1
 */
export function boundWriter(placeholder: (number: number) => string): Writer {
  return (build) => {
    const parameters: Value[] = [];
    const sql = build((value) => {
      parameters.push(value);
      return placeholder(parameters.length);
    });
    return { sql, parameters };
  };
}

/** Values become literals, for scripts. */
export const literalWriter: Writer = (build) => ({ sql: build(valueLiteral), parameters: [] });
