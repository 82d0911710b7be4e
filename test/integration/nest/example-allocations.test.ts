import { expect } from 'chai';
import { eachExample, submitJob, type Answer } from '../../support/example.js';

eachExample('Workers that jobs of the example hold', (app) => {
  beforeEach(async () => {
    for (const workerId of ['w-1', 'w-2', 'w-3']) await post('/workers', { workerId });
  });

  const post = (path: string, body: unknown = {}) => app().call('POST', path, { body });
  const job = async (workerCount: number) =>
    ((await submitJob(app(), crypto.randomUUID(), { taskDescription: 'Write', workerCount })).body as Job)
      .jobId;
  const allocate = (jobId: string, workerId: string) => post(`/jobs/${jobId}/allocations`, { workerId });
  const allocated = async (jobId: string, workerId: string) =>
    ((await allocate(jobId, workerId)).body as { readonly id: number }).id;
  const statusOf = async (path: string) =>
    ((await app().call('GET', path)).body as { readonly status: string }).status;

  it('Simultaneous requests allocate no more workers than the job requires', async () => {
    const jobId = await job(2);
    const answers = await Promise.all(['w-1', 'w-2', 'w-3'].map((workerId) => allocate(jobId, workerId)));
    expect(statusesOf(answers)).to.deep.equal([201, 201, 409]);
    expect(detailsOf(answers)).to.deep.equal([`Job ${jobId} has the 2 workers that it takes.`]);
  });

  it('Simultaneous requests release an allocation once', async () => {
    const id = await allocated(await job(1), 'w-1');
    const answers = await Promise.all([1, 2, 3].map(() => post(`/allocations/${id}/release`)));
    expect(statusesOf(answers)).to.deep.equal([200, 409, 409]);
    expect(detailsOf(answers)).to.include(`Allocation ${id} was released before.`);
  });

  it('A job waits again when its last allocation ends without a result', async () => {
    const jobId = await job(1);
    await post(`/allocations/${await allocated(jobId, 'w-1')}/release`);
    expect(await statusOf(`/jobs/${jobId}`)).to.equal('PENDING');
    expect((await allocate(jobId, 'w-2')).status).to.equal(201);
  });

  it('The last allocation sets the result of the job', async () => {
    const jobId = await job(2);
    const [first, second] = [await allocated(jobId, 'w-1'), await allocated(jobId, 'w-2')];
    const tooEarly = await post(`/allocations/${first}/release`, { outcome: 'COMPLETED' });
    expect([tooEarly.status, ...detailsOf([tooEarly])]).to.deep.equal([
      409,
      `Job ${jobId} has not ended: w-2 works on it as well.`,
    ]);
    expect(await statusOf('/workers/w-1')).to.equal('BUSY');
    expect((await post(`/allocations/${first}/release`)).status).to.equal(200);
    expect(await statusOf(`/jobs/${jobId}`)).to.equal('RUNNING');
    expect((await post(`/allocations/${second}/release`, { outcome: 'FAILED' })).status).to.equal(200);
    expect(await statusOf(`/jobs/${jobId}`)).to.equal('FAILED');
    const late = await allocate(jobId, 'w-1');
    expect([late.status, ...detailsOf([late])]).to.deep.equal([409, `Job ${jobId} is FAILED.`]);
  });

  it('A worker that was paused meanwhile stays paused', async () => {
    const id = await allocated(await job(1), 'w-1');
    await post('/workers/w-1/pause');
    await post(`/allocations/${id}/release`, { outcome: 'COMPLETED' });
    expect(await statusOf('/workers/w-1')).to.equal('PAUSED');
    expect((await post('/workers/w-1/resume')).body).to.include({ status: 'IDLE' });
  });

  it('An allocation requires an existing job', async () => {
    const answer = await allocate('nothing', 'w-1');
    expect([answer.status, ...detailsOf([answer])]).to.deep.equal([404, 'There is no job nothing.']);
    expect(await statusOf('/workers/w-1')).to.equal('IDLE');
  });
});

interface Job {
  readonly jobId: string;
}

function statusesOf(answers: readonly Answer[]): number[] {
  return answers.map(({ status }) => status).sort();
}

/** Of the problems among them. */
function detailsOf(answers: readonly Answer[]): unknown[] {
  const problems = answers.filter(({ status }) => status >= 400);
  return problems.map(({ body }) => (body as { readonly detail: string }).detail);
}
