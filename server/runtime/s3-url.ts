/** A bucket, and how it is reached. */
export type Bucket = {
  /** The URL of the S3 API, without the bucket. */
  endpoint: string;
  region: string;
  bucket: string;
  /** Stands before every key; empty, or ending in `/`. */
  prefix: string;
  /** Undefined: whatever the SDK finds, such as the role of the machine. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
};

/**
 * Reads `s3://key:secret@host/bucket/prefix?region=…&insecure=1`; the key and the secret may be left
 * out, and are percent-encoded. http:// and https:// say themselves whether TLS is used.
 * @throws Error that says what is wrong, without the URL: it is a secret
 */
export function readS3Url(text: string): Bucket {
  const url = URL.parse(text);
  const scheme = url?.protocol.slice(0, -1) ?? '';
  if (!url || !['s3', 'http', 'https'].includes(scheme)) {
    throw new Error('must be a URL that begins with s3:// or http:// or https://.');
  }
  const { bucket, prefix } = readPath(url.pathname);
  if (!url.host || !bucket) throw new Error('must name a bucket, as s3://host/bucket.');
  if (Boolean(url.username) !== Boolean(url.password)) {
    throw new Error('must have a key and a secret, or neither.');
  }
  const isPlain = scheme === 'http' || url.searchParams.get('insecure') === '1';
  return {
    endpoint: `${isPlain ? 'http' : 'https'}://${url.host}`,
    region: url.searchParams.get('region') ?? 'us-east-1',
    bucket,
    prefix,
    credentials: url.username
      ? {
          accessKeyId: decodeURIComponent(url.username),
          secretAccessKey: decodeURIComponent(url.password),
        }
      : undefined,
  };
}

function readPath(path: string): { bucket: string; prefix: string } {
  const [bucket = '', ...folders] = path.split('/').filter((part) => part !== '');
  return { bucket, prefix: folders.map((folder) => `${decodeURIComponent(folder)}/`).join('') };
}
