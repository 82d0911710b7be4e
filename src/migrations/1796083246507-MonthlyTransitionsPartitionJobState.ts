import { Revision, type DialectStatements, type SchemaChanges } from '../migrator/revision.js';

/** job_state_transitions: becomes partitioned by RANGE (timestamp); its rows of before are the first partition. */
export class MonthlyTransitionsPartitionJobState1796083246507 extends Revision {
  static override readonly description = 'job_state_transitions: becomes partitioned by RANGE (timestamp); its rows of before are the first partition.';

  /** Verified up, down and up again. Lint relies on it until a statement is edited. */
  static override readonly proof =
    '3702b65efbef0cec0a92a54a4a4eb895c5976d468d9e889679d8ceec6d1498f3';

  /** What it changes in the schema. A release without it compares the database with that. */
  static override readonly changes: SchemaChanges = {
    postgres: [
      {
        kind: 'alter-table',
        table: 'job_state_transitions',
        object: 'job_state_transitions',
        aspects: ['partition'],
        live: {
          name: 'job_state_transitions',
          persistence: 'permanent',
          comment: null,
          options: null,
          columns: [
            {
              name: 'id',
              type: 'bigint',
              nullable: false,
              default: null,
              identity: 'by default',
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'job_id',
              type: 'character varying(100)',
              nullable: false,
              default: null,
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'from_state',
              type: 'character varying(20)',
              nullable: true,
              default: null,
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'to_state',
              type: 'character varying(20)',
              nullable: false,
              default: null,
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'reason',
              type: 'text',
              nullable: true,
              default: null,
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'timestamp',
              type: 'timestamp(3) with time zone',
              nullable: false,
              default: {
                sql: "date_trunc('milliseconds'::text, now())",
                canonical: "date_trunc('milliseconds'::text, now())",
              },
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
          ],
          primaryKey: {
            name: 'pk_job_state_transitions',
            columns: ['id', 'timestamp'],
            include: [],
            deferrable: null,
            nulls: 'distinct',
          },
          uniques: [],
          indexes: [
            {
              name: 'ix_job_state_transitions_job_id_timestamp',
              keys: [
                {
                  column: 'job_id',
                  expression: null,
                  order: 'ASC',
                  nulls: 'LAST',
                  opclass: null,
                  collation: null,
                },
                {
                  column: 'timestamp',
                  expression: null,
                  order: 'ASC',
                  nulls: 'LAST',
                  opclass: null,
                  collation: null,
                },
              ],
              include: [],
              unique: false,
              nulls: 'distinct',
              method: 'btree',
              where: null,
              valid: true,
            },
            {
              name: 'ix_job_state_transitions_timestamp',
              keys: [
                {
                  column: 'timestamp',
                  expression: null,
                  order: 'ASC',
                  nulls: 'LAST',
                  opclass: null,
                  collation: null,
                },
              ],
              include: [],
              unique: false,
              nulls: 'distinct',
              method: 'btree',
              where: null,
              valid: true,
            },
          ],
          foreignKeys: [
            {
              name: 'fk_job_state_transitions_job_id',
              columns: ['job_id'],
              table: 'jobs',
              references: ['job_id'],
              onDelete: 'CASCADE',
              onUpdate: 'NO ACTION',
              match: 'SIMPLE',
              deferrable: null,
              validated: true,
            },
          ],
          checks: [
            {
              name: 'zz_odb_first_partition',
              expression: {
                sql: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
                canonical: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
              },
              validated: true,
            },
          ],
          exclusions: [],
        },
        desired: {
          name: 'job_state_transitions',
          persistence: 'permanent',
          comment: null,
          options: null,
          columns: [
            {
              name: 'id',
              type: 'bigint',
              nullable: false,
              default: null,
              identity: 'by default',
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'job_id',
              type: 'character varying(100)',
              nullable: false,
              default: null,
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'from_state',
              type: 'character varying(20)',
              nullable: true,
              default: null,
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'to_state',
              type: 'character varying(20)',
              nullable: false,
              default: null,
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'reason',
              type: 'text',
              nullable: true,
              default: null,
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
            {
              name: 'timestamp',
              type: 'timestamp(3) with time zone',
              nullable: false,
              default: {
                sql: "date_trunc('milliseconds'::text, now())",
                canonical: "date_trunc('milliseconds'::text, now())",
              },
              identity: null,
              generated: null,
              storage: null,
              collation: null,
              comment: null,
            },
          ],
          primaryKey: {
            name: 'pk_job_state_transitions',
            columns: ['id', 'timestamp'],
            include: [],
            deferrable: null,
            nulls: 'distinct',
          },
          uniques: [],
          indexes: [
            {
              name: 'ix_job_state_transitions_job_id_timestamp',
              keys: [
                {
                  column: 'job_id',
                  expression: null,
                  order: 'ASC',
                  nulls: 'LAST',
                  opclass: null,
                  collation: null,
                },
                {
                  column: 'timestamp',
                  expression: null,
                  order: 'ASC',
                  nulls: 'LAST',
                  opclass: null,
                  collation: null,
                },
              ],
              include: [],
              unique: false,
              nulls: 'distinct',
              method: 'btree',
              where: null,
              valid: true,
            },
            {
              name: 'ix_job_state_transitions_timestamp',
              keys: [
                {
                  column: 'timestamp',
                  expression: null,
                  order: 'ASC',
                  nulls: 'LAST',
                  opclass: null,
                  collation: null,
                },
              ],
              include: [],
              unique: false,
              nulls: 'distinct',
              method: 'btree',
              where: null,
              valid: true,
            },
          ],
          foreignKeys: [
            {
              name: 'fk_job_state_transitions_job_id',
              columns: ['job_id'],
              table: 'jobs',
              references: ['job_id'],
              onDelete: 'CASCADE',
              onUpdate: 'NO ACTION',
              match: 'SIMPLE',
              deferrable: null,
              validated: true,
            },
          ],
          checks: [],
          exclusions: [],
          partition: { strategy: 'range', key: ['timestamp'], rest: false },
        },
      },
      {
        kind: 'drop-check',
        table: 'job_state_transitions',
        object: 'zz_odb_first_partition',
        live: {
          name: 'zz_odb_first_partition',
          expression: {
            sql: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
            canonical: '("timestamp" < \'2027-01-01 00:00:00+00\'::timestamp with time zone)',
          },
          validated: true,
        },
      },
    ],
  };

  override readonly postgres: DialectStatements = {
    up: [
      // job_state_transitions: becomes partitioned by RANGE (timestamp); its rows of before are the first
      // partition
      `-- Keeps vacuum away from these tables; blocks no reads or writes.
        LOCK TABLE "job_state_transitions", "jobs" IN SHARE UPDATE EXCLUSIVE MODE`,
      `ALTER TABLE "job_state_transitions" VALIDATE CONSTRAINT "zz_odb_first_partition"`,
      `DO $locks$
        DECLARE former CONSTANT pg_catalog.text := pg_catalog.current_setting('lock_timeout');
        BEGIN
          PERFORM pg_catalog.set_config('lock_timeout', '100ms', true);
          FOR try IN 1..20 LOOP
            BEGIN
              LOCK TABLE "job_state_transitions" IN ACCESS EXCLUSIVE MODE;
              LOCK TABLE "jobs" IN ACCESS EXCLUSIVE MODE;
              PERFORM pg_catalog.set_config('lock_timeout', former, true);
              RETURN;
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
              PERFORM pg_catalog.pg_sleep(0.05);
            END;
          END LOOP;
          RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = 'canceling statement due to lock timeout';
        END
        $locks$`,
      `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.
        SET LOCAL lock_timeout = '300ms'`,
      `DO $divide$
        DECLARE
          target CONSTANT pg_catalog.regclass := '"job_state_transitions"';
          former CONSTANT pg_catalog.text := pg_catalog.current_setting('search_path');
          place pg_catalog.text;
          problem pg_catalog.text;
          one pg_catalog.text;
          carried pg_catalog.text[];
          counter record;
          space pg_catalog.text;
          own pg_catalog.text;
          part pg_catalog.text;
          placed pg_catalog.text;
          bound pg_catalog.text;
          every CONSTANT interval := '1 month';
          lower timestamp;
          upper timestamp;
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
          bound := obj_description((SELECT k.oid FROM pg_constraint k WHERE k.conrelid = target AND k.conname = 'zz_odb_first_partition'), 'pg_constraint');
          IF bound IS NULL THEN
            RAISE EXCEPTION USING MESSAGE = format('%s has no check zz_odb_first_partition with its comment. Run down to the revision before it was added, then run up again.', place);
          END IF;
          SELECT n.nspname, c.relname, ' TABLESPACE ' || quote_ident(s.spcname) INTO space, own, placed
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = target;
          FOR number IN 1..99 LOOP
            part := concat('job_state_transitions', '_before', CASE WHEN number > 1 THEN number END);
            EXIT WHEN to_regclass(format('%I.%I', space, part)) IS NULL;
          END LOOP;
          carried := ARRAY(SELECT s.sql FROM (SELECT 1, CASE WHEN c.relowner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = CURRENT_USER) THEN format('ALTER TABLE %s OWNER TO %I', place, pg_get_userbyid(c.relowner)) END FROM pg_class c WHERE c.oid = target
            UNION ALL SELECT 2, format('ALTER SEQUENCE %s OWNED BY %s.%I', s.oid::regclass, place, a.attname) FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = target AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.deptype = 'a'
            UNION ALL SELECT 5, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgparentid = 0
            UNION ALL SELECT 6, format('ALTER TABLE %s %s TRIGGER %I', place, CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END, t.tgname) FROM pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled <> 'O'
            UNION ALL SELECT 7, concat_ws(' ', 'CREATE POLICY', quote_ident(p.polname), 'ON', place,
  'AS', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
  'FOR', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
  'TO', (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(p.polroles) r),
  'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') FROM pg_policy p WHERE p.polrelid = target
            UNION ALL SELECT 8, CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', place) END FROM pg_class c WHERE c.oid = target
            UNION ALL SELECT 8, CASE WHEN c.relforcerowsecurity THEN format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', place) END FROM pg_class c WHERE c.oid = target
            UNION ALL SELECT 9, concat('GRANT ', x.privilege_type, ' ON ', place, ' TO ', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END) FROM pg_class c CROSS JOIN aclexplode(c.relacl) x WHERE c.oid = target AND x.grantee <> c.relowner
            UNION ALL SELECT 9, concat('GRANT ', x.privilege_type, ' (', quote_ident(a.attname), ') ON ', place, ' TO ', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END) FROM pg_attribute a CROSS JOIN aclexplode(a.attacl) x WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL SELECT 10, format('COMMENT ON %s %s IS %L', upper(regexp_replace(o.type, '^table (?=c)', '')), o.identity, d.description) FROM pg_description d CROSS JOIN pg_identify_object(d.classoid, d.objoid, d.objsubid) o
            WHERE d.classoid = 'pg_class'::regclass AND (d.objoid = target OR d.objoid IN (SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = target))
               OR d.classoid = 'pg_constraint'::regclass AND d.objoid IN (SELECT k.oid FROM pg_constraint k WHERE k.conrelid = target AND k.conname <> 'zz_odb_first_partition')
               OR d.classoid = 'pg_trigger'::regclass AND d.objoid IN (SELECT t.oid FROM pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgparentid = 0)
               OR d.classoid = 'pg_policy'::regclass AND d.objoid IN (SELECT p.oid FROM pg_policy p WHERE p.polrelid = target)
            UNION ALL SELECT CASE k.contype WHEN 'f' THEN 4 ELSE 3 END, format('ALTER TABLE %s ADD CONSTRAINT %I %s', place, k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k WHERE k.conrelid = target AND k.contype = ANY ('{p,u,f}')
            UNION ALL SELECT 4, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = target AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = target AND k.conindid = i.indexrelid AND k.contype <> 'f')) AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql);
          FOR counter IN SELECT d.objid::regclass AS path, a.attname, a.attidentity, q.* FROM pg_depend d JOIN pg_sequence q ON q.seqrelid = d.objid JOIN pg_attribute a ON a.attrelid = target AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.deptype = 'i' LOOP
            carried := carried || format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s)', place, counter.attname,
              CASE counter.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, counter.path, counter.seqstart, counter.seqincrement, counter.seqmin, counter.seqmax, counter.seqcache, CASE WHEN counter.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
            EXECUTE format('SELECT format(%L, %L, last_value, is_called) FROM %s', 'SELECT setval(%L, %s, %L)', counter.path, counter.path) INTO one;
            carried := carried || one;
          END LOOP;
          FOREACH one IN ARRAY ARRAY(SELECT s.sql FROM (SELECT 1, format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', place, a.attname) FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND a.attidentity <> ''
            UNION ALL SELECT 1, format('DROP TRIGGER %I ON %s', t.tgname, place) FROM pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgparentid = 0
            UNION ALL SELECT 1, format('DROP POLICY %I ON %s', p.polname, place) FROM pg_policy p WHERE p.polrelid = target
            UNION ALL SELECT 1, CASE WHEN c.relrowsecurity OR c.relforcerowsecurity THEN format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY', place) END FROM pg_class c WHERE c.oid = target
            UNION ALL SELECT 2, format('ALTER INDEX %I.%I RENAME TO %I', space, x.relname, CASE WHEN octet_length(w.base) <= 63 AND to_regclass(format('%I.%I', space, w.base)) IS NULL THEN w.base ELSE concat('ix_', md5(w.base)) END)
      FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid CROSS JOIN concat(x.relname, '_', part) AS w(base) WHERE i.indrelid = target) AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql) LOOP EXECUTE one; END LOOP;
          EXECUTE format('ALTER TABLE %s RENAME TO %I', place, part);
          EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING INDEXES EXCLUDING IDENTITY EXCLUDING STATISTICS) PARTITION BY RANGE (%I)%s', place, target, 'timestamp', placed);
          EXECUTE format('ALTER TABLE %s DROP CONSTRAINT zz_odb_first_partition', place);
          FOREACH one IN ARRAY ARRAY(SELECT s.sql FROM (SELECT DISTINCT 1, concat('REVOKE ALL ON ', place, ' FROM ', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, ' CASCADE') FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL CROSS JOIN aclexplode(c.relacl || a.attacl) x WHERE c.oid = to_regclass(place) AND x.grantee <> c.relowner) AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql) || ARRAY(SELECT s.sql FROM (SELECT DISTINCT 1, concat('REVOKE ALL ON ', target::text, ' FROM ', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, ' CASCADE') FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL CROSS JOIN aclexplode(c.relacl || a.attacl) x WHERE c.oid = to_regclass(target::text) AND x.grantee <> c.relowner) AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql) LOOP EXECUTE one; END LOOP;
          FOREACH one IN ARRAY carried LOOP EXECUTE one; END LOOP;
          EXECUTE format('ALTER TABLE %s ATTACH PARTITION %s FOR VALUES FROM (MINVALUE) TO (%L)', place, target, bound);
          EXECUTE format('ALTER TABLE %s DROP CONSTRAINT zz_odb_first_partition', target);
          lower := bound::timestamp;
          WHILE lower <= timezone('UTC', now()) + 3 * every LOOP
            upper := lower + every;
            EXECUTE format('CREATE TABLE %I.%I PARTITION OF %s FOR VALUES FROM (%L) TO (%L)', space, pg_catalog.concat('job_state_transitions_p', pg_catalog.to_char(lower, 'YYYY_MM')), place, pg_catalog.to_char(lower, 'YYYY-MM-DD HH24:MI:SS+00'), pg_catalog.to_char(upper, 'YYYY-MM-DD HH24:MI:SS+00'));
            lower := upper;
          END LOOP;
          PERFORM set_config('search_path', former, true);
        END
        $divide$`,
    ],
    down: [
      // job_state_transitions: is a plain table again
      `-- Keeps vacuum away from these tables; blocks no reads or writes.
        LOCK TABLE "job_state_transitions", "jobs" IN SHARE UPDATE EXCLUSIVE MODE`,
      `DO $locks$
        DECLARE former CONSTANT pg_catalog.text := pg_catalog.current_setting('lock_timeout');
        BEGIN
          PERFORM pg_catalog.set_config('lock_timeout', '100ms', true);
          FOR try IN 1..20 LOOP
            BEGIN
              LOCK TABLE "job_state_transitions" IN ACCESS EXCLUSIVE MODE;
              LOCK TABLE "jobs" IN ACCESS EXCLUSIVE MODE;
              PERFORM pg_catalog.set_config('lock_timeout', former, true);
              RETURN;
            EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
              PERFORM pg_catalog.pg_sleep(0.05);
            END;
          END LOOP;
          RAISE EXCEPTION USING ERRCODE = 'lock_not_available', MESSAGE = 'canceling statement due to lock timeout';
        END
        $locks$`,
      `-- One table is locked: a long wait for the next one could end others' transactions as deadlocks.
        SET LOCAL lock_timeout = '300ms'`,
      `DO $unite$
        DECLARE
          target CONSTANT pg_catalog.regclass := '"job_state_transitions"';
          former CONSTANT pg_catalog.text := pg_catalog.current_setting('search_path');
          place pg_catalog.text;
          problem pg_catalog.text;
          one pg_catalog.text;
          carried pg_catalog.text[];
          counter record;
          base pg_catalog.regclass;
          columns pg_catalog.text;
          own pg_catalog.text;
          others pg_catalog.text[];
          names pg_catalog.text[];
          rows pg_catalog.int8;
          moved pg_catalog.int8 := 0;
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
            RAISE EXCEPTION USING MESSAGE = format('%1$s cannot become a plain table again: these refer to the partitioned one: %2$s. Drop them, then run down again.', place, problem);
          END IF;
          SELECT p.oid INTO base FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhrelid JOIN pg_class c ON c.oid = h.inhparent AND c.relnamespace = p.relnamespace
           WHERE h.inhparent = target AND p.relkind = 'r' ORDER BY pg_get_expr(p.relpartbound, p.oid) LIKE 'FOR VALUES FROM (MINVALUE)%' DESC, pg_relation_size(p.oid) DESC, p.oid LIMIT 1;
          IF base IS NULL THEN
            RAISE EXCEPTION USING MESSAGE = format('%s has no partition that could become the plain table. Run partitions keep, then run down again.', place);
          END IF;
          carried := ARRAY(SELECT s.sql FROM (SELECT 1, CASE WHEN c.relowner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = CURRENT_USER) THEN format('ALTER TABLE %s OWNER TO %I', place, pg_get_userbyid(c.relowner)) END FROM pg_class c WHERE c.oid = target
            UNION ALL SELECT 2, format('ALTER SEQUENCE %s OWNED BY %s.%I', s.oid::regclass, place, a.attname) FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = target AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.deptype = 'a'
            UNION ALL SELECT 5, pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgparentid = 0
            UNION ALL SELECT 6, format('ALTER TABLE %s %s TRIGGER %I', place, CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' END, t.tgname) FROM pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled <> 'O'
            UNION ALL SELECT 7, concat_ws(' ', 'CREATE POLICY', quote_ident(p.polname), 'ON', place,
  'AS', CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
  'FOR', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
  'TO', (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ') FROM unnest(p.polroles) r),
  'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', 'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') FROM pg_policy p WHERE p.polrelid = target
            UNION ALL SELECT 8, CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', place) END FROM pg_class c WHERE c.oid = target
            UNION ALL SELECT 8, CASE WHEN c.relforcerowsecurity THEN format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', place) END FROM pg_class c WHERE c.oid = target
            UNION ALL SELECT 9, concat('GRANT ', x.privilege_type, ' ON ', place, ' TO ', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END) FROM pg_class c CROSS JOIN aclexplode(c.relacl) x WHERE c.oid = target AND x.grantee <> c.relowner
            UNION ALL SELECT 9, concat('GRANT ', x.privilege_type, ' (', quote_ident(a.attname), ') ON ', place, ' TO ', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' END) FROM pg_attribute a CROSS JOIN aclexplode(a.attacl) x WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL SELECT 10, format('COMMENT ON %s %s IS %L', upper(regexp_replace(o.type, '^table (?=c)', '')), o.identity, d.description) FROM pg_description d CROSS JOIN pg_identify_object(d.classoid, d.objoid, d.objsubid) o
            WHERE d.classoid = 'pg_class'::regclass AND (d.objoid = target OR d.objoid IN (SELECT i.indexrelid FROM pg_index i WHERE i.indrelid = target))
               OR d.classoid = 'pg_constraint'::regclass AND d.objoid IN (SELECT k.oid FROM pg_constraint k WHERE k.conrelid = target AND k.conname <> 'zz_odb_first_partition')
               OR d.classoid = 'pg_trigger'::regclass AND d.objoid IN (SELECT t.oid FROM pg_trigger t WHERE t.tgrelid = target AND NOT t.tgisinternal AND t.tgparentid = 0)
               OR d.classoid = 'pg_policy'::regclass AND d.objoid IN (SELECT p.oid FROM pg_policy p WHERE p.polrelid = target)) AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql);
          FOR counter IN SELECT d.objid::regclass AS path, a.attname, a.attidentity, q.* FROM pg_depend d JOIN pg_sequence q ON q.seqrelid = d.objid JOIN pg_attribute a ON a.attrelid = target AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.deptype = 'i' LOOP
            carried := carried || format('ALTER TABLE %s ALTER COLUMN %I ADD GENERATED %s AS IDENTITY (SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s %s)', place, counter.attname,
              CASE counter.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, counter.path, counter.seqstart, counter.seqincrement, counter.seqmin, counter.seqmax, counter.seqcache, CASE WHEN counter.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END);
            EXECUTE format('SELECT format(%L, %L, last_value, is_called) FROM %s', 'SELECT setval(%L, %s, %L)', counter.path, counter.path) INTO one;
            carried := carried || one;
          END LOOP;
          own := (SELECT c.relname FROM pg_class c WHERE c.oid = target);
          columns := (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '');
          others := ARRAY(SELECT h.inhrelid::regclass::text FROM pg_inherits h WHERE h.inhparent = target AND h.inhrelid <> base ORDER BY h.inhrelid);
          names := ARRAY(SELECT s.sql FROM (SELECT 1, format('ALTER INDEX %s RENAME TO %I', i.indexrelid::regclass, x.relname) FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid JOIN pg_class x ON x.oid = h.inhparent WHERE i.indrelid = base) AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql);
          FOREACH one IN ARRAY others LOOP
            EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 10001) AS found', one) INTO rows;
            moved := moved + rows;
          END LOOP;
          IF moved > 10000 THEN
            RAISE EXCEPTION USING MESSAGE = format('%s has more than 10000 rows outside %s, which becomes the plain table. Every query would wait while they are copied. Copy them in batches first: npm run -s db -- partitions merge %1$s. Then run this again.', place, base);
          END IF;
          moved := 0;
          FOREACH one IN ARRAY ARRAY(SELECT s.sql FROM (SELECT 1, format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY', place, a.attname) FROM pg_attribute a WHERE a.attrelid = target AND a.attnum > 0 AND a.attidentity <> ''
            UNION ALL SELECT 1, format('ALTER SEQUENCE %s OWNED BY NONE', s.oid::regclass) FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_attribute a ON a.attrelid = target AND a.attnum = d.refobjsubid WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = target AND d.deptype = 'a') AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql) LOOP EXECUTE one; END LOOP;
          EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', place, base);
          FOREACH one IN ARRAY others LOOP
            EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', place, one);
            EXECUTE format('INSERT INTO %s (%s) SELECT %2$s FROM %3$s', base, columns, one);
            GET DIAGNOSTICS rows = ROW_COUNT;
            moved := moved + rows;
            EXECUTE format('DROP TABLE %s', one);
          END LOOP;
          IF moved > 0 THEN
            RAISE NOTICE USING MESSAGE = format('%s rows of other partitions of %s are in the plain table again.', moved, place);
          END IF;
          EXECUTE format('DROP TABLE %s', place);
          FOREACH one IN ARRAY ARRAY(SELECT s.sql FROM (SELECT DISTINCT 1, concat('REVOKE ALL ON ', base::text, ' FROM ', CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END, ' CASCADE') FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attacl IS NOT NULL CROSS JOIN aclexplode(c.relacl || a.attacl) x WHERE c.oid = to_regclass(base::text) AND x.grantee <> c.relowner) AS s(step, sql) WHERE s.sql IS NOT NULL ORDER BY s.step, s.sql) LOOP EXECUTE one; END LOOP;
          EXECUTE format('ALTER TABLE %s RENAME TO %I', base, own);
          FOREACH one IN ARRAY names LOOP EXECUTE one; END LOOP;
          FOREACH one IN ARRAY carried LOOP EXECUTE one; END LOOP;
          PERFORM set_config('search_path', former, true);
        END
        $unite$`,
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
          EXECUTE format('SELECT pg_catalog.timezone(''UTC'', max(%I)) FROM %s', 'timestamp', place) INTO newest;
          upper := '2001-01-01';
          WHILE upper < present + interval '28 days' LOOP upper := upper + every; END LOOP;
          IF newest IS NOT NULL THEN newest := least(newest, present + interval '1 year'); END IF;
          WHILE upper <= newest LOOP upper := upper + every; END LOOP;
          EXECUTE format('ALTER TABLE %s ADD CONSTRAINT zz_odb_first_partition CHECK (%I < %L) NOT VALID', place, 'timestamp', pg_catalog.to_char(upper, 'YYYY-MM-DD HH24:MI:SS+00'));
          EXECUTE format('COMMENT ON CONSTRAINT zz_odb_first_partition ON %s IS %L', place, pg_catalog.to_char(upper, 'YYYY-MM-DD HH24:MI:SS+00'));
          PERFORM set_config('search_path', former, true);
        END
        $bound$`,
    ],
  };

  override readonly sqlite: DialectStatements = {
    up: [],
    down: [],
  };
}
