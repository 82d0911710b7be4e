import { expect } from 'chai';
import { eachExample, submitJob } from '../../support/example.js';

interface Transition {
  readonly from: string | null;
  readonly to: string;
  readonly reason: string | null;
}

const WRITE = { taskDescription: 'Write' };
const PARENT_RULES = [
  'parentJobId must be longer than or equal to 1 characters',
  'parentJobId must not contain NUL',
  'parentJobId must be a string',
];

eachExample('The example of an orchestrator', (app, database) => {
  const changes = async (path: string) =>
    ((await app().call('GET', `${path}/transitions`)).body as Transition[]).map(
      ({ from, to, reason }) => `${from ?? 'new'} -> ${to}: ${reason ?? 'no reason'}`,
    );
  const post = (path: string, body: unknown = {}) => app().call('POST', path, { body });
  const submitted = async (body: object = { taskDescription: 'Write' }) =>
    ((await submitJob(app(), crypto.randomUUID(), body)).body as { readonly jobId: string }).jobId;

  it('The example lets a worker take a job and finish it', async () => {
    expect(await post('/workers', { workerId: 'w-1', workerType: 'CODEX' })).to.deep.include({
      status: 201,
      body: {
        workerId: 'w-1',
        workerType: 'CODEX',
        workspaceId: 'default',
        status: 'IDLE',
        currentJobId: null,
      },
    });
    const jobId = await submitted();
    const { status, body } = await post(`/jobs/${jobId}/allocations`, { workerId: 'w-1' });
    expect(status).to.equal(201);
    const { id } = body as { readonly id: number };
    expect((await app().call('GET', '/workers/w-1')).body).to.include({
      status: 'BUSY',
      currentJobId: jobId,
    });
    expect((await app().call('GET', `/jobs/${jobId}`)).body).to.include({ status: 'RUNNING' });
    expect((await post(`/allocations/${id}/release`, { outcome: 'COMPLETED' })).status).to.equal(200);
    expect(await changes('/workers/w-1')).to.deep.equal([
      'new -> IDLE: no reason',
      `IDLE -> BUSY: w-1 allocated to ${jobId}`,
      'BUSY -> IDLE: released',
    ]);
    expect(await changes(`/jobs/${jobId}`)).to.deep.equal([
      'new -> SUBMITTED: submitted',
      `SUBMITTED -> RUNNING: w-1 allocated to ${jobId}`,
      'RUNNING -> COMPLETED: released',
    ]);
  });

  it('The example pauses a worker and resumes it in its former state', async () => {
    await post('/workers', { workerId: 'w-1' });
    const jobId = await submitted();
    expect((await post('/workers/w-1/pause', { reason: 'tea' })).body).to.include({ status: 'PAUSED' });
    expect((await post(`/jobs/${jobId}/allocations`, { workerId: 'w-1' })).status).to.equal(409);
    expect((await post('/workers/w-1/resume')).body).to.include({ status: 'IDLE' });
    await post(`/jobs/${jobId}/allocations`, { workerId: 'w-1' });
    await post('/workers/w-1/pause');
    expect((await post('/workers/w-1/resume', { reason: 'on' })).body).to.include({ status: 'BUSY' });
    expect((await changes('/workers/w-1')).slice(1, 3)).to.deep.equal([
      'IDLE -> PAUSED: tea',
      'PAUSED -> IDLE: resumed',
    ]);
  });

  it('The example repeats the answer for the same key, and refuses the key for another request', async () => {
    const [first, ...rest] = await Promise.all(
      Array.from({ length: 8 }, () => submitJob(app(), 'key-1', { taskDescription: 'Once' })),
    );
    for (const { status, body } of rest)
      expect({ status, body }).to.deep.equal({ status: 201, body: first?.body });
    expect((await app().call('GET', '/jobs')).body).to.have.lengthOf(1);
    const again = await submitJob(app(), 'key-1', { taskDescription: 'Once' });
    expect(again.headers.get('Idempotent-Replayed')).to.equal('true');
    expect((await submitJob(app(), 'key-1', { taskDescription: 'Twice' })).body).to.deep.equal({
      type: 'about:blank',
      title: 'Unprocessable Entity',
      status: 422,
      detail: 'The Idempotency-Key was sent with another job.',
    });
  });

  it('The example gives a worker to one of two simultaneous jobs', async () => {
    await post('/workers', { workerId: 'w-1' });
    const jobs = await Promise.all([submitted(), submitted()]);
    const answers = await Promise.all(
      jobs.map((jobId) => post(`/jobs/${jobId}/allocations`, { workerId: 'w-1' })),
    );
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409]);
  });

  it('The example nests jobs up to the depth limit of the schema', async () => {
    let parentJobId = await submitted();
    for (let depth = 1; depth <= 5; depth += 1)
      parentJobId = await submitted({ taskDescription: `Part ${depth}`, parentJobId });
    const deeper = await submitJob(app(), 'deeper', { taskDescription: 'Too deep', parentJobId });
    expect(deeper).to.deep.include({ status: 409, type: 'application/problem+json' });
  });

  const REFUSED: readonly (readonly [string, string, unknown, number, string])[] = [
    [
      'an empty name',
      '/workers',
      { workerId: '' },
      400,
      'workerId must be longer than or equal to 1 characters',
    ],
    ['a property too many', '/workers', { workerId: 'w', id: 7 }, 400, 'property id should not exist'],
    ['no JSON', '/workers', '{"workerId"', 400, 'JSON'],
    [
      'no key',
      '/jobs',
      { taskDescription: 'Keyless' },
      400,
      'Send an Idempotency-Key header of 1 to 255 characters',
    ],
    ['an unknown worker', '/workers/nobody/pause', {}, 404, 'There is no worker nobody.'],
    [
      'a worker that is not there',
      '/jobs/nothing/allocations',
      { workerId: 'w-0' },
      404,
      'There is no worker w-0.',
    ],
    ['an allocation without number', '/allocations/seven/release', {}, 400, 'numeric string is expected'],
    ['an allocation that nobody has', '/allocations/4711/release', {}, 404, 'There is no allocation 4711.'],
    [
      'a byte that text cannot hold',
      '/workers',
      { workerId: 'a\u0000b' },
      400,
      'workerId must not contain NUL',
    ],
    [
      'null where nothing may be',
      '/workers',
      { workerId: 'w', workerType: null },
      400,
      'workerType must be one of',
    ],
    ['too much', '/workers', { workerId: 'w'.repeat(120_000) }, 413, 'request entity too large'],
    ['an unknown path', '/nowhere', {}, 404, 'Cannot POST /nowhere'],
  ];
  for (const [what, path, body, status, words] of REFUSED)
    it(`The example answers ${what} with a problem document`, async () => {
      const answer = await post(path, body);
      expect(answer, JSON.stringify(answer.body)).to.include({ status, type: 'application/problem+json' });
      expect(JSON.stringify(answer.body)).to.contain(words);
    });

  it('The example answers an unknown encoding with a problem document', async () => {
    const sent = { body: '{}', headers: { 'content-type': 'application/json; charset=foo' } };
    const answer = await app().call('POST', '/workers', sent);
    expect(answer).to.include({ status: 415, type: 'application/problem+json' });
  });

  it('The example accepts a key in quotes as the same key, and a null parent as none', async () => {
    const [bare, quoted] = [await submitJob(app(), 'k', WRITE), await submitJob(app(), '"k"', WRITE)];
    expect(quoted.body).to.deep.equal(bare.body);
    const orphan = await submitJob(app(), 'o', { ...WRITE, parentJobId: null });
    expect(orphan.body).to.deep.include({ status: 400, errors: PARENT_RULES });
    const lost = await submitJob(app(), 'l', { ...WRITE, parentJobId: 'nothing' });
    expect(lost.body).to.deep.include({ status: 422, detail: 'There is no job nothing to be a part of.' });
  });

  it('The example rejects values that PostgreSQL cannot store without an internal error', async () => {
    const asked = [post('/allocations/99999999999/release'), app().call('GET', '/workers/a%00b')];
    for (const { status, type } of await Promise.all(asked)) {
      expect(status).to.equal(database().url.startsWith('postgres') ? 400 : 404);
      expect(type).to.equal('application/problem+json');
    }
  });

  it('The example refuses a name in use, also for two simultaneous requests', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => post('/workers', { workerId: 'w-1' })));
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).to.deep.include({
      detail: 'Worker w-1 is registered already.',
    });
  });

  it('The example is live and ready, and shows its API', async () => {
    for (const path of ['/health/live', '/health/ready'])
      expect((await app().call('GET', path)).body).to.deep.include({ info: { database: { status: 'up' } } });
    const { body } = await app().call('GET', '/docs-json');
    expect(Object.keys((body as { readonly paths: object }).paths)).to.include.members([
      '/jobs',
      '/workers/{workerId}/pause',
      '/allocations/{id}/release',
      '/health/ready',
    ]);
    expect((await app().call('GET', '/docs')).body).to.contain('swagger-ui');
  });
});
