import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { AppError, ConfigError, invalid } from '../errors.ts';
import { requestId } from '../ids.ts';
import { type Log, loggable } from '../log.ts';
import { bodyBytesMax, longBodyMilliseconds, watchArrivals } from './arrival.ts';
import { type Edge, edgeOf, outwardError } from './edge.ts';
import { requireHttps } from './https.ts';
import { refuseImmense } from './json.ts';
import { answerMalformed } from './malformed.ts';
import { readQuery } from './query.ts';
import { serializerCompiler } from './serialization.ts';
import { validatorCompiler } from './validation.ts';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** The HTTP server without routes: it reads requests, and writes and logs errors. */
export function createHttp(config: Config, log: Log, edges: readonly Edge[]): FastifyInstance {
  const app = Fastify({
    logger: false,
    genReqId: requestId,
    bodyLimit: bodyBytesMax,
    trustProxy: config.trustProxy,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    requestTimeout: longBodyMilliseconds,
    clientErrorHandler: answerMalformed,
    rewriteUrl: ({ url = '/' }) => withoutTrailingBlanks(url),
    frameworkErrors: (error, request, reply) => {
      reply.header('x-request-id', request.id);
      sendError(error, request, reply, edges, log);
      // No hook runs for these, not even the one that logs requests.
      const { id: request_id, method } = request;
      const line = { request_id, method, route: 'none', status: reply.statusCode, duration_ms: 0 };
      log.info(line, 'answered');
    },
    routerOptions: {
      querystringParser: readQuery,
      maxParamLength: 1_000,
      ignoreTrailingSlash: true,
    },
    ...(config.tls ? { https: readCertificate(config.tls) } : {}),
  }) as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    reply.header('x-content-type-options', 'nosniff');
  });
  if (config.requireHttps) requireHttps(app);
  watchArrivals(app);
  readBodies(app);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, edges, log));
  app.setNotFoundHandler((request, reply) => {
    const page = missingPages.get(app)?.(request);
    if (page === undefined) sendError(missing(app, request), request, reply, edges, log);
    else page(reply);
  });
  return app;
}

/**
 * Treats an empty body as no body, whatever its declared type: existing clients declare one with
 * GET, and programs with an empty POST. A body that is there must be JSON.
 */
function readBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const encoding = request.headers['content-encoding'] ?? 'identity';
    if (body.length === 0) done(null, undefined);
    else if (encoding.toLowerCase() !== 'identity') done(encoded());
    else if (!isUtf8(body as Buffer)) done(invalid('body', 'must be UTF-8.'));
    else {
      const refusal = refuseImmense(body as Buffer);
      if (refusal) done(refusal);
      else void parse(request, body.toString(), done);
    }
  });
  app.addContentTypeParser('*', (request, body, done) => {
    const answer = (error: AppError | null) => {
      body.off('data', refuse).off('end', accept);
      done(error, undefined);
    };
    const refuse = () => answer(new AppError('unsupported_media_type'));
    const accept = () => answer(null);
    if (Number(request.headers['content-length'] ?? 0) > 0) refuse();
    else body.once('data', refuse).once('end', accept);
  });
}

function encoded(): AppError {
  return new AppError('unsupported_media_type', {
    message: 'The body is compressed; send it uncompressed, without Content-Encoding.',
  });
}

function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  edges: readonly Edge[],
  log: Log,
): void {
  const outward = outwardError(thrown);
  if (!outward) log.error({ request_id: request.id, ...loggable(thrown) }, 'a request failed');
  const error = outward ?? new AppError('internal_error');
  reply
    .code(error.status)
    .headers(error.headers ?? {})
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(edgeOf(edges, request.url).body(error, request.id));
}

/** Existing clients send blanks after the path. */
function withoutTrailingBlanks(url: string): string {
  const query = url.indexOf('?');
  const path = query < 0 ? url : url.slice(0, query);
  let end = path.length;
  while (path.endsWith('%20', end)) end -= 3;
  return end === path.length ? url : path.slice(0, end) + url.slice(path.length);
}

/** A path that exists with other methods is a 405 that lists them; any other is a 404. */
function missing(app: FastifyInstance, request: FastifyRequest): AppError {
  const path = request.url.split('?', 1)[0] as string;
  const allowed = methods.filter((method) => matches(app, method, path));
  if (allowed.length === 0) return new AppError('not_found');
  return new AppError('method_not_allowed', { headers: { allow: allowed.join(', ') } });
}

function matches(app: FastifyInstance, method: string, path: string): boolean {
  const table = routeTables.get(app) ?? [];
  return table.some((route) => route.method === method && route.pattern.test(path));
}

type MissingPage = (request: FastifyRequest) => ((reply: FastifyReply) => void) | undefined;
const missingPages = new WeakMap<FastifyInstance, MissingPage>();

/** Registers the page that is shown, instead of an error in JSON, where nothing is found. */
export function showMissing(app: FastifyInstance, page: MissingPage): void {
  missingPages.set(app, page);
}

type Route = { method: string; pattern: RegExp };
const routeTables = new WeakMap<FastifyInstance, Route[]>();

/** Remembers a route for the `Allow` header of a 405. */
export function noteRoute(app: FastifyInstance, method: string, path: string): void {
  const pattern = new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:[^/]+/g, '[^/]+')}/?$`);
  const table = routeTables.get(app) ?? [];
  table.push({ method, pattern });
  if (method === 'GET') table.push({ method: 'HEAD', pattern });
  routeTables.set(app, table);
}

function readCertificate({ certFile, keyFile }: { certFile: string; keyFile: string }) {
  const pair = {
    cert: readPem('HEDDLE_TLS_CERT', certFile, 'CERTIFICATE'),
    key: readPem('HEDDLE_TLS_KEY', keyFile, 'PRIVATE KEY'),
  };
  try {
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const reason = (error as Error).message;
    throw new ConfigError(`HEDDLE_TLS_CERT and HEDDLE_TLS_KEY cannot be used: ${reason}.`);
  }
}

function readPem(name: string, file: string, kind: string): Buffer {
  try {
    const content = readFileSync(file);
    if (content.includes(kind)) return content;
  } catch (error) {
    throw new ConfigError(`${name}: ${(error as Error).message}.`, { cause: error });
  }
  throw new ConfigError(`${name}: ${file} holds no ${kind} in PEM.`);
}
