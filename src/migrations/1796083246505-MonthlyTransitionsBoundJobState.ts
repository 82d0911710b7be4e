import { Revision, type DialectStatements, type SchemaChanges } from '../migrator/revision.js';

/** job_state_transitions: becomes partitioned by RANGE (timestamp); a check separates its rows of before from later ones. */
export class MonthlyTransitionsBoundJobState1796083246505 extends Revision {
  static override readonly description = 'job_state_transitions: becomes partitioned by RANGE (timestamp); a check separates its rows of before from later ones.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '3702b65efbef0cec0a92a54a4a4eb895c5976d468d9e889679d8ceec6d1498f3';

  /** What it changes in the schema. A release without it compares the database with that. */
  static override readonly changes: SchemaChanges = {
    postgres: [
      {
        kind: 'add-check',
        table: 'job_state_transitions',
        object: 'zz_odb_first_partition',
        desired: {
          name: 'zz_odb_first_partition',
          expression: {
            sql: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
            canonical: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
          },
          validated: false,
        },
      },
    ],
  };

  override readonly postgres: DialectStatements = {
    up: [
      // job_state_transitions: becomes partitioned by RANGE (timestamp); a check separates its rows of before
      // from later ones
      `DO $bound$
        DECLARE
          target CONSTANT pg_catalog.regclass := '"job_state_transitions"';
          former CONSTANT pg_catalog.text := pg_catalog.current_setting('search_path');
          place pg_catalog.text;
          problem pg_catalog.text;
          one pg_catalog.text;
          every CONSTANT interval := '1 month';
          present CONSTANT timestamp := pg_catalog.timezone('UTC', pg_catalog.now());
          upper timestamp;
          newest timestamp;
        BEGIN
          PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
          place := target::text;
          SELECT string_agg(o.words, ', ' ORDER BY o.words) INTO problem FROM (SELECT format('the foreign key %I of %s', k.conname, k.conrelid::regclass) FROM pg_constraint k WHERE k.confrelid = target AND k.contype = 'f' AND k.conparentid = 0
            UNION ALL SELECT DISTINCT format('the %s %s', CASE v.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'rule of' END, v.oid::regclass) FROM pg_depend d JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class AND v.oid <> target WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = target
            UNION ALL SELECT format('the rule %I', r.rulename) FROM pg_rewrite r WHERE r.ev_class = target
            UNION ALL SELECT format('the publication %I', b.pubname) FROM pg_publication_rel l JOIN pg_publication b ON b.oid = l.prpubid WHERE l.prrelid = target
            UNION ALL SELECT format('the parent %s', h.inhparent::regclass) FROM pg_inherits h WHERE h.inhrelid = target
            UNION ALL SELECT format('the heir %s', h.inhrelid::regclass) FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhparent AND c.relkind = 'r' WHERE h.inhparent = target
            UNION ALL SELECT DISTINCT format('the %s', pg_describe_object(d.classid, d.objid, d.objsubid)) FROM pg_depend d WHERE d.deptype = 'n' AND (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT t.oid FROM pg_type t JOIN pg_class c ON c.oid = target AND c.reltype <> 0 WHERE t.oid = c.reltype OR t.typelem = c.reltype) OR d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND (d.classid = 'pg_proc'::regclass OR d.classid = 'pg_policy'::regclass AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.oid = d.objid AND p.polrelid = target)))) AS o(words);
          IF problem IS NOT NULL THEN
            RAISE EXCEPTION USING MESSAGE = format('%1$s cannot become partitioned: these would refer to its first partition alone: %2$s. Drop them, or revert this group of revisions, then run up again.', place, problem);
          END IF;
          SELECT string_agg(o.words, ', ' ORDER BY o.words) INTO problem FROM (SELECT CASE WHEN c.relkind <> 'r' THEN 'rows in other tables' ELSE 'UNLOGGED' END FROM pg_class c WHERE c.oid = target AND (c.relkind <> 'r' OR c.relpersistence <> 'p')
            UNION ALL SELECT format('the exclusion constraint %I', k.conname) FROM pg_constraint k WHERE k.conrelid = target AND k.contype = 'x'
            UNION ALL SELECT format('the constraint %I, which is not valid', k.conname) FROM pg_constraint k WHERE k.conrelid = target AND NOT k.convalidated AND k.conname <> 'zz_odb_first_partition'
            UNION ALL SELECT format('the constraint %I, which is NO INHERIT', k.conname) FROM pg_constraint k WHERE k.conrelid = target AND k.contype = ANY ('{c,n}') AND k.connoinherit
            UNION ALL SELECT format('the index %I, which is not valid', x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = target AND NOT i.indisvalid
            UNION ALL SELECT format('the unique index %I without its column %I', x.relname, 'timestamp') FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = target AND i.indisunique AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = target AND a.attname = 'timestamp' AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]))
            UNION ALL SELECT format('the trigger %I with a table of its rows', t.tgname) FROM pg_trigger t WHERE t.tgrelid = target AND t.tgtype & 1 = 1 AND (t.tgoldtable IS NOT NULL OR t.tgnewtable IS NOT NULL)) AS o(words);
          IF problem IS NOT NULL THEN
            RAISE EXCEPTION USING MESSAGE = format('%1$s cannot become partitioned: a partitioned table cannot have %2$s. Change or drop that, or revert this group of revisions, then run up again.', place, problem);
          END IF;
          EXECUTE format('SELECT pg_catalog.timezone(''UTC'', max(%I)) FROM %s', 'timestamp', place) INTO newest;
          upper := '2001-01-01';
          WHILE upper < present + interval '28 days' LOOP upper := upper + every; END LOOP;
          IF newest > greatest(upper, present + interval '1 year') THEN
            RAISE EXCEPTION USING MESSAGE = format('%s has rows of the time up to %s UTC in %3$I. Its first partition would take all rows until then. Change or delete the rows that are more than a year ahead, then run up again.', place, newest, 'timestamp');
          END IF;
          WHILE upper <= newest LOOP upper := upper + every; END LOOP;
          EXECUTE format('ALTER TABLE %s ADD CONSTRAINT zz_odb_first_partition CHECK (%I < %L) NOT VALID', place, 'timestamp', pg_catalog.to_char(upper, 'YYYY-MM-DD HH24:MI:SS+00'));
          EXECUTE format('COMMENT ON CONSTRAINT zz_odb_first_partition ON %s IS %L', place, pg_catalog.to_char(upper, 'YYYY-MM-DD HH24:MI:SS+00'));
          PERFORM set_config('search_path', former, true);
        END
        $bound$`,
    ],
    down: [
      // job_state_transitions: is a plain table again
      `ALTER TABLE "job_state_transitions" DROP CONSTRAINT "zz_odb_first_partition"`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
