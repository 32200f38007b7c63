import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { newSecret } from '../../server/sync/conventions/signing.ts';
import { contractTest } from '../source/contract-test/index.ts';
import { serve } from '../source/index.ts';
import { notesConnector } from './notes.ts';

const secret = newSecret();
const served = await serve(notesConnector('served'), { port: 0, secret, host: '127.0.0.1' });
after(() => served.close());

contractTest(
  { url: served.url, secret, capabilities: { read: true, write: true, query: true } },
  {
    credentials: { token: 'right' },
    object: 'notes',
    write: { record: { id: 'z', text: 'new', size: 2 }, change: { text: 'changed' } },
  },
);

test('each thing that a connector gets wrong fails the test of it', async () => {
  const failed = await failuresOfBroken();
  const first = Object.fromEntries(Object.entries(failed).map(([name, tests]) => [name, tests[0]]));

  assert.deepEqual(first, {
    none: undefined,
    'check-refuses': 'check: the credentials work',
    'check-takes-all': wrongCredentials,
    'check-shows': wrongCredentials,
    'name-twice': wellFormed,
    'field-twice': wellFormed,
    'key-unknown': wellFormed,
    'type-unknown': wellFormed,
    'object-absent': 'discover: notes is there',
    'cursor-repeats': 'read: pages lead to the end, and no cursor comes twice',
    'limit-ignored': pages,
    'page-lost': pages,
    'cursor-ignored': pages,
    'field-unnamed': 'read: records hold fields that discover names, and their key',
    'filter-wrong': 'read: what a filter asks for is among the answer',
    'new-lost': 'read: what is new is among the answer, by each of cursor_fields',
    'object-invented': 'read: an object that is not there is refused',
    'writes-nothing': roundTrip,
    'writes-twice': 'write: the same idempotency_key does not write twice',
    'all-or-nothing':
      'write: a record that cannot be written has its own error, and the others are',
    'results-missing': roundTrip,
    'order-ignored': 'query: answers in the order that is asked for, at most `limit`',
  });
});

const wrongCredentials =
  'check: wrong credentials are ok: false, with a message and without an error';
const wellFormed = 'discover: every object has a name of its own, fields, and a key among them';
const pages = 'read: a page has at most `limit` records, and pages leave nothing out';
const roundTrip = 'write: what is written is read, changed and deleted';

async function failuresOfBroken(): Promise<Record<string, string[]>> {
  const reporter = join(import.meta.dirname, 'failures-reporter.ts');
  const words = [`--test-reporter=${reporter}`, join(import.meta.dirname, 'broken.ts')];
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, words, { env }).catch((e) => e);
  const lines = String(stdout)
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { suite: string; failed: string[] });
  return Object.fromEntries(
    lines.map(({ suite, failed }) => [suite.replace('the contract of ', ''), failed]),
  );
}
