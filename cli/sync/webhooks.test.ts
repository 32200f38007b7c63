import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { heddle, heddleJson } from '../testing/heddle.ts';
import { makeScene } from './testing/scene.ts';

const { environment, organization } = await makeScene({ after });
const url = 'https://partner.invalid/hook';
type Webhook = { id: string; secret: string };
type Delivery = { id: string; status: string; type: string };

test('a webhook is made, tried, looked at and deleted', async () => {
  const made = await heddleJson<Webhook>(
    [
      ...['webhook', 'create', '--organization', organization, '--event', 'sync.*'],
      ...['--description', 'Partner', url],
    ],
    environment,
  );
  const tested = await heddleJson<Delivery>(['webhook', 'test', 'Partner'], environment);
  const listed = await heddle(['webhook', 'list'], environment);
  const deliveries = await heddleJson<Delivery[]>(
    ['webhook', 'deliveries', made.id, '--status', 'pending'],
    environment,
  );
  const told = await heddle(['webhook', 'deliveries', 'Partner'], environment);
  const replayed = await heddle(['webhook', 'replay', 'Partner', tested.id], environment);
  const recovered = await heddle(
    ['webhook', 'recover', 'Partner', '--since', '2026-01-01T00:00:00Z'],
    environment,
  );
  const one = ['webhook', 'deliveries', 'Partner', '--delivery', tested.id];
  const shown = await heddle(one, environment);
  const disabled = await heddle(['webhook', 'disable', 'Partner'], environment);
  const enabled = await heddle(['webhook', 'enable', 'Partner'], environment);
  const rotated = await heddleJson<Webhook>(['webhook', 'rotate', 'Partner'], environment);
  const gone = await heddle(['webhook', 'delete', 'Partner'], environment);
  const unknown = await heddle(['webhook', 'test', 'Partner'], environment);

  assert.match(made.secret, /^whsec_/);
  assert.notEqual(rotated.secret, made.secret);
  assert.match(listed.stdout, /^Partner +https:\/\/partner\.invalid\/hook +enabled/m);
  assert.doesNotMatch(listed.stdout, /whsec_/);
  assert.deepEqual(
    deliveries.map(({ id, type }) => [id, type]),
    [[tested.id, 'webhook.test']],
  );
  // Within 80 columns.
  assert.match(told.stdout, new RegExp(` pending .*${tested.id}$`, 'm'));
  assert.equal(replayed.stdout, 'pending\n');
  assert.equal(recovered.stdout, '0 deliveries are sent again\n');
  assert.match(shown.stdout, /^request +POST https:\/\/partner\.invalid\/hook$/m);
  assert.match(shown.stdout, /^ +webhook-id: evt_/m);
  assert.match(shown.stdout, /^\{"id":"evt_.*"type":"webhook\.test"/m);
  assert.match(disabled.stdout, /^state +disabled$/m);
  assert.match(enabled.stdout, /^state +enabled$/m);
  assert.deepEqual([gone.code, unknown.code], [0, 1]);
});

test('what does not fit is refused by the name of the member', async () => {
  const create = ['webhook', 'create', '--organization', organization, url];
  const refusals = [
    [create, /events: must not be empty/],
    [[...create, '--event', 'sync.*', '--max-in-flight', '0'], /max_in_flight: must be >= 1/],
    [['webhook', 'recover', 'whk_none', '--since', 'yesterday'], /since: must be a date-time/],
  ] as const;

  for (const [command, words] of refusals) {
    const { code, stderr } = await heddle([...command], environment);
    assert.equal(code, 1);
    assert.match(stderr, words);
  }
});

test('an event that is none is refused with those that are like it', async () => {
  const refused = await heddle(
    ['webhook', 'create', '--organization', organization, '--event', 'sync.complete', url],
    environment,
  );

  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /did you mean sync\.completed/);
});
