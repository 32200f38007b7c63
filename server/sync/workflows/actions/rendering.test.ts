import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StepError } from './action.ts';
import { renderedHeaders, renderedUrl } from './rendering.ts';

const scope = {
  record: {
    id: 'a/b?c#d',
    up: '..',
    url: 'https://x.example/y?z',
    n: 5,
    nothing: null,
    o: { a: 1 },
  },
};

test('a value is one part of an address, and breaks out of none', () => {
  const url = renderedUrl(
    'https://api.example/{{record.id}}/{{{record.n}}}?q={{record.no}}',
    scope,
  );

  assert.equal(url.text, 'https://api.example/a%2Fb%3Fc%23d/5?q=');
  assert.deepEqual(url.missing, ['record.no']);
  assert.throws(() => renderedUrl('https://api.example/{{record.up}}/x', scope), StepError);
});

test('what an address begins with is taken as it is', () => {
  assert.equal(renderedUrl('{{record.url}}', scope).text, 'https://x.example/y?z');
  assert.equal(
    renderedUrl('{{record.url}}/{{record.id}}', scope).text,
    'https://x.example/y?z/a%2Fb%3Fc%23d',
  );
});

test('headers are texts, empty where nothing is', () => {
  const given = {
    'X-N': '{{record.n}}',
    'X-O': '{{record.o}}',
    'X-No': '{{record.no}}',
    'X-E': '{{record.nothing}}',
  };

  assert.deepEqual(renderedHeaders(given, scope), {
    headers: { 'x-n': '5', 'x-o': '{"a":1}', 'x-no': '', 'x-e': '' },
    missing: ['record.no'],
  });
});
