import type { FastifyReply, FastifyRequest } from 'fastify';
import { unavailable } from '../../runtime/database/database.ts';
import { lentWork } from '../../runtime/database/lending.ts';
import { AppError } from '../../runtime/errors.ts';
import { addressHeader } from './address.ts';

export type Handler = (request: Request) => Promise<Response>;

type Asked = { path?: string; body?: unknown };

/**
 * Sends a request to better-auth. Only what is named here reaches it, so that no header can be
 * forged.
 */
export async function ask(
  handler: Handler,
  request: FastifyRequest,
  origin: string,
  { path = request.url, body = request.body }: Asked = {},
): Promise<Response> {
  const { method, headers, ip } = request;
  const passed = new Headers({ [addressHeader]: ip });
  for (const name of ['cookie', 'origin', 'user-agent'] as const) {
    const value = headers[name];
    if (value !== undefined) passed.set(name, value);
  }
  if (method === 'POST') passed.set('content-type', 'application/json');
  return answerOf(
    handler,
    new Request(new URL(path, origin), {
      method,
      headers: passed,
      ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
    }),
  );
}

/** @throws AppError overloaded (503) also where better-auth has made a refusal of it */
async function answerOf(handler: Handler, asked: Request): Promise<Response> {
  const work: { failure?: unknown } = {};
  let response: Response;
  try {
    response = await lentWork.run(work, () => handler(asked));
  } catch (error) {
    throw unavailable(error);
  }
  const reason = response.status < 400 ? undefined : unavailable(work.failure);
  if (reason instanceof AppError) throw reason;
  return response;
}

/** Passes better-auth's answer on; a refusal in the form that the website expects. */
export async function send(reply: FastifyReply, response: Response) {
  const { status, headers } = response;
  const cookies = headers.getSetCookie();
  const location = headers.get('location');
  reply.code(status).header('cache-control', 'no-store');
  if (cookies.length > 0) reply.header('set-cookie', cookies);
  if (location !== null) reply.header('location', location);
  if (status === 401) reply.header('www-authenticate', 'Session');
  reply.type('application/json; charset=utf-8');
  if (status < 400) return reply.send(withoutToken(await response.text()));
  const { code, message } = await readRefusal(response);
  const request_id = reply.request.id;
  return reply.send(JSON.stringify({ ok: false, error: code, message, request_id }));
}

/** Removes the session token: it is in the cookie, where no script reads it, and nowhere else. */
function withoutToken(text: string): string {
  const body = parse(text);
  if (!('token' in body)) return text;
  const { token: _, ...shown } = body;
  return JSON.stringify(shown);
}

/** A refusal by better-auth, as one word and a sentence. */
export async function readRefusal(response: Response): Promise<{ code: string; message: string }> {
  const { code = 'invalid_request', message = 'It was refused.' } = parse(await response.text());
  return { code: code.toLowerCase(), message };
}

function parse(text: string): { code?: string; message?: string; token?: string } {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
