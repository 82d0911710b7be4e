import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AcceptedDifference } from '../../src/drift/accepted/accepted-difference.js';

/** A place for a file of accepted differences, gone after the test. */
export interface AcceptedPlace {
  readonly folder: string;
  readonly path: string;
  /** Its text; undefined where there is no file. */
  text(): Promise<string | undefined>;
  entries(): Promise<readonly AcceptedDifference[]>;
  /** Writes an object as JSON, and a text as it is. */
  put(content: string | object): Promise<void>;
}

/** Gives each test of the running suite a place of its own. */
export function acceptedPlace(): () => AcceptedPlace {
  let folder = '';
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'orchestrator-db-accepted-'))));
  afterEach(() => rm(folder, { recursive: true }));
  return () => placeIn(folder);
}

function placeIn(folder: string): AcceptedPlace {
  const path = join(folder, 'accepted-drift.json');
  const text = async () => (existsSync(path) ? readFile(path, 'utf8') : undefined);
  return {
    folder,
    path,
    text,
    entries: async () => {
      const { accepted } = JSON.parse((await text()) ?? '{"accepted":[]}') as {
        readonly accepted: readonly AcceptedDifference[];
      };
      return accepted;
    },
    put: (content) =>
      writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, undefined, 2)),
  };
}
