import { expect } from 'chai';
import { layoutOf } from '../../../src/diagram/layout.js';
import { mermaidText } from '../../../src/diagram/mermaid.js';
import { pictureOf } from '../../../src/diagram/picture-of.js';
import { svgFile } from '../../../src/diagram/svg.js';
import type { SchemaModel } from '../../../src/schema/model.js';
import { hostile } from '../../support/hostile.js';
import { madeColumn, madeKey, madeSchema, madeTableOf } from '../../support/made-schema.js';

const SCRIPT = `"/><script>alert('x')</script>]]>&amp;<!-- `;
const MERMAID = `"]; click a href "javascript:alert(1)" %%{init: {}}%%\n  x }`;

function attacking(): SchemaModel {
  const names = [SCRIPT, MERMAID, hostile('t')];
  return {
    dialect: 'postgres',
    tables: names.map((name, index) =>
      madeTableOf(name, {
        columns: [madeColumn(`${name}c`, `${name}type`, true), madeColumn('id', `enum ${name}e`, true)],
        foreignKeys: [madeKey(`${name}c`, names[(index + 1) % names.length] ?? '', 'CASCADE')],
      }),
    ),
    enums: names.map((name) => ({ name: `${name}e`, values: [name, `${name}2`] })),
    views: [],
  };
}

/** Characters that a reader obeys, or does not see. */
const UNSEEN = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b\u2028\u202e]/;

describe('The text of a diagram', function () {
  this.timeout(30_000);

  it('Names of a database are no markup in SVG', async () => {
    const svg = svgFile(await layoutOf(pictureOf(attacking())), SCRIPT);
    expect(svg).not.to.match(UNSEEN);
    const names = [...svg.matchAll(/<\/?([^\s>/]+)/g)].map(([, name]) => name);
    expect([...new Set(names)].sort()).to.deep.equal(
      ['?xml', 'circle', 'g', 'path', 'rect', 'style', 'svg', 'text', 'title'].sort(),
    );
    expect(svg.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.to.match(/&/);
    expect(svg).to.include('&lt;script&gt;');
    expect(svg.match(/<text class="title"/g)).to.have.length(6);
  });

  it('SVG loads nothing: it has no address but the name of its language', async () => {
    const svg = svgFile(await layoutOf(pictureOf(madeSchema(7))), 'Schema');
    expect(svg.match(/https?:[^"]*/g)).to.deep.equal(['http://www.w3.org/2000/svg']);
    expect(svg).not.to.match(/@import|url\(|href|<script|\son\w+=/);
  });

  it('Names of a database are no syntax in Mermaid', () => {
    const text = mermaidText(pictureOf(attacking()));
    expect(text).not.to.match(UNSEEN);
    const lines = text.trimEnd().split('\n');
    const PLAIN = String.raw`[\p{L}\p{N} _.,:()+−~?…=/*#;-]*`;
    const FORMS = [
      /^erDiagram$/,
      new RegExp(`^  \\w+(\\["${PLAIN}"\\])?( \\{)?$`, 'u'),
      new RegExp(`^    \\w+ \\w+( (PK|FK|UK)(, (PK|FK|UK))*)?( "${PLAIN}")?$`, 'u'),
      /^  \}$/,
      new RegExp(`^  \\w+ \\|[|o]--o[{|] \\w+ : "${PLAIN}"$`, 'u'),
    ];
    expect(lines.filter((line) => !FORMS.some((form) => form.test(line)))).to.deep.equal([]);
    expect(lines.filter((line) => / \{$/.test(line))).to.have.length(3);
  });

  it('Mermaid has tables with keys and enums, relations and their actions', () => {
    const schema = {
      dialect: 'postgres',
      enums: [{ name: 'mood', values: ['glad', 'sad'] }],
      tables: [
        madeTableOf('pets', {
          columns: [
            madeColumn('id', 'integer'),
            madeColumn('owner_id', 'character varying(100)', true),
            madeColumn('mood', 'enum mood'),
          ],
          foreignKeys: [madeKey('owner_id', 'owners', 'SET NULL')],
          partition: { strategy: 'range' as const, key: ['id'], rest: false },
        }),
        madeTableOf('owners', { columns: [madeColumn('id', 'integer')] }),
      ],
      views: [
        {
          ...{
            name: 'seen',
            text: '',
            materialized: true,
            indexes: [],
            dependsOn: ['pets'],
            definitions: {},
          },
          outputs: [{ name: 'n', type: 'bigint' }],
        },
      ],
    } satisfies SchemaModel;
    expect(mermaidText(pictureOf(schema)).split('\n')).to.deep.equal([
      'erDiagram',
      '  owners {',
      '    integer id PK',
      '  }',
      '  pets["pets (partitioned by range (id))"] {',
      '    integer id PK',
      '    varchar owner_id FK "nullable"',
      '    mood mood "glad, sad"',
      '  }',
      '  seen["seen (materialized view)"] {',
      '    bigint n',
      '  }',
      '  owners |o--o{ pets : "owner_id, on delete set null"',
      '  pets ||..|| seen : "is read by"',
      '',
    ]);
  });

  it('The same schema always has the same picture', async () => {
    const draw = async () => svgFile(await layoutOf(pictureOf(madeSchema(20))), 'Schema');
    expect(await draw()).to.equal(await draw());
  });
});
