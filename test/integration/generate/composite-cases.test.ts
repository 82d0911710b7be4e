import {
  check,
  job,
  NUMBER,
  verifyEach,
  REQUIRED,
  STATES,
  table,
  TEXT,
  type Case,
  type Columns,
} from './case.js';
import type { Rest } from '../drift/no-false-alarm-database.js';
import type { Entities } from './property/run.js';

/** A table whose rows belong to a tenant each, and its foreign keys, which stay within one tenant. */
function tenants(name: string, columns: Columns, foreignKeys: Rest['foreignKeys'] = []): Entities {
  const code = { tenant: REQUIRED, code: REQUIRED, ...columns };
  const uniques = [{ name: `uq_${name}`, columns: ['tenant', 'code'] }];
  return table(name, code, { uniques, ...(foreignKeys.length === 0 ? {} : { foreignKeys }) });
}

function ofTenant(name: string, target: string, column: string): NonNullable<Rest['foreignKeys']>[number] {
  return {
    ...{ name, target },
    columnNames: ['tenant', column],
    referencedColumnNames: ['tenant', 'code'],
  };
}

const SELF = ofTenant('fk_self', 'job', 'parent');
const NUMBERED = { type: 'integer', primary: true, generated: 'increment' } as const;
const TENANT_KEY: Columns = { tenant: { type: 'integer', primary: true }, id: NUMBERED };

/** Keys of several columns. */
const COMPOSITE: readonly Case[] = [
  [
    'a foreign key of a tenant to the same table',
    tenants('job', { parent: NUMBER }),
    tenants('job', { parent: NUMBER }, [SELF]),
  ],
  [
    'the same, which every row needs',
    tenants('job', { parent: REQUIRED }),
    tenants('job', { parent: REQUIRED }, [SELF]),
  ],
  [
    'the same, of a tenant that may be none',
    tenants('job', { tenant: NUMBER, parent: NUMBER }),
    tenants('job', { tenant: NUMBER, parent: NUMBER }, [SELF]),
  ],
  [
    'a foreign key to the same table that is there, and a tenant that comes to be one',
    tenants('job', { parent: NUMBER }, [SELF]),
    [...tenants('job', { parent: NUMBER, extra: TEXT }, [SELF]), ...table('tenant', { name: TEXT })],
  ],
  [
    'a required one that is there, and a new column',
    tenants('job', { parent: REQUIRED }, [SELF]),
    tenants('job', { parent: REQUIRED, extra: TEXT }, [SELF]),
  ],
  [
    'a required one that is there, of a tenant that another foreign key is of',
    [
      ...tenants('job', { parent: REQUIRED }, [
        SELF,
        { name: 'fk_tenant', target: 'tenant', columnNames: ['tenant'], referencedColumnNames: ['id'] },
      ]),
      ...table('tenant', {}),
    ],
    [
      ...tenants('job', { parent: REQUIRED, extra: TEXT }, [
        SELF,
        { name: 'fk_tenant', target: 'tenant', columnNames: ['tenant'], referencedColumnNames: ['id'] },
      ]),
      ...table('tenant', {}),
    ],
  ],
  [
    'two tables of a tenant in a circle',
    [...tenants('job', { next: NUMBER }), ...tenants('task', { next: NUMBER })],
    [
      ...tenants('job', { next: NUMBER }, [ofTenant('fk_job', 'task', 'next')]),
      ...tenants('task', { next: NUMBER }, [ofTenant('fk_task', 'job', 'next')]),
    ],
  ],
  [
    'two tables of a tenant in a circle, one of which needs the other',
    [...tenants('job', { next: NUMBER }), ...tenants('task', { next: REQUIRED })],
    [
      ...tenants('job', { next: NUMBER }, [ofTenant('fk_job', 'task', 'next')]),
      ...tenants('task', { next: REQUIRED }, [ofTenant('fk_task', 'job', 'next')]),
    ],
  ],
  [
    'a circle that is there, and a new column',
    [
      ...tenants('job', { next: NUMBER }, [ofTenant('fk_job', 'task', 'next')]),
      ...tenants('task', { next: REQUIRED }, [ofTenant('fk_task', 'job', 'next')]),
    ],
    [
      ...tenants('job', { next: NUMBER, extra: TEXT }, [ofTenant('fk_job', 'task', 'next')]),
      ...tenants('task', { next: REQUIRED }, [ofTenant('fk_task', 'job', 'next')]),
    ],
  ],
  [
    'a chain of tables of a tenant',
    [...tenants('a', {}), ...tenants('b', { a: REQUIRED }), ...tenants('c', { b: REQUIRED, a: NUMBER })],
    [
      ...tenants('a', {}),
      ...tenants('b', { a: REQUIRED }, [ofTenant('fk_b', 'a', 'a')]),
      ...tenants('c', { b: REQUIRED, a: NUMBER }, [ofTenant('fk_c', 'b', 'b'), ofTenant('fk_ca', 'a', 'a')]),
    ],
  ],
  [
    'a numbered column in a composite key, in a new table',
    table('other', {}),
    [...table('other', {}), ...table('job', TENANT_KEY)],
  ],
  [
    'a new column beside a numbered one in a composite key',
    table('job', TENANT_KEY),
    table('job', { ...TENANT_KEY, note: TEXT }),
  ],
  [
    'a foreign key to a composite key with a numbered column',
    [...table('job', TENANT_KEY), ...table('task', { tenant: NUMBER, job: NUMBER })],
    [
      ...table('job', TENANT_KEY),
      ...table(
        'task',
        { tenant: NUMBER, job: NUMBER },
        {
          foreignKeys: [
            {
              name: 'fk',
              target: 'job',
              columnNames: ['tenant', 'job'],
              referencedColumnNames: ['tenant', 'id'],
            },
          ],
        },
      ),
    ],
  ],
  [
    'a numbered key that becomes composite',
    table('job', { tenant: REQUIRED, id: NUMBERED }),
    table('job', TENANT_KEY),
  ],
];

