import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, openChannel, shown, visit } from '../../messaging/testing/website.ts';
import { Operator } from '../../operator/operator.ts';
import { shortId } from '../../runtime/ids.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeSlack } from '../connectors/slack/testing/place.ts';
import { answerApproval } from '../operator/answering.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';
import { openSink } from '../webhooks/testing/sink.ts';
import { connectSlack } from './testing/scene.ts';

const app = await startServer();
const sink = await openSink();
const slack = await makeSlack({ records: 0 });

async function makeOffice() {
  const scene = await makeSyncScene(app);
  const ann = await visit(app, scene.organization, { name: 'Ann' });
  const channel_id = await openChannel(ann, 'orders');
  await connectOwn(scene, 'messaging', 'Heddle');
  await connectSlack(scene, slack, { default_channel: 'general' });
  const make = async (actions: object[]) => {
    const body = { name: 'Orders', actions } as never;
    return bodyOf(await scene.client.createWorkflow({ body })).id;
  };
  const run = async (workflow: string, record: object) => {
    const body = record as never;
    const begun = bodyOf(await scene.client.runWorkflow({ params: { workflow }, body }));
    return { workflow, workflow_run: begun.id };
  };
  type Params = Awaited<ReturnType<typeof run>>;
  const isAt = (params: Params, status: string) =>
    until(`the run is ${status}`, async () => {
      const one = bodyOf(await scene.client.getWorkflowRun({ params }));
      return one.status === status && one;
    });
  const threadsOf = async () =>
    shown(await ann.client.listThreads({ params: { channel_id } })).threads;
  const question = () => until('somebody is asked', async () => (await threadsOf())[0]);
  const saidIn = async (thread_id: string) => {
    const { comments } = shown(await ann.client.listComments({ params: { thread_id } }));
    return comments.map(({ blocks }) => blocks.join('\n'));
  };
  const lastSaid = async (thread_id: string) => (await saidIn(thread_id)).at(-1);
  return { ...scene, ann, make, run, isAt, threadsOf, question, lastSaid, saidIn };
}

const ask = { type: 'approval', to: '#orders', message: 'Ship {{record.name}}?' };
const tell = { type: 'notify', channel: 'slack', message: 'Shipped: {{record.name}}' };

test('a run waits for people, goes on with an approval, and what a record holds calls nobody', async () => {
  const { ann, make, run, isAt, question, lastSaid } = await makeOffice();
  const workflow = await make([ask, tell]);

  const begun = await run(workflow, { name: `<!channel> <@${ann.user_id}> desk` });
  const { thread_id, blocks, mention_ids } = await question();
  await isAt(begun, 'waiting');
  shown(await ann.client.react({ body: { thread_id, emoji: '👍', reacted: true } }));
  await isAt(begun, 'completed');

  const [message] = slack.workspace.channel('general').messages;
  assert.equal(message?.text, `Shipped: &lt;!channel&gt; &lt;@${ann.user_id}&gt; desk`);
  assert.match(blocks.join('\n'), /^Ship .*desk\?/);
  assert.deepEqual(mention_ids, []);
  await until('the bot says who', async () => (await lastSaid(thread_id)) === 'Approved by Ann.');
});

test('a workflow keeps the connection that was the only one when it was made', async () => {
  const scene = await makeOffice();
  const { client, make, run, isAt } = scene;
  const workflow = await make([{ ...tell, message: 'Kept' }]);
  const { actions } = bodyOf(await client.getWorkflow({ params: { workflow } }));
  const second = await makeSlack({ records: 0 });
  await connectSlack(scene, second, { default_channel: 'general' });

  await isAt(await run(workflow, {}), 'completed');

  assert.match(String(actions[0]?.connection_id), /^conn_/);
  const texts = slack.workspace.channel('general').messages.map(({ text }) => text);
  assert.ok(texts.includes('Kept'));
  assert.equal(second.workspace.channel('general').messages.length, 0);
});

test('a run that waits shows whom it has asked what, and until when, also once they have answered', async () => {
  const { client, ann, make, run, isAt, question } = await makeOffice();
  const begun = await run(await make([ask]), { name: 'a desk' });

  const { thread_id } = await question();
  const waiting = (await isAt(begun, 'waiting')).steps[0]?.input;
  await answer(ann, thread_id, 'approve');
  await isAt(begun, 'completed');

  const { steps } = bodyOf(await client.getWorkflowRun({ params: begun }));
  const { until: end, ...asked } = waiting as { until: string };
  assert.deepEqual(asked, { to: '#orders', message: 'Ship a desk?', thread_id });
  assert.ok(!Number.isNaN(Date.parse(end)));
  assert.deepEqual(steps[0]?.input, waiting);
});

