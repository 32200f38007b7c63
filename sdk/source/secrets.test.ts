import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSecrets } from './secrets.ts';

const cases: [text: string, credentials: unknown, told: string][] = [
  ['The token lab-token-1 is unknown.', { token: 'lab-token-1' }, 'The token *** is unknown.'],
  ['at x?key=a%2Fb%2Fc%2Fd', { key: 'a/b/c/d' }, 'at x?key=***'],
  ['There are no cases.', { token: 'case' }, 'There are no cases.'],
  ['The token case is unknown: "case".', { token: 'case' }, 'The token *** is unknown: "***".'],
  ['https://me:a.b+c@host/', { password: 'a.b+c' }, 'https://me:***@host/'],
  ['axb+c', { password: 'a.b+c' }, 'axb+c'],
  ['keinäßig', { password: 'näßi' }, 'keinäßig'],
  ['It is not known.', { pin: 'not' }, 'It is not known.'],
  [
    'two-secrets and two-secrets-long',
    { a: 'two-secrets', b: ['two-secrets-long'] },
    '*** and ***',
  ],
];

for (const [text, credentials, told] of cases) {
  test(`"${text}" is told as "${told}"`, () => {
    assert.equal(withoutSecrets(text, credentials), told);
  });
}
