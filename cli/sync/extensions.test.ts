import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { heddle, heddleJson } from '../testing/heddle.ts';
import { makeScene } from './testing/scene.ts';

const { environment, organization, folder } = await makeScene({ after });

type Extension = { id: string; type: string; secret?: string };

const register = (...more: string[]) => [
  ...['extension', 'register', '--organization', organization, ...more],
];

async function written(name: string, body: unknown): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, typeof body === 'string' ? body : JSON.stringify(body));
  return path;
}

test('an extension is registered, listed, rotated and deleted', async () => {
  const body = { name: 'Lab cases', provider: 'labcases', version: '1.0.0', type: 'http' };
  const file = await written('http.json', body);
  const url = 'https://lab.invalid/heddle';

  const made = await heddleJson<Extension>(register(file, '--url', url), environment);
  const listed = await heddle(['extension', 'list'], environment);
  const rotated = await heddleJson<Extension>(
    ['extension', 'rotate', 'labcases@1.0.0'],
    environment,
  );
  const again = await heddle(register(file, '--url', url), environment);
  await heddleJson(['extension', 'delete', made.id], environment);
  const gone = await heddle(['extension', 'delete', made.id], environment);

  assert.match(made.secret ?? '', /^whsec_/);
  assert.match(listed.stdout, /^Lab cases +labcases +1\.0\.0 +http /m);
  assert.notEqual(rotated.secret, made.secret);
  assert.match(again.stderr, /has a version 1\.0\.0 already/);
  assert.match(gone.stderr, /there is no extension .*heddle extension list shows them/);
});

test('a bundle is looked at, and a registration that does not fit refused by its member', async () => {
  const code = await written(
    'bundle.js',
    'export default { provider: "own", check() {}, discover() {}, read() {} };',
  );
  const body = { name: 'Own', provider: 'own', version: '1.0.0', type: 'javascript' };
  const file = await written('own.json', body);

  const made = await heddleJson<Extension>(register(file, '--code', code), environment);
  const providers = await heddle(
    ['connection', 'providers', '--organization', organization],
    environment,
  );
  const wrong = await heddle(
    register(await written('wrong.json', { ...body, version: 'x' })),
    environment,
  );

  assert.equal(made.type, 'javascript');
  assert.match(providers.stdout, /\bown\b/);
  assert.match(wrong.stderr, /version/);
  assert.equal(wrong.code, 1);
});
