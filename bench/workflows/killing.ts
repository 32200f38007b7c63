import { setTimeout } from 'node:timers/promises';
import { schedulingScopes } from '../../contract/scheduling/index.ts';
import { openChannel, visit } from '../../server/messaging/testing/website.ts';
import { until } from '../../server/runtime/testing/until.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../../server/sync/testing/scene.ts';
import { openServer } from '../../server/testing/server.ts';
import { endLeases, selectTakeovers, selectTexts } from './store.ts';
import { openSystems, type Systems } from './systems.ts';

/**
 * A run that took five workers with it is given up; these are only unlucky. One that stands so was taken by
 * as many, is taken by one that is killed, and by one that is not before it has gone on.
 */
const takeoversMax = 2;

export const steps = ['partner', 'hubspot', 'slack', 'threads', 'database'] as const;

export type KillScene = Awaited<ReturnType<typeof openKilling>>;

/** A server whose workers are processes of their own, and a workflow that writes to five systems. */
export async function openKilling() {
  const app = await openServer({ HEDDLE_ROLES: 'web' });
  const scene = await makeSyncScene(app, { scopes: schedulingScopes });
  const { client, organization } = scene;
  const systems = await openSystems();
  const ann = await visit(app, organization, { name: 'Ann' });
  await openChannel(ann, 'front-desk');
  const workflow = await makeWorkflow(scene, systems);
  const { database } = app.server.platform;
  let begun = 0;
  const runs = async () =>
    bodyOf(await client.listWorkflowRuns({ params: { workflow }, query: { limit: 1_000 } }));
  const shown = async (run = '') =>
    bodyOf(await client.getWorkflowRun({ params: { workflow, workflow_run: run } }));
  return {
    ...{ app, scene, systems, workflow, runs, shown },
    count: () => begun,
    begin: async (count: number) => {
      for (let nth = 0; nth < count; nth += 1) {
        bodyOf(await client.runWorkflow({ params: { workflow }, body: { n: begun } }));
        begun += 1;
      }
    },
    /** As after half a minute in which nobody was heard of. */
    endLeases: () => database.system.transaction(endLeases),
    /** Until none has been taken over so often that once more is once too often. */
    untilCarried: () =>
      until(
        'all go on',
        async () => (await selectTakeovers(database.system.reading)) <= takeoversMax,
      ),
    untilOver: () =>
      until('all runs are over', async () => {
        await setTimeout(200);
        return (await runs()).every(({ finished_at }) => finished_at !== null);
      }),
    texts: () => selectTexts(database.system.reading, organization),
    end: async () => {
      await app.stop();
      await systems.end();
    },
  };
}

async function makeWorkflow(
  scene: Awaited<ReturnType<typeof makeSyncScene>>,
  { hubspot, slack, database, relays, urlOf }: Systems,
): Promise<string> {
  const { client } = scene;
  const connect = async (provider: string, config: object, credentials: object) => {
    const body = { provider, name: provider, config, credentials } as never;
    return bodyOf(await client.createConnection({ body })).id;
  };
  const crm = await connect('hubspot', { base_url: urlOf('hubspot') }, hubspot.credentials);
  const talk = await connect('slack', { base_url: urlOf('slack') }, slack.credentials);
  const { port } = relays.database;
  const table = await connect('postgres', {}, { ...database.credentials, port });
  const bot = await connectOwn(scene, 'messaging', 'Bot');
  const message = 'Number {{record.n}}';
  const contact = { email: 'n{{record.n}}@example.com', firstname: 'N {{record.n}}' };
  const body = {
    name: 'Everywhere',
    actions: [
      { type: 'http', method: 'POST', url: `${urlOf('partner')}/{{record.n}}`, body: {} },
      { type: 'write', connection_id: crm, object: 'contacts', fields: contact },
      { type: 'notify', channel: 'slack', connection_id: talk, to: 'general', message },
      { type: 'notify', channel: 'threads', connection_id: bot, to: 'front-desk', message },
      {
        ...{ type: 'write', connection_id: table, object: 'written', operation: 'insert' },
        fields: { n: '{{record.n}}' },
      },
    ],
  };
  return bodyOf(await client.createWorkflow({ body: body as never })).id;
}

/** @throws Error unless each run had each of its effects once */
export async function checkOnce({ runs, systems, texts, count, shown }: KillScene): Promise<void> {
  const { hubspot, slack, database, partner } = systems;
  const ended = await runs();
  const other = ended.filter(({ status }) => status !== 'completed');
  if (other.length > 0)
    throw new Error(`ended otherwise: ${JSON.stringify(await shown(other[0]?.id))}`);
  const { rows } = await database.admin.query('select n from written');
  const posted = slack.workspace.channel('general').messages.map(({ text }) => text);
  const contacts = [...hubspot.type('contacts').records.values()].map((one) => JSON.stringify(one));
  const seen: Record<(typeof steps)[number], unknown[]> = {
    partner: [...partner.done.values()].map((url) => url.slice(1)),
    hubspot: contacts.map((text) => /n(\d+)@example/.exec(text)?.[1]),
    slack: posted.filter((text) => text.startsWith('Number ')).map((text) => text.slice(7)),
    threads: (await texts()).map((text) => text.slice(7)),
    database: rows.map(({ n }) => n),
  };
  const wanted = Array.from({ length: count() }, (_, n) => n);
  for (const [name, given] of Object.entries(seen)) {
    const numbers = given.map(Number).sort((one, other) => one - other);
    const twice = numbers.filter((n, at) => numbers[at - 1] === n);
    const never = wanted.filter((n) => !numbers.includes(n));
    if (twice.length + never.length === 0 && numbers.length === wanted.length) continue;
    throw new Error(`${name}: twice ${JSON.stringify(twice)}, never ${JSON.stringify(never)}`);
  }
}
