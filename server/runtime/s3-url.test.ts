import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readS3Url } from './s3-url.ts';

test('a bucket is read with its prefix, region and percent-encoded secret', () => {
  const bucket = readS3Url('s3://AK:a%2Fb%2B@s3.example:9000/files/of/us?region=eu-west-1');

  assert.deepEqual(bucket, {
    endpoint: 'https://s3.example:9000',
    region: 'eu-west-1',
    bucket: 'files',
    prefix: 'of/us/',
    credentials: { accessKeyId: 'AK', secretAccessKey: 'a/b+' },
  });
});

test('TLS is left out only when it is said', () => {
  const endpoints = ['s3://h/b', 's3://h/b?insecure=1', 's3://h/b?insecure=0', 'http://h/b'].map(
    (url) => readS3Url(url).endpoint,
  );

  assert.deepEqual(endpoints, ['https://h', 'http://h', 'https://h', 'http://h']);
});

test('without a key the SDK looks for one', () => {
  const { credentials, region, prefix } = readS3Url('https://s3.example/b/');

  assert.deepEqual([credentials, region, prefix], [undefined, 'us-east-1', '']);
});
