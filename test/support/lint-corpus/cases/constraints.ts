import { CATALOG, PARTS, on, plain, silent, type CorpusCase } from '../corpus-case.js';

const ADD = 'ALTER TABLE "jobs" ADD';

/** Constraints that come, are checked and go. */
export const CONSTRAINTS: readonly CorpusCase[] = [
  ...plain(
    `${ADD} CONSTRAINT "ck" CHECK ("size" < 5000)`,
    `${ADD} CHECK ("size" < 5000)`,
    `${ADD} CONSTRAINT "ck" CHECK ("title" IS NOT NULL)`,
    `${ADD} CONSTRAINT "ck" CHECK ("size" < 5000) NO INHERIT`,
    `${ADD} CONSTRAINT "fk" FOREIGN KEY ("small") REFERENCES "zones" ("id")`,
    `${ADD} FOREIGN KEY ("small") REFERENCES "zones" ("id")`,
    `${ADD} CONSTRAINT "fk" FOREIGN KEY ("small") REFERENCES "zones" ("id") ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED`,
    `${ADD} CONSTRAINT "fk" FOREIGN KEY ("wide") REFERENCES "jobs" ("id")`,
    `${ADD} CONSTRAINT "uq" UNIQUE ("note")`,
    `${ADD} UNIQUE ("note")`,
    `${ADD} CONSTRAINT "uq" UNIQUE ("note", "title")`,
    `${ADD} CONSTRAINT "uq" UNIQUE ("note") INCLUDE ("title")`,
    `${ADD} CONSTRAINT "uq" UNIQUE ("note") DEFERRABLE INITIALLY DEFERRED`,
    'ALTER TABLE "spare" ADD CONSTRAINT "pk_spare" PRIMARY KEY ("id")',
    'ALTER TABLE "spare" ADD PRIMARY KEY ("id")',
    'ALTER TABLE "notes" ADD CONSTRAINT "pk_notes" PRIMARY KEY ("job_id")',
    'ALTER TABLE "stays" ADD CONSTRAINT "ex_stays" EXCLUDE USING gist ("room" WITH =, "during" WITH &&)',
    'ALTER TABLE "stays" ADD EXCLUDE USING gist ("during" WITH &&)',
    'ALTER TABLE "measure" ADD CONSTRAINT "ck_m" CHECK ("value" < 5000)',
    'ALTER TABLE "measure" ADD CONSTRAINT "fk_m" FOREIGN KEY ("zone_id") REFERENCES "zones" ("id")',
    'ALTER TABLE "logs" ADD CONSTRAINT "ck_l" CHECK ("id" > 0)',
    'ALTER TABLE "logs" ADD CONSTRAINT "ck_l" CHECK ("id" > 0) NO INHERIT',
    'ALTER TABLE "jobs" DROP CONSTRAINT "pk_jobs"',
    'ALTER TABLE "cached" DROP CONSTRAINT "cached_pkey"',
  ),
  ...['UNIQUE', 'PRIMARY KEY'].map((key) => ({
    statement: `ALTER TABLE "measure" ADD CONSTRAINT "key_m" ${key} ("id", "on")`,
    differs: PARTS,
  })),
  ...silent(
    CATALOG,
    `${ADD} CONSTRAINT "ck" CHECK ("size" < 5000) NOT VALID`,
    `${ADD} CONSTRAINT "fk" FOREIGN KEY ("small") REFERENCES "zones" ("id") NOT VALID`,
    `${ADD} CONSTRAINT "uq" UNIQUE USING INDEX "ux_jobs_wide"`,
    'ALTER TABLE "jobs" DROP CONSTRAINT "ck_jobs_size"',
    'ALTER TABLE "jobs" DROP CONSTRAINT "fk_jobs_zone_id"',
    'ALTER TABLE "jobs" DROP CONSTRAINT "uq_jobs_key"',
    'ALTER TABLE "jobs" DROP CONSTRAINT IF EXISTS "ck_jobs_size"',
    'ALTER TABLE "zones" DROP CONSTRAINT "uq_zones_name" CASCADE',
    'ALTER TABLE "bookings" DROP CONSTRAINT "ex_bookings"',
    'ALTER TABLE "jobs" RENAME CONSTRAINT "ck_jobs_size" TO "ck_jobs_length"',
    'ALTER TABLE "jobs" ALTER CONSTRAINT "fk_jobs_zone_id" DEFERRABLE INITIALLY DEFERRED',
    'ALTER TABLE "jobs" DROP CONSTRAINT "pk_jobs", ADD CONSTRAINT "pk_jobs_new" PRIMARY KEY USING INDEX "ux_jobs_required"',
  ),
  ...plain(
    'ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_later"',
    'ALTER TABLE "jobs" VALIDATE CONSTRAINT "ck_jobs_size"',
  ),
  { statement: 'ALTER TABLE "jobs" VALIDATE CONSTRAINT "fk_jobs_later"' },
  {
    statement: 'ALTER TABLE "spare" ADD CONSTRAINT "pk_spare" PRIMARY KEY USING INDEX "ux_spare"',
    given: ['CREATE UNIQUE INDEX "ux_spare" ON "spare" ("id")'],
  },
  {
    statement: 'ALTER TABLE "notes" ADD CONSTRAINT "pk_notes" PRIMARY KEY USING INDEX "ux_notes"',
    given: ['CREATE UNIQUE INDEX "ux_notes" ON "notes" ("job_id")'],
    silent: CATALOG,
  },
  {
    statement: 'ALTER TABLE "measure_2026" ADD CONSTRAINT "ck_part" CHECK ("value" < 5000)',
  },
  {
    statement:
      'ALTER TABLE "measure" ADD CONSTRAINT "fk_m" FOREIGN KEY ("zone_id") REFERENCES "zones" ("id")',
    given: ['measure_2026', 'measure_2027'].map(
      (part) =>
        `ALTER TABLE "${part}" ADD CONSTRAINT "fk_m" FOREIGN KEY ("zone_id") REFERENCES "zones" ("id")`,
    ),
    silent: CATALOG,
  },
  ...on(18, [
    ...plain(
      `${ADD} CONSTRAINT "nn" NOT NULL "title"`,
      `${ADD} CONSTRAINT "uq" UNIQUE NULLS NOT DISTINCT ("note")`,
      'ALTER TABLE "stays" ADD CONSTRAINT "uq_stays" UNIQUE ("room", "during" WITHOUT OVERLAPS)',
      'ALTER TABLE "stays" ADD CONSTRAINT "pk_stays" PRIMARY KEY ("room", "during" WITHOUT OVERLAPS)',
      'ALTER TABLE "measure" ADD CONSTRAINT "nn_m" NOT NULL "value"',
    ),
    ...silent(
      CATALOG,
      `${ADD} CONSTRAINT "nn" NOT NULL "title" NOT VALID`,
      `${ADD} CONSTRAINT "nn" NOT NULL "proven"`,
      `${ADD} CONSTRAINT "ck" CHECK ("size" < 5000) NOT ENFORCED`,
      `${ADD} CONSTRAINT "fk" FOREIGN KEY ("small") REFERENCES "zones" ("id") NOT ENFORCED`,
      'ALTER TABLE "measure" ADD CONSTRAINT "fk_m" FOREIGN KEY ("zone_id") REFERENCES "zones" ("id") NOT VALID',
      'ALTER TABLE "jobs" ALTER CONSTRAINT "fk_jobs_zone_id" NOT ENFORCED',
    ),
    {
      statement:
        'ALTER TABLE "stays" ADD CONSTRAINT "fk_stays" FOREIGN KEY ("room", PERIOD "during") REFERENCES "halls" ("room", PERIOD "during")',
      given: [
        'CREATE TABLE "halls" ("room" integer, "during" tsrange, CONSTRAINT "pk_halls" PRIMARY KEY ("room", "during" WITHOUT OVERLAPS))',
        `INSERT INTO "halls" VALUES (1, '[2025-01-01,2027-01-02)')`,
      ],
    },
    {
      statement: 'ALTER TABLE "jobs" VALIDATE CONSTRAINT "nn"',
      given: [`${ADD} CONSTRAINT "nn" NOT NULL "title" NOT VALID`],
    },
    {
      statement: 'ALTER TABLE "jobs" ALTER CONSTRAINT "fk_off" ENFORCED',
      given: [`${ADD} CONSTRAINT "fk_off" FOREIGN KEY ("small") REFERENCES "zones" ("id") NOT ENFORCED`],
      filled: { '<its definition>': 'FOREIGN KEY ("small") REFERENCES "zones" ("id")' },
    },
  ]),
];
