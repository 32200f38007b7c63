import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAddress, needsUtf8, readAddress } from './addresses.ts';

const read: Record<string, string> = {
  'Ada@Mail.example': 'ada@mail.example',
  'user@münchen.de': 'user@xn--mnchen-3ya.de',
  'user@MÜNCHEN.de': 'user@xn--mnchen-3ya.de',
  'user@xn--mnchen-3ya.de': 'user@xn--mnchen-3ya.de',
  'user@mu\u0308nchen.de': 'user@xn--mnchen-3ya.de',
  'jörg@bücher.example': 'jörg@xn--bcher-kva.example',
  'jo\u0308rg@mail.example': 'jörg@mail.example',
  'почта@пример.рф': 'почта@xn--e1afmkfd.xn--p1ai',
  '用户@例子。广告': '用户@xn--fsqu00a.xn--4rr70v',
  'नाम@उदाहरण.भारत': 'नाम@xn--p1b6ci4b4b3a.xn--h2brj9c',
  "o'neil+x/y=z!{a}@a-b.example": "o'neil+x/y=z!{a}@a-b.example",
  'a@1.2.3.4': 'a@1.2.3.4',
};
for (const [given, address] of Object.entries(read)) {
  test(`${given} is kept as ${address}`, () => {
    assert.equal(readAddress(given), address);
    assert.equal(readAddress(address), address);
    assert.equal(isAddress(given), true);
  });
}

const refused = [
  '',
  '@',
  'a',
  'a@',
  '@a.example',
  'a@b',
  'a b@mail.example',
  'a@mail example',
  'a@b@mail.example',
  'a..b@mail.example',
  '.a@mail.example',
  'a.@mail.example',
  'a@mail..example',
  'a@-mail.example',
  'a@mail_x.example',
  'a@münchen%2ede.example',
  'a@１.２',
  'a@ü/x.example',
  'a@ü:80.example',
  'a\u200b@mail.example',
  'a\u202e@mail.example',
  'a\u00a0b@mail.example',
  'a\r\nBcc:b@mail.example',
  'Ada <a@mail.example>',
  `${'ü'.repeat(33)}@mail.example`,
  `a@${'ü'.repeat(64)}.example`,
  `a@${'b'.repeat(250)}.example`,
];
for (const given of refused) {
  test(`${JSON.stringify(given).slice(0, 40)} is no address`, () => {
    assert.equal(isAddress(given), false);
  });
}

test('only what stands before the @ needs a server that speaks UTF-8', () => {
  assert.equal(needsUtf8('user@münchen.de'), false);
  assert.equal(needsUtf8('jörg@mail.example'), true);
});
