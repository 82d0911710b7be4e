import { relative, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Finding } from '../../lint/finding.js';
import { loadRevisions } from '../../migrator/load-revisions.js';
import { statementsOf, type KnownRevision } from '../../migrator/revision.js';
import { revisionSources, type RevisionSource } from './revision-sources.js';
import { lineOfStatement } from './statement-line.js';

/** Where a finding is; null where the file of its class is not found. */
export interface Place {
  /** From the working directory, with slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A finding with its place. */
export interface LocatedFinding {
  readonly finding: Finding;
  readonly place: Place | null;
}

/**
 * The file and the line of every finding.
 *
 * @param file the file of the DataSource; undefined for that of this project
 */
export async function located(
  findings: readonly Finding[],
  dataSource: DataSource,
  file: string | undefined,
): Promise<readonly LocatedFinding[]> {
  if (findings.length === 0) return [];
  const revisions = new Map((await loadRevisions(dataSource)).map((one) => [one.id, one]));
  const ids = [...new Set(findings.map(({ revision }) => revision))];
  const sources = revisionSources(dataSource, ids, file);
  return findings.map((finding) => {
    const { revision } = finding;
    return { finding, place: placeOf(finding, sources.get(revision), revisions.get(revision)) };
  });
}

function placeOf(
  finding: Finding,
  source: RevisionSource | undefined,
  revision: KnownRevision | undefined,
): Place | null {
  if (source === undefined) return null;
  const { dialect, direction } = finding;
  const list = (revision && statementsOf(revision, dialect, direction)) ?? [];
  const file = relative(resolve('.'), source.path).replaceAll('\\', '/');
  return { file, line: lineOfStatement(source.text, { ...finding, list }) };
}
