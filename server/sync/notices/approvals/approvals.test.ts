import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBot, resultOf } from '../../../messaging/testing/scene.ts';
import { answer, openChannel, shown, visit } from '../../../messaging/testing/website.ts';
import { EventReader } from '../../../runtime/events/events.ts';
import { shortId } from '../../../runtime/ids.ts';
import { startServer } from '../../../testing/server.ts';
import { newId } from '../../conventions/ids.ts';
import { connectOwn, makeSyncScene } from '../../testing/scene.ts';
import { beginWorkflowRuns } from '../../workflows/runs/beginning.ts';
import { noticeServices } from '../testing/scene.ts';
import { askApproval, expireApproval } from './asking.ts';
import { type Answered, approvalJobs, followAnswers } from './hearing.ts';

// The jobs are done by hand, so that they tell this file.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const { platform } = app.server;
const { database, log, keyring } = platform;
const queued: { name: string; data: object }[] = [];
const services = {
  ...platform,
  ...noticeServices(app),
  enqueue: async (_tx: unknown, { name }: { name: string }, data: object) => {
    queued.push({ name, data });
  },
};
let isOver = false;
const heard: Omit<Parameters<Answered>[1], 'now' | 'organization'>[] = [];
const jobs = approvalJobs(services, async (_tx, { now: _, organization: __, ...one }) => {
  if (!isOver) heard.push(one);
  return !isOver;
});
const reader = new EventReader('test', database, log, (tx, events) =>
  followAnswers(tx, services.enqueue, events),
);
await reader.register();

/** Reads the log to its end, and does what is to be done. */
async function settle() {
  while ((await reader.readBatch()) > 0);
  for (let one = queued.shift(); one; one = queued.shift()) {
    const { name, data } = one;
    await jobs.find(({ type }) => type.name === name)?.run(data);
  }
}

async function makeQuestion() {
  const scene = await makeSyncScene(app);
  const { organization } = scene;
  const ann = await visit(app, organization, { name: 'Ann' });
  const channel_id = await openChannel(ann, 'orders');
  const connection_id = await connectOwn(scene, 'messaging', 'Approver');
  const notice = { channel: 'threads', connection_id, to: 'orders' } as const;
  const run_id = await makeRun(organization);
  const step = { run_id, path: '0' };
  const until = new Date(app.clock.now().getTime() + 3_600_000);
  const asked = { ...step, message: 'Ship order 7?', until, answerers: null, key: `${run_id} 0` };
  const { signal } = new AbortController();
  const ask = () => askApproval(services, organization, notice, asked, signal);
  const { thread_id } = await ask();
  await settle();
  const place = { organization, ann, channel_id, thread_id, step, ask };
  const commentsOf = async () => {
    const { comments } = shown(await ann.client.listComments({ params: { thread_id } }));
    return comments.map(({ blocks }) => blocks.join('\n'));
  };
  return { ...place, commentsOf, heardHere: () => heard.filter((one) => one.run_id === run_id) };
}

async function makeRun(organization: number): Promise<string> {
  const workflow_id = newId('workflow');
  const now = app.clock.now();
  const trigger = { id: null, type: 'api_call', connection_id: null, object: null, record: null };
  return database.of(organization).transaction(async (tx) => {
    await tx.rows(
      `insert into sync.workflow (organization_id, id, name, enabled, created_at, updated_at)
       values ($1, $2, 'Orders', true, $3, $3)`,
      [organization, workflow_id, now],
    );
    const fired = { ...trigger, fired_at: now.toISOString() };
    const begins = [{ workflow_id, trigger: fired, depth: 1 }];
    const [run] = await beginWorkflowRuns(tx, { organization, now, keyring }, begins);
    return run?.id as string;
  });
}

test('a reaction of a member is the answer, once, and the thread says whose', async () => {
  const { organization, ann, thread_id, step, ask, commentsOf, heardHere } = await makeQuestion();
  const again = await ask();
  const bot = await makeBot(app, shortId('organization', organization), 'Robot');
  const body = { threadID: thread_id, blocks: ['approve'] };
  resultOf(await bot.client.postComment({ body }));
  await settle();
  const before = heardHere();

  shown(await ann.client.react({ body: { thread_id, emoji: '👍🏽', reacted: true } }));
  await settle();
  shown(await ann.client.react({ body: { thread_id, emoji: '👎', reacted: true } }));
  await settle();

  assert.deepEqual([again.thread_id, before], [thread_id, []]);
  const by = { user_id: ann.user_id, name: 'Ann' };
  assert.deepEqual(heardHere(), [{ ...step, approved: true, by, comment: null }]);
  assert.deepEqual(await commentsOf(), ['approve', 'Approved by Ann.']);
});

test('a comment answers by its first word, and gives the reason', async () => {
  const { ann, thread_id, step, commentsOf, heardHere } = await makeQuestion();
  for (const text of ['Approve if it is paid', 'I would approve', 'reject? not sure']) {
    await answer(ann, thread_id, text);
    await settle();
  }
  const before = heardHere();

  await answer(ann, thread_id, '*Reject*: not paid yet');
  await settle();

  const by = { user_id: ann.user_id, name: 'Ann' };
  assert.deepEqual(before, []);
  assert.deepEqual(heardHere(), [{ ...step, approved: false, by, comment: 'not paid yet' }]);
  assert.equal((await commentsOf()).at(-1), 'Rejected by Ann.');
});

test('whoever answers too late is told, and nothing is done by it', async () => {
  const { organization, ann, thread_id, step, commentsOf, heardHere } = await makeQuestion();
  const { enqueue } = services;
  const expire = () =>
    database.of(organization).transaction((tx) => expireApproval(tx, enqueue, organization, step));

  const expired = [await expire(), await expire()];
  await settle();
  await answer(ann, thread_id, 'approve');
  await settle();

  assert.deepEqual([expired, heardHere()], [[true, false], []]);
  assert.match((await commentsOf())[0] ?? '', /in time/);
});

test('an answer that came before the question was noted is heard', async () => {
  const { ann, thread_id, heardHere } = await makeQuestion();
  shown(await ann.client.react({ body: { thread_id, emoji: '👎', reacted: true } }));
  while ((await reader.readBatch()) > 0);
  const unheard = queued.splice(0);

  await jobs[0]?.run(unheard[0]?.data ?? {});
  await settle();

  assert.deepEqual(
    heardHere().map(({ approved }) => approved),
    [false],
  );
});

test('whoever answers for a run that is over is told so', async () => {
  const { ann, thread_id, commentsOf } = await makeQuestion();
  isOver = true;

  await answer(ann, thread_id, 'approve');
  await settle();
  isOver = false;

  assert.match((await commentsOf()).at(-1) ?? '', /is over; an answer does nothing/);
});
