import { depthHeader } from '../../../platform/depths/depths.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { askOnce } from '../../connectors/http/asking.ts';
import { retryAfterSeconds } from '../../connectors/http/waits.ts';
import { GuardedOutside } from '../../connectors/outside.ts';
import type { SystemAnswer, SystemRequest } from '../../connectors/requests.ts';
import { readExactly } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import { type ActionServices, type Performed, type Step, StepError } from './action.ts';
import { using } from './connecting.ts';
import { headerRule } from './headers.ts';
import { renderedHeaders, renderedUrl, renderedValue } from './rendering.ts';

const secondsMax = 60;
/** As many as there are runs under way in a worker: no step waits for another. */
const connectionsMax = 64;
const answerBytesMax = 2 * 2 ** 20;
/** Of an answer that is shown in an error. */
const upstreamCharactersMax = 300;

/**
 * How connections to where steps send are kept: shorter than servers keep theirs, so that none is
 * used just as it is closed at the other end.
 */
export const httpPoolTerms = { keptMilliseconds: 4_000, answerMilliseconds: 70_000 };

/**
 * Sends a request, with the credentials of a connection where one is named. An answer that is JSON is a
 * value for the steps after it. Redirects, and whatever is no 2xx, are failures.
 */
export async function http(services: ActionServices, step: Step<'http'>): Promise<Performed> {
  const { request, missing } = requestOf(step);
  const { headers: _, ...shown } = request;
  const input: Json = { ...shown };
  step.show({ input, missing });
  if (step.isDry) return { kind: 'done', input, output: null, missing };
  const depth = await services.depths.write(step.runId, step.depth);
  const signed = { ...request, headers: { ...request.headers, [depthHeader]: depth } };
  const answer = await send(services, step, signed);
  refuse(answer);
  const { status, headers, text } = answer;
  const body = readExactly(text) ?? text;
  const output = { status, headers: Object.fromEntries(headers), body };
  return { kind: 'done', input, output, missing };
}

function requestOf({ action, scope, idempotencyKey }: Step<'http'>) {
  const url = renderedUrl(action.url ?? '', scope);
  const given = renderedHeaders(action.headers ?? {}, scope);
  const { value, missing } = renderedValue((action.body ?? null) as Json, scope);
  const isText = typeof value === 'string';
  const headers: Record<string, string> = {
    'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json',
    'idempotency-key': idempotencyKey.replaceAll(' ', '.'),
    ...given.headers,
  };
  requireHeaders(headers);
  const body = value === null ? {} : { body: isText ? value : JSON.stringify(value) };
  const method = action.method ?? (value === null ? 'GET' : 'POST');
  const request: SystemRequest = { method, url: url.text, headers, ...body };
  const all = new Set([...url.missing, ...given.missing, ...missing]);
  return { request, missing: [...all] };
}

/** What no client would send is said at once. @throws StepError */
function requireHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    const rule = headerRule(name, value);
    if (rule) throw new StepError(`headers.${name} ${rule}`);
  }
}

async function send(
  services: ActionServices,
  step: Step<'http'>,
  request: SystemRequest,
): Promise<SystemAnswer> {
  if (step.action.connection_id) {
    return using(services, step, async (session) => {
      if (session.request) return session.request(request);
      throw new StepError('connection_id must be a connection of the provider http.');
    });
  }
  const url = URL.parse(request.url);
  if (!url) throw new StepError('url must begin with https:// or http://.');
  const { allowPrivateHosts } = services.config;
  const { organization, signal } = step;
  // Organizations share no connection: whoever answers one could mistake it for another.
  const connections = ({ origin }: URL) =>
    services.pools.of(`${organization} ${origin}`, new URL(origin), connectionsMax);
  const outside = new GuardedOutside({ allowPrivateHosts, folder: undefined, connections, signal });
  const { method, headers, body } = request;
  try {
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    const terms = { signal, seconds: secondsMax, bodyBytesMax: answerBytesMax };
    return await askOnce(outside, url, init, terms);
  } finally {
    await outside.close();
  }
}

/** @throws ConnectorError for what is no 2xx */
function refuse({ status, headers, text }: SystemAnswer): void {
  if (status >= 200 && status < 300) return;
  const upstream = text.slice(0, upstreamCharactersMax);
  const more = upstream === '' ? {} : { upstream };
  if (status >= 300 && status < 400) {
    throw new ConnectorError('request', `It leads to another address (${status}).`);
  }
  if (status < 500 && status !== 429 && status !== 408 && status !== 425) {
    throw new ConnectorError('request', `It was refused (${status}).`, more);
  }
  const seconds = retryAfterSeconds(headers.get('retry-after'), Date.now());
  throw new ConnectorError('retry', `It cannot be answered just now (${status}).`, {
    ...more,
    ...(seconds === undefined ? {} : { retryAfterSeconds: Math.ceil(seconds) }),
  });
}
