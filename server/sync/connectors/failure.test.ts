import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConnectorError } from './failure.ts';
import { understand as ofMysql } from './mysql/failure.ts';
import { understand as ofPostgres } from './postgres/failure.ts';

test('a server that only reads while another takes its place is tried again', () => {
  const said = (message: string, more: object) => Object.assign(new Error(message), more);
  const kindOf = (error: unknown) => (error as ConnectorError).kind;
  const option = 'The MySQL server is running with the --super-read-only option';
  const files = 'The MySQL server is running with the --secure-file-priv option';

  assert.equal(kindOf(ofPostgres(said('read only', { code: '25006' }))), 'retry');
  assert.equal(kindOf(ofPostgres(said('idle for too long', { code: '25P03' }))), 'retry');
  assert.equal(kindOf(ofPostgres(said('no such table', { code: '42P01' }))), 'configuration');
  assert.equal(kindOf(ofMysql(said(option, { errno: 1290, sqlState: 'HY000' }))), 'retry');
  assert.equal(kindOf(ofMysql(said(files, { errno: 1290, sqlState: 'HY000' }))), 'configuration');
});

test('a system that asks for a month of patience gets an hour', () => {
  const seconds = [30, 30 * 24 * 3600, Number.POSITIVE_INFINITY].map(
    (retryAfterSeconds) =>
      new ConnectorError('retry', 'Later.', { retryAfterSeconds }).retryAfterSeconds,
  );

  assert.deepEqual(seconds, [30, 3600, 3600]);
});
