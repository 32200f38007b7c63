import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExactly } from './exact-json.ts';

test('a number that JavaScript cannot hold stays what it is, wherever it stands', () => {
  for (const number of ['12345678901234567890', '-0.12345678901234567891', '1e400', '-1E+400']) {
    const texts = [
      ...[number, ` \n${number}`, `[${number}]`, `[1, ${number}]`, `{"a":${number}}`],
      ...[`{"a" :\r\n\t${number} ,"b":"1"}`, `[[${number}],"1e5"]`, `{"1e5":[-1,${number}]}`],
    ];
    for (const text of texts) {
      assert.ok(JSON.stringify(parseExactly(text)).includes(number), text);
    }
  }
});

test('a text is a text, also one that looks like such a number', () => {
  const texts = ['0035g00000001E2AAA', '12345678901234567890', ', 1e400', ':12345678901234567890'];

  assert.deepEqual(parseExactly(JSON.stringify(texts)), texts);
});
