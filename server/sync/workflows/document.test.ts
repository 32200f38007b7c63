// The example that clients were written from, as it stands; only the ids are those of this test.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { startHubspot } from '../../testing/simulators/hubspot/simulator.ts';
import { credentialsOf, makeOrg } from '../connectors/salesforce/testing/org.ts';
import { makeSlack } from '../connectors/slack/testing/place.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
const { client } = scene;
const org = await makeOrg(3);
const hubspot = await startHubspot({ records: 0 });
after(() => hubspot.end());
const slack = await makeSlack({ records: 1 });

async function connect(provider: string, config: object, credentials: object): Promise<string> {
  const body = { provider, name: provider, config, credentials } as never;
  const made = bodyOf(await client.createConnection({ body })) as {
    id: string;
    status: string;
    health: { message: string | null };
  };
  assert.equal(made.status, 'active', String(made.health.message));
  return made.id;
}

const example = (salesforce: string, crm: string) => `{
  "name": "Enterprise Lead Routing",
  "trigger": {
    "type": "record_created",
    "connection_id": "${salesforce}",
    "object": "Lead",
    "filter": "AnnualRevenue > 5000000"
  },
  "actions": [
    {
      "type": "transform",
      "config": { "enrich_company_data": true }
    },
    {
      "type": "write",
      "connection_id": "${crm}",
      "object": "Contact"
    },
    {
      "type": "notify",
      "channel": "slack",
      "message": "New enterprise lead: {{Lead.Company}}"
    }
  ]
}`;

test('a lead of the example becomes a contact, and the team hears of its company', async () => {
  const salesforce = await connect('salesforce', { base_url: org.url }, credentialsOf(org));
  const crm = await connect('hubspot', { base_url: hubspot.url }, hubspot.credentials);
  const talk = { base_url: slack.url, default_channel: 'general' };
  await connect('slack', talk, slack.credentials);
  const account = org.org.object('Account');
  const lead = org.org.object('Lead');
  assert.ok(account && lead);
  org.org.insert(account, {
    Name: 'Acme',
    Website: 'https://acme.example',
    Industry: 'Technology',
  });
  const body = JSON.parse(example(salesforce, crm));
  const workflow = bodyOf(await client.createWorkflow({ body }));

  const small = { LastName: 'Small', Company: 'Small', AnnualRevenue: '4000000' };
  org.org.insert(lead, small);
  const large = { FirstName: 'Ada', LastName: 'Lovelace', Company: 'Acme "Ltd" <!channel>' };
  const more = { Email: 'ada@acme.example', AnnualRevenue: '6000000' };
  org.org.insert(lead, { ...large, ...more });
  const [run, ...others] = await until('a run is over', async () => {
    const params = { workflow: workflow.id };
    const runs = bodyOf(await client.listWorkflowRuns({ params }));
    const isOver = runs.some(({ status }) => status === 'completed' || status === 'failed');
    return isOver ? runs : undefined;
  });
  const params = { workflow: workflow.id, workflow_run: run?.id ?? '' };
  const done = bodyOf(await client.getWorkflowRun({ params }));

  assert.deepEqual([done.error, others], [null, []]);
  assert.match(JSON.stringify(done.steps[0]?.output), /"Industry":"Technology"/);
  const contacts = [...hubspot.type('contacts').records.values()];
  assert.equal(contacts.length, 1);
  const properties = JSON.stringify(contacts[0]);
  for (const one of ['ada@acme.example', 'Ada', 'Lovelace'])
    assert.match(properties, new RegExp(one));
  const texts = slack.workspace.channel('general').messages.map(({ text }) => text);
  assert.ok(
    texts.includes('New enterprise lead: Acme "Ltd" &lt;!channel&gt;'),
    JSON.stringify(texts.slice(-3)),
  );
});
