import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { endAll, heddle, onlyDocument, root, start } from '../testing/heddle.ts';

after(endAll);

/** Starts a simulator, and answers what it prints first. */
async function simulate(...args: string[]) {
  const child = start(join(root, 'bin', 'heddle'), ['simulate', ...args], {});
  assert.ok(child.stdout);
  const [printed] = await once(child.stdout.setEncoding('utf8'), 'data');
  return { child, printed: String(printed) };
}

test('a vendor is simulated until a signal, and says how it is connected', async () => {
  const { child, printed } = await simulate(
    ...['salesforce', '--port', '0', '--records', '7', '--json'],
  );
  const { url, provider, credentials } = onlyDocument({ code: 0, stdout: printed, stderr: '' }) as {
    url: string;
    provider: string;
    credentials: Record<string, string>;
  };
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credentials.consumer_key ?? '',
    client_secret: credentials.consumer_secret ?? '',
  });
  const signed = await fetch(`${url}/services/oauth2/token`, { method: 'POST', body: form });
  const { access_token } = (await signed.json()) as { access_token: string };
  const counted = await fetch(`${url}/services/data/v65.0/query?q=SELECT+COUNT()+FROM+Lead`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');

  assert.equal(provider, 'salesforce');
  assert.equal(((await counted.json()) as { totalSize: number }).totalSize, 7);
  assert.equal(code, 0);
});

test('people are shown a command, and wrong ones what there is', async () => {
  const { child, printed } = await simulate('salesforce', '--port', '0', '--records', '0');
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  const unknown = await heddle(['simulate', 'nobody'], {});
  const wrong = await heddle(['simulate', 'salesforce', '--records', 'many'], {});

  assert.equal(code, 0);
  assert.match(
    printed,
    /connection create .* --provider salesforce .*\\\n {2}--config base_url=http/,
  );
  assert.match(printed, /--credential consumer_secret=/);
  assert.deepEqual([unknown.code, wrong.code], [1, 2]);
  assert.match(unknown.stderr, /no simulator of nobody: .*salesforce/);
  assert.match(wrong.stderr, /--records .*whole number/);
});

test('a key of several lines is shown as one word for a shell', async () => {
  const { child, printed } = await simulate('snowflake', '--port', '0', '--records', '1');
  child.kill('SIGINT');
  await once(child, 'exit');

  assert.match(printed, /--credential private_key='-----BEGIN PRIVATE KEY-----\n[^']+'/);
});

test('what is no text is shown as JSON', async () => {
  const { child, printed } = await simulate('workday', '--port', '0', '--records', '1');
  child.kill('SIGINT');
  await once(child, 'exit');

  assert.match(printed, /--config reports='\[\{"owner":"ISU_Heddle","name":"Headcount",/);
});
