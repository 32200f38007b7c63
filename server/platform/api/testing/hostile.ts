import type { Endpoint } from '../../../../contract/endpoint.ts';

type Schema = {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  maxItems?: number;
  maxLength?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  format?: string;
  pattern?: string;
};

/** Something to send, and what to call it when it fails. */
export type Hostile = { what: string; text: string };

const bodyBytes = 1_000_000;
const lineBytes = 14_000;

/** What parsers and regular expressions have stumbled over, to be repeated without end. */
export const units = [
  'a',
  ' ',
  '.',
  '*_/-`',
  '[x](',
  'a@',
  'a.',
  '\u202e',
  '🦷',
  '\n> ',
  '```\n',
  'https://a',
  '<@1',
  '# ',
  '\n* ',
  '../',
  '\\',
  '"',
  '\0',
  'é\u0301',
  '1-',
  '<!2|',
  '\t',
  '_a_ ',
];

export const repeated = (unit: string, bytes: number) =>
  unit.repeat(Math.floor(bytes / Buffer.byteLength(JSON.stringify(unit).slice(1, -1))));

/** Values of a mebibyte, as JSON. */
const values: Hostile[] = [
  { what: 'ones', text: `[${'1,'.repeat(bodyBytes / 2)}1]` },
  { what: '300,000 ones', text: `[${'1,'.repeat(300_000)}1]` },
  { what: '9,000 ones', text: `[${'1,'.repeat(9_000)}1]` },
  { what: '9,000 objects', text: `[${'{},'.repeat(9_000)}{}]` },
  { what: 'empty objects', text: `[${'{},'.repeat(bodyBytes / 3)}{}]` },
  { what: 'empty texts', text: `[${'"",'.repeat(bodyBytes / 3)}""]` },
  { what: 'deep arrays', text: '['.repeat(bodyBytes / 2) + ']'.repeat(bodyBytes / 2) },
  { what: 'deep objects', text: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
  { what: '100,000 members', text: objectOf(100_000) },
  { what: '9,000 members', text: objectOf(9_000) },
  { what: 'objects of one member', text: `[${arrayOf(90_000, (nth) => `{"${nth}x":1}`)}]` },
  { what: 'digits', text: '1'.repeat(bodyBytes) },
  { what: 'prototypes', text: `[${'{"__proto__" :1},'.repeat(50_000)}1]` },
];

function arrayOf(count: number, write: (nth: string) => string): string {
  return Array.from({ length: count }, (_, nth) => write(nth.toString(36))).join();
}

function objectOf(members: number): string {
  return `{${arrayOf(members, (nth) => `"${nth}":1`)}}`;
}

/** What may stand for the whole body, whatever the endpoint wants. */
export function hostileWholes(): Hostile[] {
  return values;
}

/**
 * Bodies of an endpoint in which one member is hostile and the others fit: those that are too large,
 * and those that are as large as they may be.
 */
export function* hostileMembers({ body }: Endpoint): Generator<Hostile> {
  const schema = body as Schema | undefined;
  for (const [name, member] of Object.entries(schema?.properties ?? {})) {
    const rest = fittingObject(schema ?? {}, name);
    for (const { what, text } of [...values, ...textsFor(member)]) {
      yield { what: `${name}: ${what}`, text: `{${rest}"${name}":${text}}` };
    }
  }
}

/** Texts of a mebibyte, and the longest that are taken, alone or in a list. */
function* textsFor(member: Schema): Generator<Hostile> {
  const lengthMax = lengthIn(member);
  for (const unit of units) {
    const long = JSON.stringify(repeated(unit, bodyBytes));
    yield { what: `${JSON.stringify(unit)} without end`, text: long };
    yield { what: `a list of ${JSON.stringify(unit)} without end`, text: `[${long}]` };
    if (lengthMax === undefined) continue;
    const longest = JSON.stringify([...repeated(unit, 8 * lengthMax)].slice(0, lengthMax).join(''));
    yield { what: `${JSON.stringify(unit)} as long as may be`, text: longest };
    const count = Math.min(itemsIn(member) ?? 0, Math.floor(bodyBytes / longest.length));
    if (count === 0) continue;
    const list = `[${Array.from({ length: count }, () => longest).join()}]`;
    yield { what: `a list of ${JSON.stringify(unit)} as long as may be`, text: list };
  }
}

function lengthIn({ maxLength, anyOf = [], items }: Schema): number | undefined {
  return maxLength ?? anyOf.map(lengthIn).find(Boolean) ?? (items && lengthIn(items));
}

function itemsIn({ maxItems, anyOf = [] }: Schema): number | undefined {
  return maxItems ?? anyOf.map(itemsIn).find(Boolean);
}

/** The members but one, as the beginning of an object. */
function fittingObject({ properties = {}, required = [] }: Schema, but: string): string {
  return required
    .filter((name) => name !== but)
    .map((name) => `"${name}":${JSON.stringify(fitting(properties[name] ?? {}))},`)
    .join('');
}

function fitting(schema: Schema): unknown {
  if ('const' in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return fitting(schema.anyOf[0] ?? {});
  const [type] = [schema.type ?? []].flat();
  if (type === 'array') return [fitting(schema.items ?? {})];
  if (type === 'integer') return 1;
  if (type === 'boolean') return true;
  if (schema.pattern?.includes('{10}')) return '12345678901';
  if (schema.format === 'email') return 'a@mail.example';
  if (schema.format === 'uuid') return '5b1c2a0e-1f4e-4c58-9a48-2b3c4d5e6f70';
  return 'x'.repeat(12);
}

/** Queries that fill the line of the request. */
export function hostileQueries({ query }: Endpoint): Hostile[] {
  const names = [...Object.keys((query as Schema | undefined)?.properties ?? {}), 'unknown'];
  const flood = (unit: string) => unit.repeat(Math.floor(lineBytes / unit.length));
  return names.flatMap((name) => [
    { what: `${name}[] again and again`, text: flood(`${name}[]=&`) },
    { what: `${name} again and again`, text: flood(`${name}=1&`) },
    { what: `${name} of digits`, text: `${name}=${flood('1')}` },
    { what: `${name} of blanks`, text: `${name}=2026${flood('+')}x` },
    { what: `${name} of escapes`, text: `${name}=${flood('%f0%9f%a6%b7')}` },
    { what: `${name} of brackets`, text: `${name}${flood('[a]')}=1` },
    {
      what: `members beside ${name}`,
      text: arrayOf(2_000, (nth) => `x${nth}=1&`).replaceAll(',', ''),
    },
  ]);
}

const headers = [
  'accept',
  'accept-encoding',
  'authorization',
  'content-encoding',
  'content-type',
  'cookie',
  'idempotency-key',
  'if-none-match',
  'if-range',
  'last-event-id',
  'origin',
  'range',
  'x-forwarded-for',
  'x-forwarded-proto',
];

/** Headers that fill what may be sent of them. */
export function hostileHeaders(): { what: string; headers: Record<string, string> }[] {
  const fillings = ['a ', ' ', ',', ';', 'a=;', '"', 'a/', '.', '*/* ;q=', 'bytes=0-1,', 'gzip '];
  const starts = { authorization: 'Bearer ', range: 'bytes=', accept: 'application/json' };
  return headers.flatMap((name) =>
    fillings.map((unit) => {
      const start = name in starts ? starts[name as keyof typeof starts] : 'x';
      const value = `${start}${unit.repeat(Math.floor(lineBytes / unit.length))}x`;
      return { what: `${name} of ${JSON.stringify(unit)}`, headers: { [name]: value } };
    }),
  );
}

const boundary = 'x';

function partOf(headers: string, content: string): string {
  return `--${boundary}\r\n${headers}\r\n\r\n${content}\r\n`;
}

/** Forms of many parts, and of headers without end. */
export function hostileForms(): { what: string; type: string; body: string }[] {
  const plain = `multipart/form-data; boundary=${boundary}`;
  const field = 'content-disposition: form-data; name="data"';
  const named = (name: string) => `${field}; filename="${name}"`;
  const parts: Record<string, string> = {
    '10,000 parts': partOf(`${field}`, 'x').repeat(10_000),
    '10,000 files': partOf(named('a'), 'x').repeat(10_000),
    'a name of dots': partOf(named(repeated('.', 60_000)), 'x'),
    'a name of blanks': partOf(named(`${repeated(' ', 60_000)}x`), 'x'),
    'a name of slashes': partOf(named(repeated('../', 60_000)), 'x'),
    'a name of escapes': partOf(`${field}; filename*=utf-8''${repeated('%41', 60_000)}`, 'x'),
    'a header without end': partOf(`${field}\r\nx: ${repeated('a;', bodyBytes)}`, 'x'),
    '10,000 headers': partOf(`${field}${'\r\nx: y'.repeat(10_000)}`, 'x'),
    'half a boundary again and again': partOf(named('a'), '\r\n--'.repeat(bodyBytes / 4)),
    'a field without end': partOf(field.replace('data', 'more'), repeated('a', bodyBytes)),
    'nothing but a beginning': repeated('\r\n', bodyBytes),
  };
  const forms = Object.entries(parts).map(([what, text]) => ({
    what,
    type: plain,
    body: `${text}--${boundary}--\r\n`,
  }));
  const types = ['; a=b', ' ', ';', '"'].map((unit) => `${plain}${repeated(unit, lineBytes)}`);
  return [...forms, ...types.map((type) => ({ what: type.slice(0, 60), type, body: 'x' }))];
}
