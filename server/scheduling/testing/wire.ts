import type { Scene } from './scene.ts';

type Request = { body?: string | object; headers?: Record<string, string> };

/** A request as it is on the wire, for what the typed client would not send. */
export async function send(
  { app, authorization }: Pick<Scene, 'app' | 'authorization'>,
  method: string,
  path: string,
  { body, headers = {} }: Request = {},
) {
  const response = await fetch(app.url + path, {
    method,
    headers: {
      authorization: await authorization(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: () => JSON.parse(text),
  };
}
