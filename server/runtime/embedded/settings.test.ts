import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryFor } from './settings.ts';

for (const [machine, megabytes, shared] of [
  ['a tiny', 512, '128MB'],
  ['a small', 2_048, '256MB'],
  ['a usual', 4_096.7, '512MB'],
  ['a large', 65_536, '1024MB'],
] as const) {
  test(`PostgreSQL gets ${shared} of the memory of ${machine} machine`, () => {
    assert.equal(memoryFor(megabytes).shared_buffers, shared);
  });
}
