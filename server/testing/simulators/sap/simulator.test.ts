import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { XMLParser } from 'fast-xml-parser';
import { startSap } from './simulator.ts';

const sap = await startSap({ records: 30, pageSize: 10 });
after(() => sap.end());
const { user, password } = sap.credentials;
const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

async function get(url: string, headers: Record<string, string> = {}) {
  return fetch(url, { headers: { authorization, ...headers } });
}

test('both versions describe the same sets', async () => {
  const parser = new XMLParser({ ignoreAttributes: false });
  for (const version of ['v2', 'v4'] as const) {
    const xml = await (await get(`${sap.url(version)}/$metadata`)).text();

    const schema = parser.parse(xml)['edmx:Edmx']['edmx:DataServices'].Schema;
    const names = schema.EntityContainer.EntitySet.map((set: Record<string, string>) => {
      return set['@_Name'];
    });
    assert.deepEqual(names, ['BusinessPartners', 'PartnerAddresses', 'AuditEntries']);
  }
});

test('a list comes in pages, whose links have a plus that is not encoded', async () => {
  const first = await (await get(`${sap.url('v4')}/BusinessPartners?$select=Name`)).json();
  const link: string = first['@odata.nextLink'];
  const plain = await get(link);
  const second = await (await get(link.replaceAll('+', '%2B'))).json();

  assert.equal(first.value.length, 10);
  assert.match(link, /00:00:00\+01:00/);
  assert.equal(plain.status, 400);
  assert.equal(second.value[0].Name, 'Partner 10');
});

test('values are shown as each version writes them', async () => {
  const asked = 'BusinessPartners?$top=1';
  const [two, four] = await Promise.all(
    (['v2', 'v4'] as const).map(async (version) => {
      return (await get(`${sap.url(version)}/${asked}`)).json();
    }),
  );

  const { Credit, OpensAt, CreatedOn, LastChangedAt, Points } = two.d.results[0];
  assert.deepEqual(
    [Credit, OpensAt, CreatedOn, LastChangedAt, Points],
    [
      ...['0.25', 'PT14H00M00S', '/Date(320630400000)/', '/Date(1704067200000+0060)/'],
      '1755445060952000000',
    ],
  );
  assert.equal(four.value[0].LastChangedAt, '2024-01-01T00:00:00.000000Z');
});

test('a filter is understood in the literals of its version only', async () => {
  const of = async (version: 'v2' | 'v4', filter: string) => {
    const asked = `$filter=${encodeURIComponent(filter)}`;
    const answer = await get(`${sap.url(version)}/BusinessPartners?${asked}`);
    const body = await answer.json();
    return answer.status === 200 ? (body.d?.results ?? body.value).length : answer.status;
  };

  assert.equal(await of('v2', 'Credit ge 5M and Credit lt 7.5M'), 3);
  assert.equal(await of('v2', "LastChangedAt lt datetimeoffset'2024-01-01T00:00:02Z'"), 2);
  assert.equal(await of('v4', "Category eq '1' and (Visits gt 20 or Visits eq 1)"), 6);
  assert.equal(await of('v4', 'Visits eq null'), 3);
  assert.equal(await of('v4', 'Remark eq null'), 400);
  assert.equal(await of('v4', 'Visits ~ 5'), 400);
});

test('who writes needs a token, with the cookie that it came with', async () => {
  const pass = await get(`${sap.url('v2')}/`, { 'x-csrf-token': 'Fetch' });
  const token = pass.headers.get('x-csrf-token') ?? '';
  const [cookie = ''] = pass.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
  const post = async (headers: Record<string, string>) => {
    const body = JSON.stringify({ Name: 'New' });
    const url = `${sap.url('v2')}/BusinessPartners`;
    return fetch(url, { method: 'POST', body, headers: { authorization, ...headers } });
  };

  const without = await post({ 'x-csrf-token': token });
  const withIt = await post({ 'x-csrf-token': token, cookie });
  sap.endSessions();
  const late = await post({ 'x-csrf-token': token, cookie });

  assert.deepEqual([without.status, withIt.status, late.status], [403, 201, 403]);
  assert.equal(without.headers.get('x-csrf-token'), 'Required');
});

test('a batch does each change set by itself', async () => {
  const pass = await get(`${sap.url('v4')}/`, { 'x-csrf-token': 'Fetch' });
  const token = pass.headers.get('x-csrf-token') ?? '';
  const [cookie = ''] = pass.headers.getSetCookie().map((one) => one.split(';')[0] ?? '');
  const set = (nth: number, request: string, body: string) =>
    [
      `--B\r\ncontent-type: multipart/mixed; boundary=C${nth}\r\n`,
      `--C${nth}\r\ncontent-type: application/http\r\ncontent-transfer-encoding: binary\r\n`,
      `${request} HTTP/1.1\r\ncontent-type: application/json\r\n`,
      `${body}\r\n--C${nth}--\r\n`,
    ].join('\r\n');
  const key = "PartnerAddresses(BusinessPartner='0000000001',AddressID='A%2F1')";
  const body = `${set(1, 'POST PartnerAddresses', '{"City":"X"}')}${set(2, `PATCH ${key}`, '{"City":"Y"}')}--B--\r\n`;

  const headers = {
    ...{ authorization, cookie, 'x-csrf-token': token },
    'content-type': 'multipart/mixed; boundary=B',
  };
  const answer = await fetch(`${sap.url('v4')}/$batch`, { method: 'POST', body, headers });
  const text = await answer.text();

  assert.deepEqual(
    [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status),
    ['400', '204'],
  );
  const [first] = sap.service.set('PartnerAddresses').entities.values();
  assert.equal(first?.City, 'Y');
});
