/** The JSON documents that commands print with --json, as schemas. schemas/ is written from them. */

import type { InferOutput } from 'valibot';
import { error } from './error.js';
import { initialised } from './init.js';
import { built, created, history, outcome, plan, rebased, script, status } from './migrate.js';
import { check, diagram, ejected, estimated, generated, lint, missing, reported, shown } from './schema.js';
import { partitions, partitionsKept } from './partitions.js';
import { forgotten, replicas } from './replicas.js';
import { squashed } from './squash.js';

/** What commands print with `--json`, each by the name of its file in `schemas/`. */
export const DOCUMENTS = {
  build: built,
  check,
  create: created,
  diagram,
  eject: ejected,
  error,
  generate: generated,
  'generate-check': missing,
  'generate-estimate': estimated,
  'generate-sql': shown,
  history,
  init: initialised,
  lint,
  partitions,
  'partitions-keep': partitionsKept,
  plan,
  rebase: rebased,
  replicas,
  'replicas-forget': forgotten,
  report: reported,
  run: outcome,
  script,
  squash: squashed,
  status,
} as const;

type ReadonlyDeep<T> = T extends object ? { readonly [Key in keyof T]: ReadonlyDeep<T[Key]> } : T;

/** The same as types. Importing it as a type loads nothing. */
export type Documents = {
  readonly [Name in keyof typeof DOCUMENTS]: ReadonlyDeep<InferOutput<(typeof DOCUMENTS)[Name]>>;
};
