import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import { startWorkday } from './simulator.ts';

const workday = await startWorkday({ records: 250 });
after(() => workday.end());
const { tenant } = workday.config;
const basic = (user: string, password: string) =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const { user, password } = workday.credentials;
const report = `${workday.url}/ccx/service/customreport2/${tenant}/ISU_Heddle/Headcount`;

async function tokenFor(form: Record<string, string>) {
  const { client_id, client_secret } = workday.client;
  return fetch(`${workday.url}/ccx/oauth2/${tenant}/token`, {
    method: 'POST',
    headers: { authorization: basic(client_id, client_secret) },
    body: new URLSearchParams(form),
  });
}

test('tokens are given to a client, for its refresh token or for itself', async () => {
  const { refreshToken: refresh_token } = workday;

  const renewed = await tokenFor({ grant_type: 'refresh_token', refresh_token });
  const own = await tokenFor({ grant_type: 'client_credentials' });
  const wrong = await tokenFor({ grant_type: 'refresh_token', refresh_token: 'wrong' });

  assert.equal((await renewed.json()).refresh_token, refresh_token);
  assert.match((await own.json()).access_token, /./);
  assert.equal(wrong.status, 400);
  assert.equal((await wrong.json()).error, 'invalid_grant');
});

test('the REST API pages by offset, a hundred at most, and knows tokens only', async () => {
  const { access_token } = await (await tokenFor({ grant_type: 'client_credentials' })).json();
  const workers = `${workday.url}/ccx/api/staffing/v6/${tenant}/workers`;
  const get = (url: string, authorization = `Bearer ${access_token}`) =>
    fetch(url, { headers: { authorization } });

  const page = await (await get(`${workers}?limit=100&offset=200`)).json();
  const first = await (await get(workers)).json();
  const one = await (await get(`${workers}/${page.data[0].id}`)).json();
  const much = await get(`${workers}?limit=101`);
  const byPassword = await get(workers, basic(user, password));

  assert.deepEqual([page.total, page.data.length, first.data.length], [250, 50, 20]);
  assert.equal(one.descriptor, 'Worker 000200');
  assert.equal((await much.json()).errors[0].field, 'limit');
  assert.equal(byPassword.status, 401);
});

test('a report answers all of its entries at once, and describes them', async () => {
  const headers = { authorization: basic(user, password) };
  const all = await (await fetch(`${report}?format=json`, { headers })).json();
  const since = '2024-01-01T00:04:00.000Z';
  const late = await fetch(`${report}?format=json&Updated_From=${since}`, { headers });
  const xsd = await (await fetch(`${report}?xsds`, { headers })).text();
  const wrong = await fetch(`${report}?format=json&Nope=1`, { headers });

  assert.equal(all.Report_Entry.length, 250);
  assert.deepEqual(all.Report_Entry[1].Base_Pay, '1.25');
  assert.equal((await late.json()).Report_Entry.length, 10);
  const parsed = new XMLParser({ ignoreAttributes: false }).parse(xsd);
  assert.equal(parsed['xsd:schema']['xsd:element']['@_name'], 'Report_Data');
  assert.equal(wrong.status, 400);
});
