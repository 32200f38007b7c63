import type { Received } from './fitting.ts';
import { type Guarded, type HeaderFields, sampleOf } from './guarded.ts';

export type Sent = { body?: string | FormData | undefined; type?: string; query?: string };

/** A request as it is, whatever the contract says, and what came of it. */
export async function sendTo(
  url: string,
  method: string,
  path: string,
  headers: HeaderFields,
  { body, type = 'application/json', query = '' }: Sent = {},
): Promise<Received> {
  const isText = typeof body === 'string';
  const response = await fetch(url + path + query, {
    method,
    headers: { ...headers, ...(isText ? { 'content-type': type } : {}) },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text && JSON.parse(text) };
}

/** The body that goes well, where there is a sample of it. */
export function bodyFor(guarded: Guarded, name: string): Sent {
  const { body, form } = sampleOf(guarded, name);
  if (form) return { body: formOf(form) };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function formOf(members: Readonly<Record<string, string | Blob>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(members)) form.append(name, value);
  return form;
}
