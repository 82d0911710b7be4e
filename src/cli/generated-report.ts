import type { Generated, MissingChanges } from '../generate/propose.js';
import { revisionDocuments, writeGenerated, type GeneratedPlace } from '../generate/write/write-generated.js';
import type { DialectName } from '../databases/registry.js';
import { missingLines, sqlLines } from './generated-lines.js';
import type { ExitCode, Io } from './io.js';
import { printDocument } from './print-document.js';

/** When the two phases run. */
const WHEN = [
  'Before the new release starts: npm run -s db -- up --expand',
  'When no older release is connected: npm run -s db -- up --contract',
];

export const NOTHING = 'No changes: the revisions already match the entities.';

interface ReportOptions {
  readonly json: boolean;
}

/** Reports whether a revision is missing. Returns exit code 2 if so. */
export function reportMissing(
  { changes, warnings }: MissingChanges,
  { json }: ReportOptions,
  io: Io,
): ExitCode {
  const lines = missingLines(changes);
  const isMissing = lines.length > 0;
  note(warnings, io);
  if (json)
    printDocument(io, 'generate-check', { status: isMissing ? 'missing' : 'complete', changes, warnings });
  else if (!isMissing) io.out(NOTHING);
  else for (const line of ['A revision is missing for:', ...lines]) io.out(line);
  return isMissing ? 2 : 0;
}

/** Shows the statements of the generated revisions without writing them. */
export function reportStatements(generated: Generated, { json }: ReportOptions, io: Io): ExitCode {
  const { revisions, snapshot, warnings } = generated;
  const dialects = Object.keys(snapshot.schemas) as readonly DialectName[];
  note(warnings, io);
  if (json)
    printDocument(io, 'generate-sql', {
      status: 'shown',
      revisions: revisionDocuments(generated),
      warnings,
    });
  else if (revisions.length === 0) io.out(NOTHING);
  else for (const line of sqlLines(revisions, dialects)) io.out(line);
  return 0;
}

/** Where and how to write. */
interface Writing extends GeneratedPlace, ReportOptions {
  /** Whether the DataSource finds the files of its revisions by itself. */
  readonly isFound: boolean;
}

/** Writes the revisions and reports the files. */
export async function writeAndReport(generated: Generated, place: Writing, io: Io): Promise<ExitCode> {
  const { revisions, warnings } = generated;
  const { files, listed, refreshed } = await writeGenerated(generated, place);
  note(warnings, io);
  if (place.json) {
    const status = files.length === 0 ? 'nothing-to-do' : 'written';
    printDocument(io, 'generate', {
      status,
      files,
      listed,
      revisions: revisionDocuments(generated),
      warnings,
    });
  } else if (files.length === 0) {
    io.out(NOTHING);
    if (refreshed) io.out(`Wrote ${place.folder}/snapshot.json: the schema at head, for the next revision.`);
  } else {
    for (const line of writtenLines(files, generated)) io.out(io.asTyped(line));
    if (!listed && !place.isFound) io.out(`Add to the migrations of the DataSource: ${idsOf(revisions)}.`);
  }
  return 0;
}

/** Shows warnings about what was generated. */
export function note(warnings: readonly string[], io: Io): void {
  for (const warning of warnings) io.err(`note: ${warning}`);
}

function idsOf(revisions: Generated['revisions']): string {
  return revisions.map(({ id }) => id).join(', ');
}

/** A group with a contract names the phase of each revision, and says which command runs when. */
function writtenLines(files: readonly string[], { revisions }: Generated): readonly string[] {
  const wide = Math.max(...files.map((file) => file.length));
  const hasPhases = revisions.some(({ part }) => part.releasePhase === 'contract');
  const lines = files.map((file, index) => {
    const { releasePhase = 'expand', description = '' } = revisions[index]?.part ?? {};
    return `  ${hasPhases ? `${releasePhase.padEnd('contract'.length)}  ` : ''}${file.padEnd(wide)}  ${description}`;
  });
  const [what, them] = files.length === 1 ? ['one revision', 'it'] : [`${files.length} revisions`, 'them'];
  const order = files.length === 1 ? '' : ', in this order';
  return [
    `Wrote ${what}, verified on scratch databases. Read ${them} before you run ${them}${order}:`,
    ...lines,
    ...(hasPhases ? WHEN : []),
  ];
}
