import { matchName } from '../../conventions/names.ts';
import { fromJson } from '../../values/json.ts';
import type { Cell, FieldType, Json } from '../../values/types.ts';
import type { Description, Field } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { typeOf } from '../http/types.ts';
import { listOf, type Node, readXml, textOf } from '../xml.ts';
import type { ReportConfig } from './config.ts';
import type { Instance, Read } from './instances.ts';

const lists = new Set(
  'complexType simpleType sequence element attribute simpleContent restriction extension'.split(
    ' ',
  ),
);
const prefixed = /xmlns:([\w.-]+)\s*=\s*["']http:\/\/www\.w3\.org\/2001\/XMLSchema["']/;
const kinds: Readonly<Record<string, FieldType>> = {
  boolean: { kind: 'boolean' },
  date: { kind: 'date' },
  dateTime: { kind: 'timestamptz' },
  decimal: { kind: 'numeric' },
  integer: { kind: 'numeric' },
  int: { kind: 'int4' },
  long: { kind: 'int8' },
  double: { kind: 'float8' },
  float: { kind: 'float8' },
};
const dated = new Set(['date', 'timestamp', 'timestamptz']);

/** The fields of a report, as its schema has them. @throws ConnectorError for what is none */
export function describeReport(xml: string, place: string, report: ReportConfig): Description {
  const root = readXml(xml, place, { root: 'schema', lists });
  const entry = listOf(root, 'complexType').find(
    (one) => textOf(one, 'name') === 'Report_EntryType',
  );
  if (!root || !entry) {
    throw new ConnectorError('configuration', `${place} does not describe a report.`);
  }
  const schema = { root, prefix: prefixed.exec(xml)?.[1] ?? '' };
  const found = listOf(entry, 'sequence')
    .flatMap((one) => listOf(one, 'element'))
    .map((element) => fieldOf(schema, element));
  const fields = withOwn(found, report.fields ?? {});
  const names = fields.map(({ name }) => name);
  const named = (wanted: string, member: string) => {
    const name = matchName(names, wanted);
    if (name !== undefined) return name;
    const message = `config.reports: the report "${report.name}" has no field "${wanted}", which its ${member} names.`;
    throw new ConnectorError('configuration', message);
  };
  const { cursor, key = [] } = report;
  const own = cursor && named(cursor.field, 'cursor');
  return {
    ...{ name: report.name, fields, key: [key].flat().map((one) => named(one, 'key')) },
    ...(own ? { cursor: own } : {}),
    cursorFields: own
      ? [own]
      : fields.filter(({ type }) => dated.has(type.kind)).map(({ name }) => name),
  };
}

export function entryRowOf(entry: Instance, fields: readonly Field[]): Read {
  const row: Cell[] = [];
  let problem: Read['problem'];
  for (const { name, type } of fields) {
    const value = Object.hasOwn(entry, name) ? (entry[name] ?? null) : null;
    const reading = fromJson(type, plain(type, value));
    row.push('text' in reading ? reading.text : null);
    if ('text' in reading) continue;
    problem ??= { field: name, reason: `The field "${name}" ${reading.problem}.` };
  }
  return { row, ...(problem ? { problem } : {}) };
}

/** What is no text is told as one: empty for none, and a day with the zone that it is shown in. */
function plain({ kind }: FieldType, value: Json): Json {
  if (value === '' && kind !== 'text') return null;
  if (kind !== 'date' || typeof value !== 'string') return value;
  return value.replace(/^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)$/, '$1');
}

/** `prefix`: by which it names the types that all schemas have. */
type Schema = { readonly root: Node; readonly prefix: string };

function fieldOf(schema: Schema, element: Node): Field {
  const isList = textOf(element, 'maxOccurs') !== '' && textOf(element, 'maxOccurs') !== '1';
  const { type, nativeType } = isList
    ? { type: { kind: 'jsonb' } as const, nativeType: 'list' }
    : readType(schema, textOf(element, 'type'));
  return { name: textOf(element, 'name'), type, nativeType, isNullable: true, isWritable: false };
}

function readType(schema: Schema, qualified: string): { type: FieldType; nativeType: string } {
  const { root } = schema;
  const [name = '', prefix = ''] = qualified.split(':').reverse();
  if (prefix === schema.prefix) {
    return { type: kinds[name] ?? { kind: 'text' }, nativeType: name };
  }
  const complex = listOf(root, 'complexType').find((one) => textOf(one, 'name') === name);
  if (!complex) return { type: { kind: 'text' }, nativeType: name || 'string' };
  const isReference = listOf(complex, 'attribute').some(
    (one) => textOf(one, 'name') === 'Descriptor',
  );
  // What stands in the answer is what people call it.
  if (isReference) {
    return {
      type: { kind: 'text' },
      nativeType: `reference to ${name.replace(/ObjectType$/, '')}`,
    };
  }
  const [content] = listOf(complex, 'simpleContent');
  const [base] = ['extension', 'restriction'].flatMap((one) => listOf(content, one));
  return base
    ? readType(schema, textOf(base, 'base'))
    : { type: { kind: 'jsonb' }, nativeType: name };
}

function withOwn(found: readonly Field[], own: Readonly<Record<string, string>>): Field[] {
  const given = new Map(Object.entries(own));
  const fields = found.map((field) => {
    const text = given.get(field.name);
    given.delete(field.name);
    return text === undefined ? field : { ...field, type: typeOf(field.name, text) };
  });
  const other = [...given].map(([name, text]) => {
    return {
      name,
      type: typeOf(name, text),
      nativeType: text,
      isNullable: true,
      isWritable: false,
    };
  });
  return [...fields, ...other];
}
