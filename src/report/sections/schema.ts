import { fragmentsOf, NOUNS, type NamedPart } from '../../schema/describe-fragments.js';
import {
  compareText,
  type ColumnModel,
  type EnumModel,
  type Parts,
  type TableModel,
  type ViewModel,
} from '../../schema/model.js';
import { markup, type Html } from '../html.js';
import type { CodeFacts } from '../report.js';
import { partitionWords } from '../../schema/partition.js';
import { count, headRow, section, shownIf, tag } from './words.js';

/** The diagram, then every table, view and enum. */
export function schemaSection({ schema, diagram }: CodeFacts): Html {
  const { tables, views = [], enums } = schema;
  const counts = [count(tables.length, 'table'), count(views.length, 'view'), count(enums.length, 'enum')];
  const inOrder = <T extends { readonly name: string }>(models: readonly T[]) =>
    [...models].sort((a, b) => compareText(a.name, b.name));
  return section('schema', 'Schema', [
    markup`<p>${counts.filter((words) => !words.startsWith('0 ')).join(', ')}, as the entities declare them.</p>
`,
    ...shownIf(diagram, (svg) => [diagramFigure(svg)]),
    ...inOrder(tables).map(tableArticle),
    ...inOrder(views).map(viewArticle),
    ...inOrder(enums).map(enumArticle),
  ]);
}

function diagramFigure(svg: Html): Html {
  return markup`<figure>
<div class="tools"><button type="button" data-zoom="in" aria-label="Zoom in">+</button><button type="button" data-zoom="out" aria-label="Zoom out">−</button><button type="button" data-zoom="fit">Fit</button></div>
<div id="diagram" role="group" tabindex="0" aria-label="Diagram: arrow keys move it, plus and minus zoom, 0 fits it">${svg}</div>
<figcaption>Drag, or use the arrow keys; zoom with + and −, the buttons, or Ctrl and the wheel. A click on a box leads to its description.</figcaption>
</figure>
`;
}

/** Names that differ may look alike, so each kind and name is found by its first article. */
function article(kind: 'table' | 'view' | 'enum', name: string, content: readonly Html[]): Html {
  return markup`<article class="item ${kind}" data-kind="${kind}" data-name="${name}" tabindex="-1"><h3><code>${name}</code>${tag(kind)}</h3>
${content}
</article>
`;
}

function tableArticle(table: TableModel): Html {
  const { comment, partition, columns } = table;
  const parts = partsOf(table);
  return article('table', table.name, [
    ...(comment === null ? [] : [markup`<p>${comment}</p>`]),
    ...(partition ? [markup`<p>Partitioned: ${partitionWords(partition)}</p>`] : []),
    markup`<table>${headRow('column', 'type', 'null', 'default')}<tbody>${columns.map(columnRow)}</tbody></table>`,
    ...(parts.length === 0 ? [] : [markup`<ul class="parts">${parts}</ul>`]),
  ]);
}

function columnRow({ name, type, nullable, comment, ...column }: ColumnModel): Html {
  const words = comment === null ? '' : markup`<br><small>${comment}</small>`;
  return markup`<tr><th scope="row"><code>${name}</code>${words}</th><td><code>${type}</code></td><td>${nullable ? 'yes' : 'no'}</td><td><code>${valueOf(column)}</code></td></tr>
`;
}

type Valued = Pick<ColumnModel, 'default' | 'identity' | 'generated'>;

/** What a column has when a row names no value. */
function valueOf({ default: expression, identity, generated }: Valued): string {
  if (generated !== null) return `= ${generated.sql}`;
  if (identity !== null) return identity === 'serial' ? identity : `identity (${identity})`;
  return expression?.sql ?? '';
}

function partsOf(table: TableModel): readonly Html[] {
  const { primaryKey, uniques, foreignKeys, checks, exclusions, indexes } = table;
  const lines = <P extends NamedPart>(part: P, models: readonly Parts[P][]) =>
    models.map((model) => partLine(part, model));
  return [
    ...(primaryKey ? lines('primary-key', [primaryKey]) : []),
    ...lines('unique', uniques),
    ...lines('foreign-key', foreignKeys),
    ...lines('check', checks),
    ...lines('exclusion', exclusions),
    ...lines('index', indexes),
  ];
}

function partLine<P extends NamedPart>(part: P, model: Parts[P]): Html {
  return markup`<li>${NOUNS[part]} <code>${model.name ?? ''}</code> ${fragmentsOf(model).join(', ')}</li>
`;
}

function viewArticle({ name, materialized, text, outputs }: ViewModel): Html {
  return article('view', name, [
    ...(materialized ? [markup`<p>It is materialized.</p>`] : []),
    ...(outputs.length === 0
      ? []
      : [
          markup`<table>${headRow('column', 'type')}<tbody>${outputs.map(
            (column) =>
              markup`<tr><th scope="row"><code>${column.name}</code></th><td><code>${column.type}</code></td></tr>`,
          )}</tbody></table>`,
        ]),
    ...(text === '' ? [] : [markup`<pre class="sql"><code>${text}</code></pre>`]),
  ]);
}

function enumArticle({ name, values }: EnumModel): Html {
  return article('enum', name, [
    markup`<ul class="values">${values.map((value) => markup`<li><code>${value}</code></li>`)}</ul>`,
  ]);
}
