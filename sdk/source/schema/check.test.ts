import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkSchema } from './check.ts';

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', minLength: 2, maxLength: 5, pattern: '^[a-z]+$' },
    size: { anyOf: [{ type: 'integer', minimum: 1, maximum: 9 }, { type: 'null' }] },
    kind: { enum: ['a', 'b'] },
    tags: { type: 'array', minItems: 1, maxItems: 2, items: { type: 'object', required: ['id'] } },
    both: { allOf: [{ type: 'string' }, { minLength: 3 }] },
  },
  required: ['name'],
  additionalProperties: false,
};

test('what fits has nothing wrong', () => {
  const value = { name: 'abc', size: null, kind: 'b', tags: [{ id: 1 }], both: 'abc' };

  assert.equal(checkSchema(value, schema), undefined);
  assert.equal(checkSchema({ name: 'abc', size: undefined }, schema), undefined);
});

test('the first thing that is wrong is named by its path', () => {
  const wrong: [unknown, string][] = [
    [[], 'it must be an object'],
    [{}, 'name is required'],
    [{ name: 1 }, 'name must be a string'],
    [{ name: '' }, 'name must not be empty'],
    [{ name: 'a' }, 'name must have at least 2 characters'],
    [{ name: 'abcdef' }, 'name must have at most 5 characters'],
    [{ name: 'ABC' }, 'name must match ^[a-z]+$'],
    [{ name: 'abc', size: 'x' }, 'size must be an integer'],
    [{ name: 'abc', size: 0 }, 'size must be at least 1'],
    [{ name: 'abc', size: 10 }, 'size must be at most 9'],
    [{ name: 'abc', size: 1.5 }, 'size must be an integer'],
    [{ name: 'abc', kind: 'c' }, 'kind must be "a" or "b"'],
    [{ name: 'abc', tags: [] }, 'tags must have at least 1 members'],
    [{ name: 'abc', tags: [1, 2, 3] }, 'tags must have at most 2 members'],
    [{ name: 'abc', tags: [{ id: 1 }, {}] }, 'tags[1].id is required'],
    [{ name: 'abc', both: 'ab' }, 'both must have at least 3 characters'],
    [{ name: 'abc', other: 1 }, 'other is not known'],
  ];

  for (const [value, why] of wrong) assert.equal(checkSchema(value, schema), why);
});
