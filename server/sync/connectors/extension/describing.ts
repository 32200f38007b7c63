import { readType } from '../../values/spelling.ts';
import type { Description, ObjectName } from '../connector.ts';
import { type Field, labelled } from '../field.ts';
import { type Answer, unfit } from './calls.ts';

type Objects = Answer<'discover'>['objects'];
type Given = Objects[number];

/** What an extension has, by name. @throws ConnectorError that names the member which does not fit */
export function describedBy({ objects }: Answer<'discover'>): Map<string, Description> {
  const described = new Map<string, Description>();
  for (const [at, object] of objects.entries()) {
    const place = `objects[${at}]`;
    if (described.has(object.name)) throw unfit('discover', `${place}.name comes twice`);
    described.set(object.name, descriptionOf(object, place));
  }
  return described;
}

export function objectNames(
  described: ReadonlyMap<string, Description>,
  { search = '', after, limit }: { search?: string; after?: string; limit: number },
): ObjectName[] {
  const sought = search.toLowerCase();
  return [...described.keys()]
    .filter((name) => name.toLowerCase().includes(sought))
    .sort()
    .filter((name) => after === undefined || name > after)
    .slice(0, limit)
    .map((name) => ({ name, kind: 'object' }));
}

function descriptionOf({ name, fields, key = [], cursor_fields = [] }: Given, place: string) {
  const known = new Map<string, Field>();
  for (const [at, field] of fields.entries()) {
    const own = `${place}.fields[${at}]`;
    if (known.has(field.name)) throw unfit('discover', `${own}.name comes twice`);
    known.set(field.name, fieldOf(field, own));
  }
  for (const [member, names] of Object.entries({ key, cursor_fields })) {
    const unknown = names.findIndex((one) => !known.has(one));
    if (unknown >= 0)
      throw unfit('discover', `${place}.${member}[${unknown}] is none of its fields`);
  }
  const [cursor] = cursor_fields;
  return {
    name,
    fields: [...known.values()],
    key,
    cursorFields: cursor_fields,
    ...(cursor === undefined ? {} : { cursor }),
  };
}

function fieldOf(given: Given['fields'][number], place: string): Field {
  const { name, label, type: native, nullable = true, writable = true } = given;
  const type = readType(native);
  if (!type || type.kind === 'other' || type.kind === 'enum') {
    throw unfit('discover', `${place}.type is no type of PostgreSQL that is known here`);
  }
  const own = { name, type, nativeType: native, isNullable: nullable, isWritable: writable };
  return { ...own, ...labelled(name, label) };
}
