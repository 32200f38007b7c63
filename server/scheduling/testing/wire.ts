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

const lookMilliseconds = 50;
const waitMillisecondsMax = 120_000;

/** What `read` answers once it is something; for what jobs do in their own time. */
export async function eventually<T>(what: string, read: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + waitMillisecondsMax;
  while (Date.now() < end) {
    const found = await read();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, lookMilliseconds));
  }
  throw new Error(`it did not happen: ${what}`);
}
