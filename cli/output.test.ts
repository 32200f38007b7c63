import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from '../server/runtime/errors.ts';
import { printFailure } from './output.ts';

test('what is said of a header of the API is said otherwise on a terminal', (t) => {
  const written = t.mock.method(process.stderr, 'write', () => true);

  printFailure({ json: false }, new AppError('overloaded'));

  const [line] = written.mock.calls.map(({ arguments: [text] }) => text);
  written.mock.restore();
  assert.equal(line, 'heddle: The server has more to do than it can; try again in a moment.\n');
});
