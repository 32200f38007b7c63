import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { digestOfSite, digestOfSources, root, site } from './digest.ts';

test('two builds at once leave a whole website', async () => {
  const builds = [1, 2].map(() => spawn(process.execPath, [join(root, 'web/build/run.ts')]));
  const codes = await Promise.all(builds.map(async (build) => (await once(build, 'exit'))[0]));

  const page = readFileSync(join(site, 'index.html'), 'utf8');
  const assets = [...page.matchAll(/"\/(assets\/[^"]+)"/g)].map(([, path]) =>
    join(site, path ?? ''),
  );
  assert.deepEqual(codes, [0, 0]);
  assert.equal(digestOfSite(), digestOfSources());
  assert.ok(assets.length >= 3);
  for (const asset of assets) {
    const content = readFileSync(asset);
    assert.deepEqual(brotliDecompressSync(readFileSync(`${asset}.br`)), content);
    assert.deepEqual(gunzipSync(readFileSync(`${asset}.gz`)), content);
    assert.ok(!existsSync(`${asset}.map`));
  }
});

test('no two files import each other: one of them would run before what it needs', () => {
  const page = readFileSync(join(site, 'index.html'), 'utf8');
  const entry = /"\/assets\/([\w-]+\.js)"/.exec(page)?.[1] ?? '';
  const importsOf = (name: string) =>
    readFileSync(join(site, 'assets', name), 'utf8').matchAll(
      /(from|import)\s*(\(?)\s*["'`]\.\/([\w-]+\.js)["'`]/g,
    );
  const seen = new Set<string>();
  const circles: string[] = [];
  const visit = (name: string, above: readonly string[]): void => {
    if (above.includes(name)) circles.push([...above, name].join(' → '));
    if (seen.has(name)) return;
    seen.add(name);
    for (const [, , isLazy, next = ''] of importsOf(name)) {
      visit(next, isLazy ? [] : [...above, name]);
    }
  };

  visit(entry, []);

  assert.ok(seen.size > 10, 'the pages are found');
  assert.deepEqual(circles, []);
});
