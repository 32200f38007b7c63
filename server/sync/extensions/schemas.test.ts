import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaintAbout, faultsOf } from './schemas.ts';

const patterned = (pattern: string) => ({
  type: 'object',
  properties: { list: { type: 'array', items: { type: 'string', pattern } } },
});

test('what does not fit is told by its place, and what fits is not', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['site'],
    properties: { site: { type: 'string', pattern: '^[a-z]+$' } },
  };

  assert.equal(complaintAbout(schema), undefined);
  assert.deepEqual(faultsOf(schema, { site: 'north' }), []);
  assert.equal(faultsOf(schema, { site: 'North' })[0]?.instancePath, '/site');
  assert.equal(faultsOf(schema, {})[0]?.keyword, 'required');
});

test('a pattern that would take years is no match, however many texts it is tried on', () => {
  const schema = patterned('^(a+)+$');
  const list = Array.from({ length: 100 }, () => `${'a'.repeat(40)}!`);

  const [fault] = faultsOf(schema, { list });

  assert.equal(fault?.keyword, 'pattern');
});

test('a schema that leads to itself, or elsewhere, is refused, and one that is too long', () => {
  const doubled = { type: 'object', $defs: { a: { allOf: [{ $ref: '#/$defs/a' }] } } };
  const long = { type: 'object', description: 'x'.repeat(40_000) };

  assert.match(String(complaintAbout(doubled)), /\$ref is not taken/);
  assert.match(String(complaintAbout({ type: 'object', $id: 'a' })), /\$id is not taken/);
  assert.match(String(complaintAbout(long)), /longer than/);
  assert.match(String(complaintAbout({ type: 'object', required: 'a' })), /is no JSON Schema/);
  assert.match(String(complaintAbout(patterned('('))), /is no JSON Schema/);
});

test('a value that is too long is compared with nothing', () => {
  const [fault] = faultsOf({ type: 'object' }, { text: 'x'.repeat(40_000) });

  assert.equal(fault?.keyword, 'maxLength');
});
