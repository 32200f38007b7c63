import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Keyring } from '../../../runtime/secrets/keyring.ts';
import { readRecordsTold, recordEvent, sealRecordsTold } from '../../syncs/told/sealing.ts';
import { type Item, packed } from './packing.ts';

const item = (id: number, more: Partial<Item> = {}): Item => {
  return { type: 'record.created', about: undefined, text: String(id), ...more };
};
const idsOf = (items: readonly Item[]) =>
  [...packed(items)].map(({ type, about, text }) => [type, about, JSON.parse(text).length]);

test('twenty of one kind are told together, and whoever is known stands alone', () => {
  const many = Array.from({ length: 45 }, (_, id) => item(id));
  const mixed = [
    item(1),
    item(2, { type: 'record.updated' }),
    item(3, { about: 'patient 3' }),
    item(4),
  ];

  const [of45, ofMixed] = [idsOf(many), idsOf(mixed)];

  assert.deepEqual(
    of45,
    [20, 20, 5].map((count) => ['record.created', null, count]),
  );
  assert.deepEqual(ofMixed, [
    ['record.created', 'patient 3', 1],
    ['record.created', null, 2],
    ['record.updated', null, 1],
  ]);
});

test('large records are told by fewer', () => {
  const large = Array.from({ length: 6 }, () =>
    item(1, { text: JSON.stringify('x'.repeat(5_000)) }),
  );

  const counts = idsOf(large).map(([, , count]) => count);

  assert.deepEqual(counts, [2, 2, 2]);
});

test('what is sealed is opened as it was, and what older versions have sealed, too', () => {
  const masterKey = randomBytes(32).toString('base64');
  const keyring = new Keyring({ masterKey, dataDirectory: '' });
  const told = { key: { id: 1 }, record: { id: 1, name: 'Zoë' } };
  const sealed = sealRecordsTold(keyring, JSON.stringify([told, told]));
  const older = keyring.seal(Buffer.from(JSON.stringify(told)), recordEvent);

  const [opened, ofOlder] = [readRecordsTold(keyring, sealed), readRecordsTold(keyring, older)];

  assert.deepEqual(opened, [told, told]);
  assert.deepEqual(ofOlder, [told]);
});
