import { setTimeout } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Api, Endpoint } from '../../../contract/endpoint.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Database, Wall } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { acceptBytes } from '../../runtime/http/bytes.ts';
import { acceptFormEncoded, acceptForms, Form, requireForm } from '../../runtime/http/form.ts';
import { noteRoute } from '../../runtime/http/http.ts';
import { JsonText, Reply } from '../../runtime/http/reply.ts';
import type { Log } from '../../runtime/log.ts';
import { type Keyring, MasterKeyError } from '../../runtime/secrets/keyring.ts';
import type { Caller } from '../access/callers.ts';
import type {
  OutsideContext,
  PublicContext,
  ReadContext,
  UploadContext,
  WriteContext,
} from '../context.ts';
import { type Depths, depthHeader } from '../depths/depths.ts';
import type { Files } from '../files/files.ts';
import {
  answerOnce,
  answerOnceOutside,
  fingerprintOf,
  formerFingerprintOf,
  keptError,
} from '../idempotency/idempotency.ts';
import type { KeptAnswer } from '../idempotency/store.ts';
import type { Door } from './door.ts';
import { noteMembers } from './members.ts';
import type { Routes } from './routes.ts';

export type Services = {
  database: Database;
  files: Files;
  keyring: Keyring;
  depths: Depths;
  door: Door;
  clock: Clock;
  log: Log;
  /** The public URL of this server. */
  origin: string;
};

type Input = { params: unknown; query: unknown; body: unknown };
type AnyContext = PublicContext | ReadContext | WriteContext | OutsideContext | UploadContext;
type Work = (ctx: AnyContext, input: Input) => unknown;

/** Registers the endpoints of an API, each behind the door. */
export function mount<A extends Api>(
  app: FastifyInstance,
  api: A,
  routes: Routes<A>,
  services: Services,
): void {
  for (const [name, endpoint] of Object.entries(api.endpoints)) {
    const work = routes[name as keyof A['endpoints']] as unknown as Work;
    for (const path of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      mountEndpoint(app, { name, path, endpoint, work }, services);
    }
  }
}

type Mounted = { name: string; path: string; endpoint: Endpoint; work: Work };

function mountEndpoint(app: FastifyInstance, mounted: Mounted, services: Services): void {
  const { path, endpoint } = mounted;
  noteRoute(app, endpoint.method, path);
  const accept = acceptorOf(endpoint);
  if (!accept) {
    route(app, mounted, services);
    return;
  }
  app.register(async (scope) => {
    accept(scope);
    route(scope, mounted, services);
  });
}

/** Prepares a route for a body that is not JSON. */
function acceptorOf({ form, formEncoded, rawBytesMax }: Endpoint) {
  if (form) return acceptForms;
  if (formEncoded) return acceptFormEncoded;
  if (rawBytesMax === undefined) return undefined;
  return (scope: FastifyInstance) => acceptBytes(scope, rawBytesMax);
}

function route(app: FastifyInstance, mounted: Mounted, services: Services): void {
  const { path, endpoint } = mounted;
  app.route({
    method: endpoint.method,
    url: path,
    schema: {
      ...(endpoint.params ? { params: endpoint.params } : {}),
      ...(endpoint.query ? { querystring: endpoint.query } : {}),
      ...(endpoint.body ? { body: endpoint.body } : {}),
      ...(endpoint.status === 204 ? {} : { response: { [endpoint.status]: endpoint.answer } }),
    },
    ...(endpoint.form ? { config: { takesLong: true } } : {}),
    onRequest: async (request, reply) => {
      await services.door.pass(request, reply, endpoint.scope);
      if (endpoint.form) requireForm(request);
    },
    preValidation: endpoint.body ? [requireBody, noteMembers(endpoint.body)] : [],
    handler: (request, reply) => handlerOf(endpoint)(mounted, services, request, reply),
  });
}

function handlerOf({ scope, method, form, outside }: Endpoint) {
  if (scope === 'public') return answerAnybody;
  if (form || outside) return callOutside;
  return method === 'GET' ? read : write;
}

/** Without a body a schema is not consulted; an empty object names what is missing. */
async function requireBody(request: FastifyRequest): Promise<void> {
  if (request.body === undefined) request.body = {};
}

async function answerAnybody(
  { endpoint, work }: Mounted,
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const ctx: PublicContext = { ...frameOf(services, request), address: request.ip };
  return send(reply, endpoint, await work(ctx, inputOf(request)));
}

async function read(
  { endpoint, work }: Mounted,
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const context = contextOf(services, request);
  const wall = wallOf(endpoint, services, context.organization);
  const answer = await wall.read(async (db) =>
    work({ ...context, db, latest: wall.reading }, inputOf(request)),
  );
  return send(reply, endpoint, answer);
}

