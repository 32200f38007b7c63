import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkOf } from './network.ts';

test('addresses of one IPv6 network count as one, however they are written', () => {
  const same = ['2001:db8:1:2::1', '2001:0DB8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2:3:4:5.6.7.8'];

  assert.deepEqual(new Set(same.map(networkOf)), new Set(['2001:db8:1:2::/64']));
  assert.notEqual(networkOf('2001:db8:1:3::1'), networkOf('2001:db8:1:2::1'));
});

test('an IPv4 address counts as itself, also when it is written as IPv6', () => {
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
  assert.notEqual(networkOf('192.0.2.2'), networkOf('192.0.2.1'));
});

test('what is no address counts as what it is', () => {
  for (const text of ['', 'unknown', '1.2.3', 'fe80::1%eth0 ', '0x7f.1']) {
    assert.equal(networkOf(text), text);
  }
  assert.equal(networkOf('fe80::1%eth0'), 'fe80::/64');
});