test('with a rejection nothing comes after it, and its reason is with the step', async () => {
  const { client, ann, make, run, isAt, question } = await makeOffice();
  const workflow = await make([ask, { ...tell, message: 'Never' }]);

  const begun = await run(workflow, { name: 'a desk' });
  const { thread_id } = await question();
  await answer(ann, thread_id, 'Reject: out of stock');
  await isAt(begun, 'completed');

  const { steps } = bodyOf(await client.getWorkflowRun({ params: begun }));
  const by = { user_id: ann.user_id, name: 'Ann' };
  assert.deepEqual(steps[0]?.output, { approved: false, by, comment: 'out of stock' });
  const texts = slack.workspace.channel('general').messages.map(({ text }) => text);
  assert.ok(!texts.includes('Never'));
});

test('only those who are named may answer, and others read so', async () => {
  const { organization, ann, make, run, isAt, question, saidIn, lastSaid } = await makeOffice();
  await visit(app, organization, { name: 'Ben', role: 'owner' });
  const cleo = await visit(app, organization, { name: 'Cleo' });
  const begun = await run(await make([{ ...ask, by: ['owner', cleo.member.email] }]), {});
  const { thread_id, blocks } = await question();

  await answer(ann, thread_id, 'I think we should');
  await answer(ann, thread_id, 'approve');
  await answer(ann, thread_id, 'reject');
  const refusal = await until('Ann is told', async () => (await saidIn(thread_id))[3]);
  const waiting = await isAt(begun, 'waiting');
  await answer(cleo, thread_id, 'reject: not this week');
  const { steps } = await isAt(begun, 'completed');

  assert.match(blocks.join('\n'), /Only owners and Cleo may answer\.$/);
  assert.ok(refusal.startsWith(`<@${ann.user_id}>`));
  assert.match(refusal, /not for you to answer: only owners and Cleo may/);
  assert.deepEqual((waiting.steps[0]?.input as { by?: string[] } | null)?.by, [
    'owner',
    cleo.member.email,
  ]);
  const by = { user_id: cleo.user_id, name: 'Cleo' };
  assert.deepEqual(steps[0]?.output, { approved: false, by, comment: 'not this week' });
  await until('it is said', async () => (await lastSaid(thread_id)) === 'Rejected by Cleo.');
  assert.equal((await saidIn(thread_id)).filter((said) => said === refusal).length, 1);
});

test('a role is heard, and a member by id, and who is gone from the organization is asked no more', async () => {
  const { organization, ann, make, run, isAt, threadsOf } = await makeOffice();
  const ben = await visit(app, organization, { name: 'Ben', role: 'owner' });
  const cleo = await visit(app, organization, { name: 'Cleo' });
  const byRole = await make([{ ...ask, by: ['owner'] }]);
  const byId = await make([{ ...ask, by: [shortId('member', cleo.member.id)] }]);

  const first = await run(byRole, {});
  await isAt(first, 'waiting');
  const thread_id = (await threadsOf())[0]?.thread_id ?? '';
  shown(await ann.client.react({ body: { thread_id, emoji: '👎', reacted: true } }));
  shown(await ben.client.react({ body: { thread_id, emoji: '👍', reacted: true } }));
  const { steps } = await isAt(first, 'completed');
  await new Operator(app.server.platform).endMember(
    shortId('organization', organization),
    cleo.member.email,
  );
  const second = await isAt(await run(byId, {}), 'failed');

  assert.equal((steps[0]?.output as { approved?: boolean } | null)?.approved, true);
  assert.match(String(second.error), /Nobody is left who may answer/);
});

test('who may answer has to be there when the workflow is made', async () => {
  const { client, ann } = await makeOffice();
  const refusal = async (by: string[]) => {
    const body = { name: 'Orders', actions: [{ ...ask, by }] } as never;
    const answered = await client.createWorkflow({ body });
    const { error } = answered as unknown as {
      error: { error: { message: string; details: { field: string } } };
    };
    return [error.error.details.field, error.error.message] as const;
  };

  const [address, said] = await refusal([ann.member.email, 'nobody@people.example']);
  const [id] = await refusal(['12345678901']);
  const [role, why] = await refusal(['admin']);
  const [none] = await refusal([]);

  assert.deepEqual([address, id, role], ['actions.0.by.1', 'actions.0.by.0', 'actions.0.by.0']);
  assert.match(said, /no member of the organization has this address or id; name a role/);
  assert.doesNotMatch(said, /nobody@/);
  assert.match(why, /nobody in the organization has this role/);
  assert.equal(none, 'actions.0.by');
});

