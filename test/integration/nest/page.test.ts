import { Injectable, type CanActivate, type ExecutionContext, type INestApplication } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { expect } from 'chai';
import { createDataSource, type GuardedDataSource } from '../../../src/data-source.js';
import { entities } from '../../../src/entities/index.js';
import { DatabaseOptionError, PageUnguardedError } from '../../../src/errors/start.js';
import { LineLogger } from '../../../src/logger.js';
import { migrations } from '../../../src/migrations/index.js';
import { DatabaseModule } from '../../../src/nest/database-module.js';
import type { DatabasePageOptions } from '../../../src/nest/page.js';
import { parseSettings } from '../../../src/settings.js';
import { eachDatabase, type TestDatabase } from '../../support/databases.js';

const silence = () => undefined;
const SILENT = { log: silence, warn: silence, error: silence };

@Injectable()
class Operators implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ readonly headers: Record<string, string> }>();
    return headers['x-operator'] === 'yes';
  }
}

function sourceOn({ target }: TestDatabase): GuardedDataSource {
  const logger = new LineLogger('error', () => undefined);
  return createDataSource({ ...parseSettings({}), database: target }, { entities, migrations, logger });
}

async function listening(database: TestDatabase, page?: DatabasePageOptions): Promise<INestApplication> {
  const options = { dataSource: sourceOn(database), onStart: 'migrate' as const, ...(page ? { page } : {}) };
  const module = await Test.createTestingModule({ imports: [DatabaseModule.forRoot(options)] })
    .setLogger(SILENT)
    .compile();
  const app = module.createNestApplication();
  await app.listen(0, '127.0.0.1');
  return app;
}

async function get(app: INestApplication, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${await app.getUrl()}/database`, { headers });
}

eachDatabase('The page of a database in NestJS', (database) => {
  it('Whom the guard lets in sees the report, which is never kept and never in a frame', async () => {
    const app = await listening(database(), { path: '/database', guard: Operators });
    const answer = await get(app, { 'x-operator': 'yes' });
    const text = await answer.text();
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('content-type')).to.equal('text/html; charset=utf-8');
    expect(answer.headers.get('cache-control')).to.equal('no-store');
    expect(answer.headers.get('content-security-policy')).to.equal("frame-ancestors 'none'");
    expect(text).to.include('In sync: 7 tables compared.');
    expect(text).to.include('data-name="resource_allocations"');
    await app.close();
  });

  it('Whom the guard refuses sees nothing', async () => {
    const app = await listening(database(), { path: 'database', guard: new Operators() });
    const answer = await get(app);
    expect(answer.status).to.equal(403);
    expect(await answer.text()).not.to.include('jobs');
    await app.close();
  });

  it('Without the option there is no page', async () => {
    const app = await listening(database());
    expect((await get(app)).status).to.equal(404);
    await app.close();
  });
});

eachDatabase('The option page of NestJS', (database) => {
  const register = (page: unknown) =>
    DatabaseModule.forRoot({ dataSource: sourceOn(database()), page: page as DatabasePageOptions });

  it('A page without a guard is refused in production alone', () => {
    const former = process.env['NODE_ENV'];
    process.env['NODE_ENV'] = 'production';
    try {
      expect(() => register({ path: '/database' })).to.throw(
        PageUnguardedError,
        'DatabaseModule: the page /database has no guard, and NODE_ENV is production. The page shows tables, statements and errors. Specify page.guard, or remove page.',
      );
      register({ path: '/database', guard: Operators });
    } finally {
      if (former === undefined) delete process.env['NODE_ENV'];
      else process.env['NODE_ENV'] = former;
    }
    register({ path: '/database' });
  });

  for (const path of [undefined, '', '/', '/a b', ':id', '*'])
    it(`A path that is none is refused: ${String(path)}`, () => {
      expect(() => register({ path, guard: Operators })).to.throw(
        DatabaseOptionError,
        'it takes a path such as /database.',
      );
    });
});
