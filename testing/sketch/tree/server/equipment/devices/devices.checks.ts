import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../../contract/client.ts';
import { equipment } from '../../../contract/equipment/index.ts';
import { shortId } from '../../runtime/ids.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { listDevices } from '../operator/index.ts';

const app = await startServer();

test('a device is added once, and both jobs that follow are done', async () => {
  const number = await makeOrganization(app);
  const organization = shortId('organization', number);
  const { token } = await makeClient(app, number, { scopes: ['devices/post'] });
  const client = createClient(equipment, { url: app.url, authorization: token });

  const added = await client.addDevice({ body: { name: 'Retainer scanner' } });
  const again = await client.addDevice({ body: { name: 'Retainer scanner' } });
  const [device] = await until('they are done', async () => {
    const devices = await listDevices(app.server.platform, organization);
    return devices.every((one) => one.is_inspected && one.is_labelled) && devices;
  });

  assert.equal(added.status, 201);
  assert.deepEqual([again.status, !again.ok && again.error.error], [409, 'device_exists']);
  assert.deepEqual(device, { ...(added.ok && added.body), is_inspected: true, is_labelled: true });
});

test('its API stands behind the door and in the reference, and its page in the website', async () => {
  const call = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };

  const refused = await fetch(`${app.url}/equipment/devices`, call);
  const missing = await fetch(`${app.url}/equipment/nothing`);
  const document = await fetch(`${app.url}/openapi/equipment.json`);
  const page = await fetch(`${app.url}/devices`);

  assert.equal(refused.status, 401);
  assert.deepEqual(Object.keys((await missing.json()) as object), ['error', 'message']);
  assert.equal(document.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
});
