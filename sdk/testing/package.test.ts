import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AuthorFolder } from './installed.ts';

const examples = join(import.meta.dirname, '../examples');
const folder = await AuthorFolder.make();
after(() => folder.remove());

test('the package needs nothing else, and has what it names', () => {
  const path = join(folder.path, 'node_modules/@heddle/extension-sdk');
  const named = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));

  assert.equal(named.dependencies, undefined);
  for (const { types, default: script } of [named.exports['.'], named.exports['./testing']]) {
    assert.ok(existsSync(join(path, types)) && existsSync(join(path, script)));
  }
  assert.ok(existsSync(join(path, named.bin['heddle-extension'])));
});

test('an example has the right types, keeps the contract, and becomes a bundle', async () => {
  folder.copy(join(examples, 'recall-list'));

  await folder.run('npx', ['tsc', '-p', '.']);
  const tested = await folder.run('npx', ['heddle-extension', 'test']);
  await folder.run('npx', ['heddle-extension', 'build', 'connector.ts']);

  assert.match(tested, /fail 0/);
  assert.match(tested, /the same idempotency_key does not write twice/);
  const registration = JSON.parse(readFileSync(join(folder.path, 'dist/extension.json'), 'utf8'));
  const { code, ...rest } = registration;
  assert.doesNotMatch(code, /\brequire\(|\bimport\b/);
  assert.deepEqual(
    { ...rest, manifest: { ...rest.manifest, config_schema: null, credentials_schema: null } },
    {
      name: 'Recall list',
      provider: 'recall-list',
      version: '1.0.0',
      type: 'javascript',
      manifest: {
        config_schema: null,
        credentials_schema: null,
        capabilities: { read: true, write: true, query: false },
        hosts: ['api.recall.example'],
      },
    },
  );
});
