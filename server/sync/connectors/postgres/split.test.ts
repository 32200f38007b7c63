import assert from 'node:assert/strict';
import { test } from 'node:test';
import { split } from './split.ts';

async function* come(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function parted(texts: string[], most: Parameters<typeof split>[1]): Promise<string[]> {
  const parts: string[] = [];
  for await (const { lines } of split(come(...texts), most)) parts.push(lines.toString());
  return parts;
}

const texts = ['1\n2\n3', '\n4\n5\n', '6\n7\n'];

test('lines come together up to so many, or so many bytes', async () => {
  const byRows = await parted(texts, { bytesMax: 100, rowsMax: 4 });
  const byBytes = await parted(texts, { bytesMax: 6, rowsMax: 100 });

  assert.deepEqual(byRows, ['1\n2\n3\n4\n', '5\n6\n7\n']);
  assert.deepEqual(byBytes, ['1\n2\n3\n', '4\n5\n6\n', '7\n']);
});

test('where lines come slowly, those that are there do not wait for more', async () => {
  const late = await parted(texts, { bytesMax: 100, rowsMax: 100, secondsMax: 0 });

  assert.deepEqual(late, ['1\n', '2\n3\n', '4\n5\n6\n', '7\n']);
});
