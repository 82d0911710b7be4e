import type { RevisionPart } from './revision-part.js';

/** A generated revision, and its place. */
export interface GeneratedRevision {
  /** The class name. */
  readonly id: string;
  readonly name: string;
  readonly stamp: number;
  readonly part: RevisionPart;
}
