import type { Cell, FieldType, Row } from '../../values/types.ts';
import type { FilterField } from '../checked.ts';

type Column = {
  name: string;
  type: FieldType;
  /** In the words of each system; without one it has no such column. */
  postgres: string;
  sqlite?: string;
  mariadb?: string;
  cells: Cell[];
};

const quirks = 'quote" and `tick`';
const mood: FieldType = { kind: 'enum', name: 'mood', values: ['sad', 'ok', 'happy'] };
const texts = [
  'Technology',
  'technology',
  "O'Brien",
  '100% _sure_',
  String.raw`back\slash`,
  '',
  ' ',
  'a',
  'a ',
  'ä',
  'é',
  'e\u0301',
  'Straße',
  '😀😀',
  '\uffffz',
  'ｚ',
  'שלום',
  'line\nbreak',
  '10',
  '9',
  null,
];
const integers = ['0', '1', '-1', '5', '32767', '-32768', null];
const n40 = '1234567890123456789012345678901234567890';

function column(
  name: string,
  kind: string | FieldType,
  cells: Cell[],
  foreign: { sqlite?: string; mariadb?: string } = {},
): Column {
  const type = typeof kind === 'string' ? ({ kind } as FieldType) : kind;
  return { name, type, postgres: postgresName(type), ...foreign, cells };
}

function postgresName(type: FieldType): string {
  if (type.kind === 'text') return 'text collate "C"';
  if (type.kind === 'varchar') return 'varchar(40) collate "C"';
  if (type.kind === 'char') return 'char(5) collate "C"';
  if (type.kind === 'bit') return 'bit(3)';
  return type.kind === 'enum' || type.kind === 'other' ? type.name : type.kind;
}

