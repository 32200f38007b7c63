import assert from 'node:assert/strict';
import { test } from 'node:test';
import { files } from '../connectors/files/index.ts';
import { sqlite } from '../connectors/sqlite/index.ts';
import { problemsOf } from './providers.ts';

test('ceilings are refused where a connection leads to files of this machine, and the reason is said', () => {
  const ceilings = { max_requests_per_second: 1, max_connections: 1 };
  for (const connector of [files, sqlite]) {
    const problems = problemsOf('config', connector, { path: 'a', ...ceilings });

    assert.deepEqual(problems.map(({ field }) => field).sort(), [
      'config.max_connections',
      'config.max_requests_per_second',
    ]);
    for (const { message } of problems) assert.match(message, /files have no limits/);
  }
  assert.deepEqual(problemsOf('config', files, { bucket: 'a', ...ceilings }), []);
});