async function write(
  mounted: Mounted,
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { endpoint, work } = mounted;
  const context = await deepContextOf(services, request);
  const key = endpoint.idempotent ? request.headers['idempotency-key'] : undefined;
  const input = inputOf(request);
  const wall = wallOf(endpoint, services, context.organization);
  const answer = await wall.transaction(async (tx) => {
    const ctx: WriteContext = { ...context, tx };
    if (key === undefined) return work(ctx, input);
    const fingerprint = fingerprintOf(endpoint.method, mounted.name, input);
    const former = formerFingerprintOf(mounted.name, input);
    const once = async () => keep(endpoint, services, await work(ctx, input));
    return answerOnce(ctx, String(key), fingerprint, once, former);
  }, termsOf(context));
  if (answer instanceof Reply && answer.delayMilliseconds > 0) {
    await setTimeout(answer.delayMilliseconds);
  }
  if (key === undefined) return send(reply, endpoint, answer);
  return sendKept(reply, services, answer as KeptAnswer);
}

function sendKept(reply: FastifyReply, { keyring }: Services, kept: KeptAnswer) {
  const error = keptError(kept);
  if (error) throw error;
  const { status, headers, body = '', sealed } = kept;
  const text = sealed ? opened(keyring, sealed) : body;
  return sendText(reply.code(status), text, headers);
}

/** @throws AppError gone (410) when the master key was replaced since */
function opened(keyring: Keyring, sealed: string): string {
  try {
    return keyring.open(Buffer.from(sealed, 'base64'), keptSecret).toString();
  } catch (cause) {
    if (!(cause instanceof MasterKeyError)) throw cause;
    throw new AppError('gone', { message: 'The answer had a secret, and is not kept any more.' });
  }
}

/** What the answers that have a secret are sealed for. */
const keptSecret = 'platform.idempotency answer';

async function callOutside(
  mounted: Mounted,
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const { endpoint, work } = mounted;
  const context = await deepContextOf(services, request);
  const wall = wallOf(endpoint, services, context.organization);
  const outside: OutsideContext = {
    ...context,
    db: wall.reading,
    transaction: (work) => wall.transaction((tx) => work({ ...context, tx }), termsOf(context)),
  };
  const ctx = endpoint.form
    ? { ...outside, form: new Form(request), files: services.files }
    : outside;
  const input = inputOf(request);
  const key = endpoint.idempotent ? request.headers['idempotency-key'] : undefined;
  if (key === undefined) return send(reply, endpoint, await work(ctx, input));
  const fingerprint = fingerprintOf(endpoint.method, mounted.name, input);
  const once = async () => keep(endpoint, services, await work(ctx, input));
  const kept = await answerOnceOutside(outside, String(key), fingerprint, once);
  return sendKept(reply, services, kept);
}

function keep({ status, secret }: Endpoint, { keyring }: Services, answer: unknown): KeptAnswer {
  const { body, headers } = answer instanceof Reply ? answer : { body: answer, headers: {} };
  const text = JSON.stringify(body);
  if (!secret) return { status, headers, body: text };
  const sealed = keyring.seal(Buffer.from(text), keptSecret).toString('base64');
  return { status, headers, sealed };
}

/** Answers that contain patients must not be cached by anybody. */
function send(reply: FastifyReply, { status }: Endpoint, answer: unknown) {
  reply.code(status).header('cache-control', 'no-store');
  if (answer instanceof JsonText) return sendText(reply, answer.text, answer.headers);
  if (answer instanceof Reply) return reply.headers(answer.headers).send(answer.body);
  return reply.send(answer);
}

function sendText(reply: FastifyReply, text: JsonText<unknown>['text'], headers: object) {
  return reply
    .headers(headers as Record<string, string>)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => payload as string)
    .send(text);
}

/** What belongs to a person is outside the walls between organizations. */
function wallOf({ scope }: Endpoint, { database }: Services, organization: number): Wall {
  return scope === 'person' ? database.system : database.of(organization);
}

function inputOf({ params, query, body }: FastifyRequest): Input {
  return { params, query, body };
}

function contextOf(services: Services, request: FastifyRequest) {
  const caller = request.getDecorator<Caller>('caller');
  return { ...frameOf(services, request), caller, organization: caller.organization };
}

/** With how deep the workflow of this installation stands whose request it is. */
async function deepContextOf(services: Services, request: FastifyRequest) {
  const header = request.headers[depthHeader];
  const depth = header === undefined ? 0 : await services.depths.read(header);
  return { ...contextOf(services, request), depth };
}

function termsOf({ depth }: { depth: number }) {
  return depth > 0 ? { depth } : undefined;
}

function frameOf({ clock, log, origin }: Services, request: FastifyRequest) {
  return {
    now: clock.now(),
    log: log.child({ request_id: request.id }),
    requestId: request.id,
    origin,
  };
}