export const columns: Column[] = [
  column('id', 'int4', [], { sqlite: 'integer', mariadb: 'int' }),
  column('b', 'boolean', ['t', 'f', null], { sqlite: 'boolean', mariadb: 'tinyint(1)' }),
  column('i2', 'int2', integers, { sqlite: 'integer', mariadb: 'smallint' }),
  column('i4', 'int4', [...integers, '2147483647', '-2147483648'], {
    sqlite: 'integer',
    mariadb: 'int',
  }),
  column(
    'i8',
    'int8',
    [
      '0',
      '9007199254740992',
      '9007199254740993',
      '9223372036854775807',
      '-9223372036854775808',
      null,
    ],
    { sqlite: 'integer', mariadb: 'bigint' },
  ),
  column(
    'n',
    'numeric',
    [
      '0',
      '0.00',
      '-0.1',
      '1.5',
      '1.50',
      '1884518522.1684267241',
      n40,
      `${n40}.5`,
      `-${n40}`,
      '0.0000000000000000000000000000000000000001',
      'NaN',
      'Infinity',
      '-Infinity',
      null,
    ],
    { sqlite: 'text', mariadb: 'decimal(65,30)' },
  ),
  column('f4', 'float4', ['0', '-0', '0.1', '1e+30', 'NaN', 'Infinity', null], {
    sqlite: 'real',
    mariadb: 'float',
  }),
  column(
    'f8',
    'float8',
    ['0.1', '-0', '1e+300', '5e-324', '9007199254740992', 'NaN', '-Infinity', null],
    {
      sqlite: 'real',
      mariadb: 'double',
    },
  ),
  column('t', 'text', texts, { sqlite: 'text', mariadb: 'text character set utf8mb4' }),
  column('v', { kind: 'varchar', length: 40 }, [...texts].reverse(), {
    sqlite: 'varchar(40) collate nocase',
    mariadb: 'varchar(40) character set utf8mb4',
  }),
  column('l', { kind: 'varchar', length: 40 }, ['abc', 'ABC', 'é', 'ß', 'a%c', null], {
    sqlite: 'text',
    mariadb: 'varchar(40) character set latin1',
  }),
  column('c', { kind: 'char', length: 5 }, ['ab   ', 'AB   ', 'abcde', '     ', null], {
    sqlite: 'char(5)',
    mariadb: 'char(5) character set utf8mb4',
  }),
  column('y', 'bytea', ['\\x', '\\x00', '\\x00ff', '\\x61', '\\x6100', '\\xffff', null], {
    sqlite: 'blob',
    mariadb: 'blob',
  }),
  column(
    'd',
    'date',
    ['2024-02-29', '1999-12-31', '0044-03-15 BC', '12024-01-01', 'infinity', '-infinity', null],
    {
      sqlite: 'date',
      mariadb: 'date',
    },
  ),
  column(
    'ts',
    'timestamp',
    [
      '2024-02-29 23:59:59.999999',
      '2024-03-01 00:00:00',
      '0044-03-15 12:00:00 BC',
      'infinity',
      null,
    ],
    {
      sqlite: 'timestamp',
      mariadb: 'datetime(6)',
    },
  ),
  column(
    'tz',
    'timestamptz',
    [
      '2023-12-31 18:30:00+00',
      '2024-01-01 00:00:00+00',
      '2024-01-01 00:00:00.000001+00',
      '0001-01-01 00:00:00+00',
      '-infinity',
      null,
    ],
    {
      sqlite: 'timestamp',
      mariadb: 'datetime(6)',
    },
  ),
  column('tm', 'time', ['00:00:00', '23:59:59.999999', '24:00:00', '12:30:00', null], {
    sqlite: 'time',
    mariadb: 'time(6)',
  }),
  column('tmz', 'timetz', ['12:00:00+02', '10:00:00+00', '11:00:00+00', '08:00:00-02', null]),
  column('iv', 'interval', [
    '1 mon',
    '30 days',
    '720:00:00',
    '-1 days',
    '1 year 2 mons -3 days +04:05:06.7',
    null,
  ]),
  column(
    'u',
    'uuid',
    [
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      null,
    ],
    {
      sqlite: 'text',
      mariadb: 'uuid',
    },
  ),
  column('m', mood, ['sad', 'ok', 'happy', null], {
    sqlite: 'text',
    mariadb: "enum('sad','ok','happy') character set utf8mb4",
  }),
  column('bi', { kind: 'bit', length: 3 }, ['000', '101', '111', null]),
  column('jb', 'jsonb', [
    '{"a": 1, "b": {"c": "x"}}',
    '{"a": 1.0, "b": {"c": "X"}}',
    '{"a": "1"}',
    '{"a": null, "b": true}',
    '[1, 2]',
    '"text"',
    '9007199254740993',
    'null',
    null,
  ]),
  column('r', { kind: 'other', name: 'int4range' }, ['[1,5)', '[2,5)', 'empty', null]),
  column('a.b', 'text', ['dotted', null], {
    sqlite: 'text',
    mariadb: 'text character set utf8mb4',
  }),
  column(quirks, 'text', ['quirky', null], {
    sqlite: 'text',
    mariadb: 'text character set utf8mb4',
  }),
];

export const fields: FilterField[] = columns.map(({ name, type }) => ({ name, type }));

/** Every cell of every column several times, each time beside others. */
export const rows: Row[] = Array.from({ length: 64 }, (_, row) =>
  columns.map(({ cells }, index) =>
    index === 0 ? String(row) : cells[(row + (row >> 3) * index) % cells.length]!,
  ),
);

/** What another system can't keep is NULL there. */
export const lost = {
  sqlite: { f4: /NaN/, f8: /NaN/ } as Record<string, RegExp>,
  mariadb: {
    n: /[a-z]|\d{36}|\.\d{31}/i,
    f4: /[a-z]{3}/i,
    f8: /[a-z]{3}/i,
    d: /[a-z]|^\d{5}/i,
    ts: /[a-z]/i,
    tz: /[a-z]/i,
  } as Record<string, RegExp>,
};

export function rowsIn(system: 'sqlite' | 'mariadb'): Row[] {
  return rows.map((row) =>
    row.map((cell, index) => {
      const isLost = cell !== null && lost[system][columns[index]!.name]?.test(cell);
      return isLost ? null : cell;
    }),
  );
}
