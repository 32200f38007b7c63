import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';

export type Operation = 'put' | 'begin' | 'part' | 'complete' | 'abort' | 'get' | 'list' | 'delete';

const region = 'eu-test-1';
const credentials = { key: 'AKIATEST', secret: 'sec/ret+with=signs' };

type Asked = { operation: Operation; key: string; upload: string; part: number };

/** What is in the bucket, and what has been asked of it. */
class Contents {
  readonly objects = new Map<string, Buffer>();
  /** The parts of uploads that were begun. */
  readonly uploads = new Map<string, Map<number, Buffer>>();
  readonly seen: Operation[] = [];
  /** What is refused. */
  readonly failing = new Set<Operation>();
  /** Whether it understands what an object must be for it to be written. */
  knowsConditions = true;
  /** Why requests were not believed. */
  readonly refusals: string[] = [];

  write({ operation, key, upload, part }: Asked, body: Buffer): string {
    if (operation === 'put') this.objects.set(key, body);
    if (operation === 'delete') this.objects.delete(key);
    if (operation === 'abort') this.uploads.delete(upload);
    if (operation === 'part') this.uploads.get(upload)?.set(part, body);
    if (operation === 'complete') return this.#complete(key, upload);
    return operation === 'begin' ? this.#begin() : '';
  }

  #begin(): string {
    const id = `upload-${this.uploads.size + 1}`;
    this.uploads.set(id, new Map());
    return element('InitiateMultipartUploadResult', element('UploadId', id));
  }

  #complete(key: string, upload: string): string {
    const parts = [...(this.uploads.get(upload) ?? [])].sort(([one], [other]) => one - other);
    this.objects.set(key, Buffer.concat(parts.map(([, bytes]) => bytes)));
    this.uploads.delete(upload);
    return element('CompleteMultipartUploadResult', element('ETag', '"x"'));
  }
}

/** A bucket behind HTTP that speaks as much of S3 as we ask for, and believes no signature unseen. */
export async function startBucket() {
  const contents = new Contents();
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>));
    reply(contents, request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const secret = encodeURIComponent(credentials.secret);
  const place = `127.0.0.1:${port}/bucket/heddle%20files`;
  const url = `s3://${credentials.key}:${secret}@${place}?region=${region}&insecure=1`;
  return { url, contents };
}

function reply(
  contents: Contents,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const problem = signatureProblem(request, body);
  const asked = read(request);
  if (problem) {
    contents.refusals.push(problem);
    answer(response, 403, errorOf('SignatureDoesNotMatch'));
  } else if (contents.failing.has(asked.operation)) {
    answer(response, 403, errorOf('AccessDenied'));
  } else if (!contents.knowsConditions && isConditional(request)) {
    answer(response, 501, errorOf('NotImplemented'));
  } else if (isConditional(request) && !holds(contents, request, asked.key)) {
    answer(response, 412, errorOf('PreconditionFailed'));
  } else if (asked.operation === 'list') {
    answer(response, 200, listOf(contents, request.url ?? ''));
  } else if (asked.operation === 'get') {
    sendObject(request, response, contents.objects.get(asked.key));
  } else {
    answer(response, 200, contents.write(asked, body));
  }
  contents.seen.push(asked.operation);
}

/** What must not be written over what somebody else has made meanwhile. */
function isConditional({ method, headers }: IncomingMessage): boolean {
  return method !== 'GET' && ('if-match' in headers || 'if-none-match' in headers);
}

function holds({ objects }: Contents, { headers }: IncomingMessage, key: string): boolean {
  const there = objects.get(key);
  return headers['if-none-match'] === '*'
    ? !there
    : there !== undefined && headers['if-match'] === tagOf(there);
}

function tagOf(object: Buffer): string {
  return `"${sha256(object).slice(0, 32)}"`;
}

function read({ method = '', url = '/' }: IncomingMessage): Asked {
  const { pathname, searchParams } = new URL(url, 'http://bucket');
  return {
    operation: operationOf(method, searchParams),
    key: decodeURIComponent(pathname.replace(/^\/bucket\//, '')),
    upload: searchParams.get('uploadId') ?? '',
    part: Number(searchParams.get('partNumber')),
  };
}

function operationOf(method: string, query: URLSearchParams): Operation {
  if (query.has('uploads')) return 'begin';
  if (query.has('uploadId')) {
    if (method === 'PUT') return 'part';
    return method === 'POST' ? 'complete' : 'abort';
  }
  if (method === 'PUT') return 'put';
  if (query.has('list-type')) return 'list';
  return method === 'DELETE' ? 'delete' : 'get';
}

/** A page of two, so that whoever asks has to ask again. */
function listOf({ objects }: Contents, url: string): string {
  const { searchParams } = new URL(url, 'http://bucket');
  const after = searchParams.get('continuation-token') ?? '';
  const prefix = searchParams.get('prefix') ?? '';
  const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
  const page = keys.slice(0, 2).map((key) => {
    const tag = tagOf(objects.get(key) as Buffer);
    return element('Contents', element('Key', key) + element('ETag', tag));
  });
  const isTruncated = keys.length > 2;
  const next = isTruncated ? element('NextContinuationToken', keys[1] as string) : '';
  return element(
    'ListBucketResult',
    page.join('') + element('IsTruncated', `${isTruncated}`) + next,
  );
}

function sendObject(request: IncomingMessage, response: ServerResponse, object?: Buffer): void {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (!object) answer(response, 404, errorOf('NoSuchKey'));
  else if (first === undefined) answer(response, 200, object);
  else answer(response, 206, object.subarray(Number(first), Number(last) + 1));
}

function answer(response: ServerResponse, status: number, body: string | Buffer = ''): void {
  response.writeHead(status, { etag: '"x"', 'content-length': Buffer.byteLength(body) }).end(body);
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function errorOf(code: string): string {
  return element('Error', element('Code', code) + element('Message', 'no'));
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string) =>
  createHmac('sha256', key).update(text).digest();

/** Signature Version 4 of AWS, computed anew; undefined when it is right. */
function signatureProblem({ method, url, headers }: IncomingMessage, body: Buffer) {
  const form =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d+)\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/;
  const match = form.exec(headers.authorization ?? '');
  if (!match) return 'is not signed';
  const [, key, day = '', given, names = '', signature] = match;
  if (key !== credentials.key || given !== region) return 'another key or region';
  const hash = String(headers['x-amz-content-sha256']);
  if (hash !== 'UNSIGNED-PAYLOAD' && hash !== sha256(body)) return 'another body';
  const [path, query = ''] = (url ?? '').split('?');
  const sorted = query.split('&').map((pair) => (pair.includes('=') ? pair : pair && `${pair}=`));
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
  const canonical = [method, path, sorted.sort().join('&'), lines.join(''), names, hash].join('\n');
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
  const signing = ['s3', 'aws4_request'].reduce<Buffer>(
    hmac,
    hmac(hmac(`AWS4${credentials.secret}`, day), region),
  );
  return hmac(signing, text).toString('hex') === signature ? undefined : 'another signature';
}