test('a run that nobody answered in time asks anew when it is retried', async () => {
  const { client, make, run, isAt, threadsOf } = await makeOffice();
  const begun = await run(await make([{ ...ask, timeout_s: 30 }]), { name: 'a desk' });
  await isAt(begun, 'waiting');
  app.clock.advance({ minutes: 1 });
  await isAt(begun, 'failed');

  bodyOf(await client.retryWorkflowRun({ params: begun, body: {} }));
  await until('they are asked again', async () => (await threadsOf()).length === 2);
  await isAt(begun, 'waiting');
  const answered = await client.answerApproval({ params: begun, body: { approved: true } });

  assert.ok(answered.ok);
  await isAt(begun, 'completed');
});

test('whoever answers a run that was cancelled, or answered over the API, reads so', async () => {
  const { client, ann, make, run, isAt, question, threadsOf, lastSaid } = await makeOffice();
  const workflow = await make([ask]);
  const cancelled = await run(workflow, { name: 'a desk' });
  const { thread_id } = await question();
  await isAt(cancelled, 'waiting');
  bodyOf(await client.cancelWorkflowRun({ params: cancelled }));

  const over = await until('it is said', async () => {
    const said = await lastSaid(thread_id);
    return said !== undefined && /is over/.test(said) && said;
  });
  await answer(ann, thread_id, 'approve');
  const other = await run(workflow, { name: 'a chair' });
  await isAt(other, 'waiting');
  bodyOf(await client.answerApproval({ params: other, body: { approved: true } }));
  await isAt(other, 'completed');
  const second = (await threadsOf()).find((one) => one.thread_id !== thread_id)?.thread_id ?? '';

  assert.match(over, /does nothing any more/);
  await until('it is said', async () => (await lastSaid(second)) === 'Approved by the key “Test”.');
});

test('a webhook is told of which run a notice is, and what the action gives it', async () => {
  const { client, make, run, isAt } = await makeOffice();
  const hook = { url: sink.url, events: ['notice.sent'] };
  const { id: to } = bodyOf(await client.createWebhook({ body: hook }));
  const data = { order: '{{record.id}}', place: { name: 'of {{record.name}}' } };
  const notice = { type: 'notify', channel: 'webhook', to, message: 'Shipped {{record.name}}' };
  const workflow = await make([{ ...notice, data }, notice]);

  const begun = await run(workflow, { id: 7, name: 'a "desk"' });
  await isAt(begun, 'completed');
  await until('both are told', async () => sink.received.length === 2);

  const from = { workflow_id: workflow, sync_id: null, run_id: begun.workflow_run };
  const told = { message: 'Shipped a "desk"', ...from };
  assert.deepEqual(
    sink.received.map(({ body }) => body.data),
    [
      { ...told, data: { order: 7, place: { name: 'of a "desk"' } } },
      { ...told, data: null },
    ],
  );
});

test('the operator answers the run that waits, and the thread says so', async () => {
  const { make, run, isAt, question, lastSaid } = await makeOffice();
  const workflow = await make([ask]);
  const { platform } = app.server;
  const begun = await run(workflow, {});
  await isAt(begun, 'waiting');
  const { thread_id } = await question();
  const answered = { run: undefined, approved: false, comment: 'out of stock' };

  await answerApproval(platform, workflow, answered);
  const { steps } = await isAt(begun, 'completed');

  const by = { name: 'the operator' };
  assert.deepEqual(steps[0]?.output, { approved: false, by, comment: 'out of stock' });
  assert.equal(await lastSaid(thread_id), 'Rejected by the operator: out of stock');
  await assert.rejects(answerApproval(platform, workflow, answered), /no run of Orders waits/);
  const others = [await run(workflow, {}), await run(workflow, {})];
  for (const one of others) await isAt(one, 'waiting');
  await assert.rejects(answerApproval(platform, workflow, answered), /several runs of Orders wait/);
});

test('a mail is shown with its subject', async () => {
  const { client, make } = await makeOffice();
  const mail = { channel: 'email', to: 'ann@practice.example', subject: 'A new patient' };
  const workflow = await make([{ type: 'notify', ...mail, message: 'Number {{record.id}}' }]);

  const { steps } = bodyOf(
    await client.dryRunWorkflow({ params: { workflow }, body: { record: { id: 7 } } }),
  );

  assert.deepEqual(steps[0]?.input, { connection_id: null, ...mail, message: 'Number 7' });
});
