import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingFiles, pathsOutside } from './documents.ts';

const outside = ['..', 'shared', 'design.md'].join('/');

test('pathsOutside sees what points out of the project', () => {
  const documents = [
    { path: 'docs/a.md', text: `See\n[this](../${outside}).` },
    { path: 'docs/b.md', text: 'See [this](../server/main.ts): what is shared, and how.' },
  ];

  const failures = pathsOutside(documents);

  assert.deepEqual(
    failures.map(({ path, line }) => [path, line]),
    [['docs/a.md', 2]],
  );
});

test('missingFiles sees what is named and not there', () => {
  const documents = [
    {
      path: 'docs/a.md',
      text: 'See `promise/store.ts`,\n`promise/gone.ts` and `server/equipment/index.ts`.',
    },
    { path: 'server/promise/store.ts', text: '// `promise/gone.ts`' },
  ];

  const failures = missingFiles(documents);

  assert.deepEqual(
    failures.map(({ path, line }) => [path, line]),
    [['docs/a.md', 2]],
  );
});