const HOSTILE = `it's REFERENCES "x" (y)\nDROP TABLE x\n ALTER TABLE "y"; -- ADD VALUE 'A' RENAME TO`;

/** TypeORM puts a default between quotes without escaping it. */
const UNQUOTED = HOSTILE.replaceAll("'", '');

/** Texts that read like statements. */
const TEXTS: readonly Case[] = [
  [
    'comments that read like statements',
    [...job({ note: TEXT }), ...table('task', { n: NUMBER })],
    [
      ...job({ note: { ...TEXT, comment: HOSTILE } }),
      ...table('task', { n: { ...NUMBER, comment: HOSTILE }, fresh: { ...TEXT, comment: HOSTILE } }),
    ],
  ],
  [
    'defaults and checks that read like statements',
    [...job({ note: TEXT }), ...table('task', { note: TEXT })],
    [
      ...job({ note: { ...TEXT, default: UNQUOTED } }, check(`"note" <> ' REFERENCES x DROP COLUMN y'`)),
      ...table(
        'task',
        { note: { ...TEXT, default: UNQUOTED } },
        { checks: [{ name: 'ck2', expression: `"note" <> 'x\nDROP TABLE y'` }] },
      ),
    ],
  ],
  [
    'values of an enumerated column that read like statements',
    [...job({ state: { ...STATES } }), ...table('task', { note: TEXT })],
    [
      ...job({
        state: {
          ...STATES,
          enum: ['A', 'B', 'C', ' REFERENCES x', 'DROP TABLE "x"'],
          default: ' REFERENCES x',
        },
      }),
      ...table('task', { note: TEXT, n: { type: 'text', default: 'ADD VALUE A' } }),
    ],
  ],
  [
    'tables and columns whose names read like statements',
    [
      ...table('a DROP COLUMN b', { ' DROP NOT NULL': REQUIRED }),
      ...table('x RENAME TO y', { ' REFERENCES x': TEXT }),
    ],
    [
      ...table('a DROP COLUMN b', { ' DROP NOT NULL': NUMBER }),
      ...table('x RENAME TO y', { ' REFERENCES x': TEXT, ' DROP COLUMN ': TEXT }),
    ],
  ],
];

describe('Generated revisions of composite changes and texts', () => verifyEach([...COMPOSITE, ...TEXTS]));
