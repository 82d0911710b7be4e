import type { PlanReading } from '../../databases/planning.js';
import { listed } from '../../schema/describe-change.js';
import { shellWord } from '../../text/shell.js';
import { valuesIn } from './enum-values.js';

/** A value that an enumerated column loses, and the ones that it gets. */
interface ReplacedValue {
  readonly place: string;
  readonly gone: string;
  readonly added: readonly string[];
}

/** Words about each value that goes beside a new one: it may be the same under another name, and only a person knows. */
export function replacedValueWords(reading: Pick<PlanReading, 'from' | 'to' | 'renames'>): readonly string[] {
  return replacedValues(reading).map(({ place, gone, added }) => {
    const options = added.map((value) => `--rename ${quoted(`${place}.${gone}:${value}`)}`);
    const which = added.length === 1 ? 'it is the same' : 'one of them is the same';
    return `${place}: the value ${gone} goes, and ${listed(added)} ${added.length === 1 ? 'is' : 'are'} new. If ${which} under another name, pass ${options.join(' or ')}. Without it, \`up\` stops at rows that contain ${gone}`;
  });
}

/** As the questions of `generate` show an option, where a shell takes it so. */
function quoted(word: string): string {
  return /^[\w.:-]+$/.test(word) ? word : shellWord(word);
}

function replacedValues({
  from,
  to,
  renames,
}: Pick<PlanReading, 'from' | 'to' | 'renames'>): readonly ReplacedValue[] {
  return to.tables.flatMap((table) =>
    table.columns.flatMap(({ name }) => {
      const place = `${table.name}.${name}`;
      const said = renames.filter((one) => one.kind === 'value' && `${one.table}.${one.column}` === place);
      const before = valuesIn(from, namedLike(from, table), name);
      const after = valuesIn(to, table, name);
      const added = after.filter((one) => !before.includes(one) && !said.some((rename) => rename.to === one));
      const gone = before.filter(
        (one) => !after.includes(one) && !said.some((rename) => rename.from === one),
      );
      return added.length === 0 ? [] : gone.map((one) => ({ place, gone: one, added }));
    }),
  );
}

function namedLike({ tables }: PlanReading['from'], { name }: { readonly name: string }) {
  return tables.find((table) => table.name === name);
}
