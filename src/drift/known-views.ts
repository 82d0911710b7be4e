/** What the snapshot of a project knows of its views: the definitions that `generate` stored. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { DataSource } from 'typeorm';
import type { ViewColumn } from '../schema/model.js';

/** The snapshot of a project: the path or URL of `snapshot.json`, or its content. */
export type SnapshotSource = string | object;

/** A view as the snapshot has it. */
export interface KnownView {
  readonly name: string;
  readonly text: string;
  readonly outputs: readonly ViewColumn[];
  readonly definitions: Readonly<Record<string, string>>;
}

const KNOWN = new WeakMap<DataSource, SnapshotSource>();

/** Lets every check of a DataSource compare its views with a snapshot. */
export function knowSnapshot(dataSource: DataSource, source: SnapshotSource): void {
  KNOWN.set(dataSource, source);
}

/** The views of the snapshot of a DataSource; undefined where no snapshot is known, is there, or can be read. */
export async function knownViews(
  dataSource: DataSource,
  dialect: string,
): Promise<readonly KnownView[] | undefined> {
  const source = KNOWN.get(dataSource);
  if (source === undefined) return undefined;
  const content = await contentOf(source);
  const schemas = (content as { readonly schemas?: Readonly<Record<string, unknown>> } | undefined)?.schemas;
  const views = (schemas?.[dialect] as { readonly views?: unknown } | undefined)?.views;
  return Array.isArray(views) ? views.filter(isView) : undefined;
}

async function contentOf(source: SnapshotSource): Promise<unknown> {
  if (typeof source !== 'string' && !(source instanceof URL)) return source;
  try {
    return JSON.parse(await readFile(typeof source === 'string' ? source : fileURLToPath(source), 'utf8'));
  } catch {
    // A check does not need it: `generate` reports what is wrong with the file.
    return undefined;
  }
}

function isView(view: unknown): view is KnownView {
  const { name, text, outputs, definitions } = (view ?? {}) as Partial<KnownView>;
  return (
    typeof name === 'string' &&
    typeof text === 'string' &&
    Array.isArray(outputs) &&
    typeof definitions === 'object'
  );
}
