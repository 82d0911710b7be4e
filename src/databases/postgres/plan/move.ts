import type { Change } from '../../../schema/change.js';
import type { Statement } from '../../../sql/statement.js';

/**
 * When a move is made on the way up. What takes something away is the opposite of what adds it, so its stage is the
 * negative one, and the way down passes the same stages backwards. Every stage is a revision of its own, and so is each
 * move that cannot run inside a transaction.
 */
export const STAGES = {
  /** ADD VALUE: a new value may not be used in the transaction that adds it. */
  values: -10,
  /** Everything that is done at once, in one transaction. */
  main: 0,
  /** Rows that exist get a value, batch by batch. */
  backfill: 1,
  /** From here on no new row lacks one. */
  constrain: 2,
  index: 3,
  validate: 4,
  /** What is known to hold becomes NOT NULL; an index becomes a constraint. */
  finish: 5,
  /** Foreign keys to what has become a key just before. */
  refer: 6,
  confirm: 7,
} as const;

/** Behind all of them: what was replaced is taken away. Added to a negative stage. */
export const AFTERWARDS = 20;

/** The order inside a transaction; like the stages, what is taken away stands opposite to what is added. */
export const RANKS = {
  schemaAdd: -5,
  enumAdd: -3,
  tableAdd: -2,
  columnAdd: -1,
  /** Between: a computed column comes when what it is computed from is as it is going to be, and goes before. */
  alter: 0,
  compute: 0.5,
  attach: 4,
} as const;

/** What has to be done for a change, both ways. */
export interface Move {
  readonly stage: number;
  readonly rank: number;
  /** Whether it is one statement that cannot run inside a transaction. */
  readonly alone: boolean;
  readonly reason: string;
  /** The same on the way back. */
  readonly reasonBack?: string;
  /** What it is made for; none for a rename. */
  readonly change?: Change;
  readonly up: readonly Statement[];
  readonly down: readonly Statement[];
  /** Of a move that stands alone: what its revision is called after, an index for example. */
  readonly subject?: string;
}

/** The moves that lead back. */
export function reversed(moves: readonly Move[]): readonly Move[] {
  return moves
    .map((move) => ({
      ...move,
      stage: opposite(move.stage),
      rank: opposite(move.rank),
      up: move.down,
      down: move.up,
    }))
    .reverse();
}

/** The same moves, when everything else is done. */
export function afterwards(moves: readonly Move[]): readonly Move[] {
  return moves.map((move) => ({ ...move, stage: move.stage + AFTERWARDS }));
}

/** Minus zero is a number of its own to a comparison of plain data. */
function opposite(value: number): number {
  return value === 0 ? 0 : -value;
}
