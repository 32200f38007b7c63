import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSecrets } from '../secrets.ts';
import type { Given, Target } from '../target.ts';
import type { ContractOptions } from './options.ts';

export function testCheck(target: Target, given: Given, options: ContractOptions): void {
  test('check: the credentials work', async () => {
    const answer = await target.check();

    assert.ok(answer.ok, `check answered ok: false: ${answer.message ?? 'without a message'}`);
  });

  const wrong = wrongOf(given, options);
  if (wrong === undefined) return;
  test('check: wrong credentials are ok: false, with a message and without an error', async () => {
    const answer = await target.check({ ...given, credentials: wrong });

    assert.equal(answer.ok, false, 'check answered ok: true for wrong credentials');
    assert.ok(answer.message, 'check must say in `message` what is wrong');
    const told = withoutSecrets(answer.message, wrong);
    assert.equal(answer.message, told, '`message` shows a credential, where here is ***');
  });
}

function wrongOf(
  { credentials }: Given,
  options: ContractOptions,
): Given['credentials'] | undefined {
  if (options.wrongCredentials === false) return undefined;
  if (options.wrongCredentials !== undefined) return options.wrongCredentials;
  const texts = Object.entries(credentials).filter(([, value]) => typeof value === 'string');
  if (texts.length === 0) return undefined;
  const wrong = texts.map(([name, value]) => [
    name,
    `wrong-${[...String(value)].reverse().join('')}`,
  ]);
  return { ...credentials, ...Object.fromEntries(wrong) };
}
