/** The columns of a table of PostgreSQL with values that others have lost or changed, its key aside. */
export const hostileColumns: Readonly<Record<string, string>> = {
  n: 'numeric',
  big: 'int8',
  f: 'float8',
  r: 'float4',
  b: 'boolean',
  t: 'text',
  v: 'varchar(50)',
  c: 'char(5)',
  d: 'date',
  ts: 'timestamp',
  tz: 'timestamptz',
  ti: 'time',
  tt: 'timetz',
  iv: 'interval',
  by: 'bytea',
  j: 'json',
  jb: 'jsonb',
  ja: 'jsonb[]',
  ta: 'text[]',
  ia: 'int[]',
  u: 'uuid',
  bits: 'bit(8)',
  '"order"': 'int',
  '"Ünïcode ""x"""': 'text',
  [`"${'n'.repeat(63)}"`]: 'text',
  ip: 'inet',
  rng: 'int4range',
};

const allBytes = Array.from({ length: 256 }, (_, at) => at.toString(16).padStart(2, '0')).join('');

/** Expressions of SQL; each is the only value of its record. */
export const hostileValues: Readonly<Record<string, readonly string[]>> = {
  n: [
    `'${'9'.repeat(40)}.${'1'.repeat(30)}'`,
    "'-0.000000000000000000000000000001'",
    "'NaN'",
    "'Infinity'",
    '1884518522.1684267241',
  ],
  big: ['9223372036854775807', '-9223372036854775808', '9007199254740993'],
  f: ["'NaN'", "'-Infinity'", '1e308', "'-0'", '5e-324', '0.1'],
  r: ["'NaN'", '3.4e38', '0.1'],
  b: ['true', 'false'],
  t: [
    "''",
    "'null'",
    "'NULL'",
    "e'\\\\N'",
    "e'\\\\.'",
    "e'a\\tb\\nc\\rd'",
    `e'x"y,z;\\r\\n"'`,
    "'  spaces  '",
    "'😀👨‍👩‍👧'",
    "'שלום עולם'",
    "repeat('ü', 600000)",
    "'=1+1'",
    "e'\\ufeffbom'",
  ],
  v: ["'007'", "'1e5'", "'true'", "'2024-01-01'"],
  c: ["'ab'", "'     '"],
  d: ["'0044-03-15 BC'", "'9999-12-31'", "'infinity'", "'0001-01-01'"],
  ts: ["'2024-02-29 23:59:59.999999'", "'0001-01-01 00:00 BC'", "'-infinity'"],
  tz: ["'2024-03-31 01:30:00.000001+00'", "'2024-06-01 12:00+05:30'", "'infinity'"],
  ti: ["'24:00'", "'00:00:00.000001'"],
  tt: ["'12:34:56.000001+02'", "'00:00-11:30'"],
  iv: ["'1 mon -2 days 03:04:05.000006'", "'-1 year'"],
  by: [`decode('${allBytes}', 'hex')`, "'\\x'", "'\\x00ff0a0d22'"],
  j: [`'{"a": 9007199254740993,  "b": 1.0, "s":"\\u00e9"}'`, "'null'", `'"text"'`],
  jb: ['\'{"big": 12345678901234567890.5, "deep": [[[{}]]]}\'', "'null'"],
  ja: [`array['{"a":null}'::jsonb, null, '"x"'::jsonb]`, "'{}'"],
  ta: [`array['a"b', null, 'NULL', '', '{}', e'c\\\\d', 'e,f']`, "'{{a,b},{c,d}}'"],
  ia: ['array[1,null,2147483647]'],
  u: ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"],
  bits: ["b'00000000'", "b'10000001'"],
  '"order"': ['2147483647', '-2147483648'],
  '"Ünïcode ""x"""': ["'é'"],
  [`"${'n'.repeat(63)}"`]: ["'long'"],
  ip: ["'::1/64'", "'10.0.0.1'"],
  rng: ["'[1,5)'", "'empty'"],
};

/** Statements that fill a table that has these columns and an `id`; the first record has none of them. */
export function hostileRows(table: string): string {
  const all = Object.entries(hostileValues).flatMap(([column, values]) =>
    values.map((value) => ({ column, value })),
  );
  const rows = all.map(({ column, value }, at) => {
    return `insert into ${table} (id, ${column}) values (${at + 2}, ${value});`;
  });
  return `insert into ${table} (id) values (1); ${rows.join('\n')}`;
}

/** Which column a record of those has its value in. */
export function columnOf(id: number): string | undefined {
  const all = Object.entries(hostileValues).flatMap(([column, values]) => values.map(() => column));
  return all[id - 2];
}
