import { comparedPicture } from '../../diagram/compared-picture.js';
import { layoutOf } from '../../diagram/layout.js';
import { mermaidText } from '../../diagram/mermaid.js';
import { onlyAround, parseOnly, type Only } from '../../diagram/only.js';
import { pictureOf } from '../../diagram/picture-of.js';
import { isTable, type Picture } from '../../diagram/picture.js';
import { svgFile } from '../../diagram/svg.js';
import { UsageError } from '../../errors/base.js';
import type { ExitCode } from '../io.js';
import type { CommandContext, DataSourceOption } from '../open.js';
import { printDocument } from '../print-document.js';
import { printScriptText } from '../print-script.js';
import { SchemaReader } from '../schema-at.js';
import { writeOutput } from '../write-output.js';

/** Options of `diagram`, as given. */
export interface DiagramOptions extends DataSourceOption {
  readonly at?: string;
  readonly live: boolean;
  /** `A..B`. */
  readonly diff?: string;
  /** Tables, each with a distance or without one. */
  readonly only?: readonly string[];
  readonly format: 'svg' | 'mermaid';
  readonly output?: string;
  readonly json: boolean;
}

/**
 * Draws the entities, the schema of a revision on a scratch database, or a database, which is only read.
 *
 * @throws UsageError, PackageMissingError, OutputNotWrittenError
 */
export async function diagram(options: DiagramOptions, context: CommandContext): Promise<ExitCode> {
  assertOne(options);
  const wanted = (options.only ?? []).map(parseOnly);
  const reader = new SchemaReader(options, context);
  const { picture, title } = await drawn(reader, options);
  const shown = wanted.length === 0 ? picture : onlyAround(picture, wanted);
  const words = wanted.length === 0 ? title : `${title}: ${wanted.map(wordsOf).join(', ')}`;
  const text = options.format === 'mermaid' ? mermaidText(shown) : svgFile(await layoutOf(shown), words);
  const { output } = options;
  if (output !== undefined) await writeOutput(output, text);
  report(shown, text, { options, context });
  return 0;
}

function assertOne({ at, live, diff }: DiagramOptions): void {
  const given = [
    ...(at === undefined ? [] : ['--at']),
    ...(live ? ['--live'] : []),
    ...(diff === undefined ? [] : ['--diff']),
  ];
  if (given.length > 1) throw new UsageError(`diagram: pass only one of ${given.join(' and ')}.`);
}

function wordsOf({ name, distance }: Only): string {
  return distance === 0 ? name : `${name}+${distance}`;
}

async function drawn(
  reader: SchemaReader,
  { at, live, diff }: DiagramOptions,
): Promise<{ readonly picture: Picture; readonly title: string }> {
  if (diff !== undefined) {
    const [from, to] = rangeOf(diff);
    const { before, after } = await reader.sides(from, to);
    return { picture: comparedPicture(before, after), title: `Schema of ${to}, compared with ${from}` };
  }
  const place = live ? 'live' : (at ?? 'entities');
  return { picture: pictureOf(await reader.at(place)), title: TITLES[place] ?? `Schema at ${place}` };
}

const TITLES: Readonly<Record<string, string>> = {
  entities: 'Schema of the entities',
  live: 'Schema of the database',
};

function rangeOf(diff: string): readonly [string, string] {
  const [from = '', to = '', more] = diff.split('..');
  if (from === '' || to === '' || more !== undefined)
    throw new UsageError(
      `--diff ${diff}: specify two schemas, A..B. Each is a revision, base, head, entities or live. Example: --diff live..entities`,
    );
  return [from, to];
}

function report(
  { boxes, lines }: Picture,
  text: string,
  { options, context }: { readonly options: DiagramOptions; readonly context: CommandContext },
): void {
  const { io } = context;
  const { output, format } = options;
  const counts = {
    tables: boxes.filter(isTable).length,
    views: boxes.filter(({ kind }) => kind.endsWith('view')).length,
    enums: boxes.filter(({ kind }) => kind === 'enum').length,
    relations: lines.filter(({ kind }) => kind === 'foreign-key').length,
  };
  if (options.json)
    printDocument(io, 'diagram', {
      format,
      file: output ?? null,
      text: output === undefined ? text : null,
      ...counts,
    });
  else if (output === undefined) printScriptText(text.trimEnd(), io);
  else
    io.out(
      `${output}: ${counts.tables} tables, ${counts.views} views, ${counts.enums} enums, ${counts.relations} relations`,
    );
}
