export type Junk = { readonly what: string; readonly body: string; readonly type?: string };

/** Bodies that no endpoint takes; without a `type` they claim to be JSON. */
export const junk: readonly Junk[] = [
  { what: 'that is no JSON', body: '{"length":' },
  { what: 'that has only begun', body: '{' },
  { what: 'of words', body: 'length=30' },
  { what: 'that is a list', body: '[]' },
  { what: 'that is null', body: 'null' },
  { what: 'that is a number', body: '30' },
  { what: 'that is a text', body: '"{}"' },
  { what: 'with a prototype', body: '{"__proto__":{"length":30}}' },
  { what: 'with a constructor', body: '{"constructor":{"prototype":{"length":30}}}' },
  { what: 'with a name of bytes that are no text', body: '{"\u0000":1}' },
  { what: 'of bytes that are no text', body: '{"start":"\u0000"}' },
  { what: 'of wrong types', body: '{"blocks":7,"name":[],"chatID":{},"body":1}' },
  { what: 'with a form', body: 'length=30', type: 'application/x-www-form-urlencoded' },
  { what: 'with XML', body: '<length>30</length>', type: 'application/xml' },
  { what: 'with plain text', body: 'length', type: 'text/plain' },
  { what: 'with a table', body: 'a=b', type: 'text/csv' },
  { what: 'with a type of junk', body: '{}', type: 'junk' },
];

type ObjectSchema = { properties?: object; required?: readonly string[] };

/** Whether an object that names none of a body's members may be taken: nothing has to be given. */
export function mayBeTaken({ body }: Junk, schema: ObjectSchema): boolean {
  if ((schema.required ?? []).length > 0) return false;
  const named = /^\{"(\w+)"/.exec(body)?.[1];
  const members = Object.keys(schema.properties ?? {});
  return named !== undefined && named !== '__proto__' && !members.some((one) => body.includes(one));
}
