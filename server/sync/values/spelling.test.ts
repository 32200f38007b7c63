import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readType, spell } from './spelling.ts';

test('a type is read as it is spelled, and in the words that people use', () => {
  const words = {
    'NUMERIC(10, 2)': 'numeric(10,2)',
    'character varying(40)': 'character varying(40)',
    'uuid[][]': 'uuid[][]',
    'double precision': 'double precision',
    float: 'double precision',
    number: 'numeric',
    datetime: 'timestamp with time zone',
    ' string ': 'text',
    'varbit(3)': 'bit varying(3)',
  };

  const spelled = Object.keys(words).map((word) => {
    const type = readType(word);
    return type && spell(type);
  });

  assert.deepEqual(spelled, Object.values(words));
  assert.deepEqual(
    ['', 'toString', 'texts', '[]', 'numeric(x)'].map(readType),
    Array(5).fill(undefined),
  );
});
