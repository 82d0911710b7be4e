import { expect } from 'chai';
import { writeScript } from '../../src/migrator/offline.js';
import { readStatus } from '../../src/migrator/status.js';
import { onDatabase } from '../support/databases.js';
import { BESIDE, LIST, placedRole } from '../support/placed-role.js';
import { runInShell } from '../support/shells.js';

onDatabase('postgres', 'The schema in which an offline script keeps the records', (database) => {
  const { name, target, admin, asRole, found } = placedRole(database);

  it('The schema in which an offline script keeps the records is that of the list which TypeORM has made, where an earlier schema of the path is empty', async () => {
    await admin(...LIST, `CREATE SCHEMA ${name()}`);
    const range = 'MakeDocs1800000000421..head';
    const script = await writeScript(await asRole(), { direction: 'up', target: range });
    expect(await runInShell(target(), script)).to.deep.include({ code: 0 });
    expect((await runInShell(target(), script)).code).not.to.equal(0);
    expect(await found()).to.deep.equal({ tables: BESIDE, docs: 1 });
    expect(await readStatus(await asRole())).to.deep.include({ pending: [] });
  });

  it('The schema in which an offline script keeps the records is not left where another client has set the search path', async () => {
    await admin('CREATE SCHEMA elsewhere');
    const script = await writeScript(await asRole(), { direction: 'up' });
    const [start, first, second, ...rest] = script.split('\nBEGIN;');
    const moved = `${second ?? ''}\nSET search_path = elsewhere;`;
    const { code, stderr } = await runInShell(target(), [start, first, moved, ...rest].join('\nBEGIN;'));
    expect(code).not.to.equal(0);
    expect(stderr).to.include(
      'The end of the run was not recorded: names without a schema are looked up in elsewhere, and the script began with public. Connect to the server itself, and run the script again.',
    );
    const early = [start, `${first ?? ''}\nSET search_path = nowhere;`, second, ...rest].join('\nBEGIN;');
    await admin('DROP SCHEMA public CASCADE', 'CREATE SCHEMA public');
    expect((await runInShell(target(), early)).stderr).to.include(
      'FillDocs1800000000422 was not applied: names without a schema are looked up in no schema, and the script began with public.',
    );
    expect(await found()).to.deep.equal({ tables: BESIDE, docs: 0 });
  });

  it('The schema in which an offline script keeps the records is not left where a section has created one that comes first in the path', async () => {
    await admin(`ALTER ROLE ${name()} SET search_path = elsewhere, public`);
    const script = await writeScript(await asRole(), { direction: 'up', target: 'base..head' });
    const [start, first, ...rest] = script.split('\nBEGIN;');
    const creating = `${first ?? ''}\nCREATE SCHEMA elsewhere;`;
    const { code, stderr } = await runInShell(target(), [start, creating, ...rest].join('\nBEGIN;'));
    expect(code).not.to.equal(0);
    expect(stderr).to.include(
      'FillDocs1800000000422 was not applied: the search path leads to two schemas: the script began in public, which has tables, and elsewhere comes first now. Write the schema into the DataSource (the option "schema"), or set search_path = public for this role, and write the script again for the rest.',
    );
    expect(await found()).to.deep.equal({ tables: BESIDE, docs: 0 });
  });

  it('The schema in which an offline script keeps the records may come second where a section has created the first one, and holds no other table', async () => {
    await admin(`ALTER ROLE ${name()} SET search_path = elsewhere, public`);
    const script = await writeScript(await asRole(), { direction: 'up', target: 'base..head' });
    const moved = script
      .replaceAll('public.docs', 'elsewhere.docs')
      .replace('CREATE TABLE elsewhere.docs', 'CREATE SCHEMA elsewhere; $&');
    expect(await runInShell(target(), moved)).to.include({ code: 0 });
  });

  it('The schema in which an offline script keeps the records is refused where an empty list hides one that has records', async () => {
    await admin(
      ...LIST,
      `CREATE SCHEMA ${name()}`,
      `CREATE TABLE ${name()}.migrations (LIKE public.migrations INCLUDING ALL)`,
    );
    const script = await writeScript(await asRole(), { direction: 'up' });
    const { code, stderr } = await runInShell(target(), script);
    expect(code).not.to.equal(0);
    expect(stderr).to.include('two lists of applied revisions');
  });

  it('The schema in which an offline script keeps the records is refused where a crash of the server empties the list', async () => {
    await admin(...LIST, 'ALTER TABLE public.migrations SET UNLOGGED');
    const range = 'MakeDocs1800000000421..head';
    const script = await writeScript(await asRole(), { direction: 'up', target: range });
    const { code, stderr } = await runInShell(target(), script);
    expect(code).not.to.equal(0);
    expect(stderr).to.include(
      'FillDocs1800000000422 was not applied: a crash or the end of the session empties this table, which is UNLOGGED or temporary: public.migrations',
    );
  });

  it('The schema in which an offline script keeps the records is refused where a crash of the server empties a table that inherits from the list', async () => {
    await admin(
      ...LIST,
      'CREATE UNLOGGED TABLE public.heir () INHERITS (public.migrations)',
      'WITH gone AS (DELETE FROM public.migrations RETURNING *) INSERT INTO public.heir SELECT * FROM gone',
    );
    const range = 'MakeDocs1800000000421..head';
    const script = await writeScript(await asRole(), { direction: 'up', target: range });
    const { code, stderr } = await runInShell(target(), script);
    expect(code).not.to.equal(0);
    expect(stderr).to.include('UNLOGGED or temporary: public.heir');
  });

  it('The schema in which an offline script keeps the records is refused where a trigger of the list uses code of another role', async () => {
    await admin(
      ...LIST,
      'CREATE FUNCTION public.copied() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
      'ALTER FUNCTION public.copied() OWNER TO pg_monitor',
      'CREATE TRIGGER copied BEFORE INSERT ON public.migrations FOR EACH ROW EXECUTE FUNCTION public.copied()',
    );
    const range = 'MakeDocs1800000000421..head';
    const script = await writeScript(await asRole(), { direction: 'up', target: range });
    const { code, stderr } = await runInShell(target(), script);
    expect(code).not.to.equal(0);
    expect(stderr).to.match(
      /FillDocs1800000000422 was not applied: code of another role would run with the rights of this one: public\.migrations has the trigger copied on table (?:public\.)?migrations, which uses code of the role pg_monitor/,
    );
  });

  it('The schema in which an offline script keeps the records is refused where a policy may hide applied revisions', async () => {
    await admin(
      ...LIST,
      'ALTER TABLE public.migrations ENABLE ROW LEVEL SECURITY',
      'CREATE POLICY older ON public.migrations USING (id < 0)',
      `GRANT ALL ON ALL TABLES IN SCHEMA public TO ${name()}`,
    );
    const script = await writeScript(await asRole(), { direction: 'up' });
    await admin(`ALTER ROLE ${name()} NOSUPERUSER`);
    const { code, stderr } = await runInShell(target(), script);
    expect(code).not.to.equal(0);
    expect(stderr).to.include(
      `MakeDocs1800000000421 was not applied: applied revisions may be hidden: "migrations" has row-level security, which the role ${name()} does not bypass`,
    );
  });

  it('The schema in which an offline script keeps the records is refused where a view stands in place of the list', async () => {
    await admin(
      ...LIST,
      'ALTER TABLE public.migrations RENAME TO kept',
      'CREATE VIEW public.migrations AS SELECT * FROM public.kept WHERE id < 0',
    );
    const script = await writeScript(await asRole(), { direction: 'up', target: 'base..head' });
    const { code, stderr } = await runInShell(target(), script);
    expect(code).not.to.equal(0);
    expect(stderr).to.include('applied revisions may be hidden: "migrations" is not a table');
  });

  it('The schema in which an offline script keeps the records is refused where the search path has none', async () => {
    await admin(`ALTER ROLE ${name()} SET search_path = absent`);
    const script = await writeScript(await asRole(), { direction: 'up', target: 'base..head' });
    const { code, stderr } = await runInShell(target(), script);
    expect(code).not.to.equal(0);
    expect(stderr).to.include(
      'ERROR:  The search path of this role contains no existing schema, so PostgreSQL cannot find its tables. Nothing was changed.',
    );
    expect(stderr).to.include(
      'HINT:  Run: ALTER ROLE <role> IN DATABASE <database> SET search_path = public;',
    );
    expect(script.trimEnd().split('\n').at(-1)).to.equal('-- End of the script.');
  });
});
