import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { move } from '../testing/move.ts';
import { makeFolder, readAll } from './testing/folder.ts';

const folder = await makeFolder();

test('cells with line breaks, quotes and delimiters are one record each, and the last has no end', async () => {
  await folder.put(
    'odd.csv',
    'id,text\r\n1,"two\r\nlines"\r\n2,"a ""b"", c"\r\n3,"\\N \\. \t"\r\n4,5" wide\r\n5,",",x\r\n6,""\r\n7,\r\n\r\n8,last',
  );

  const { rows, unread } = await readAll(await folder.open(), 'odd.csv');

  assert.deepEqual(rows, [
    ['1', 'two\r\nlines'],
    ['2', 'a "b", c'],
    ['3', '\\N \\. \t'],
    ['4', '5" wide'],
    ['6', ''],
    ['7', null],
    ['8', 'last'],
  ]);
  assert.deepEqual(unread, [
    {
      reason: 'Line 7 has not as many cells as the first line.',
      row: [],
      source: { line: 7, text: '5,",",x' },
    },
  ]);
});

test('a quote that does not close, or closes too early, costs its own line only', async () => {
  await folder.put('quotes.csv', 'a,b\n1,"x" y\n2,z\n3,"open\n4,end\n');

  const { rows, unread } = await readAll(await folder.open(), 'quotes.csv');

  assert.deepEqual(rows, [
    ['2', 'z'],
    ['4', 'end'],
  ]);
  assert.deepEqual(
    unread.map(({ source }) => source?.line),
    [2, 4],
  );
});

test('encodings are known by their mark or by the connection, and broken bytes set aside', async () => {
  const wide = Buffer.concat([
    Buffer.from([0xff, 0xfe]),
    Buffer.from('name\tcity\r\nJosé 😀\tKöln\r\nlone \ud83d\tx\r\nfine \ufffd\ty\r\n', 'utf16le'),
  ]);
  await folder.put('wide.csv', wide);
  await folder.put('big.csv', Buffer.from(wide).swap16());
  await folder.put('west.csv', Buffer.from('name\ncaf\xe9\n', 'latin1'));

  const own = await folder.open();
  const [little, big, broken, west] = [
    await readAll(own, 'wide.csv'),
    await readAll(own, 'big.csv'),
    await readAll(own, 'west.csv'),
    await readAll(await folder.open({ encoding: 'windows-1252' }), 'west.csv'),
  ];

  const expected = [
    ['José 😀', 'Köln'],
    ['fine \ufffd', 'y'],
  ];
  assert.deepEqual([little.rows, little.unread[0]?.source?.line], [expected, 3]);
  assert.deepEqual([big.rows, big.unread[0]?.source?.line], [expected, 3]);
  assert.deepEqual([broken.rows, broken.unread[0]?.source?.line], [[], 2]);
  assert.deepEqual(west.rows, [['café']]);
});

test('delimiter and header are seen, outside of quotes, and can be said', async () => {
  await folder.put('semi.csv', 'a;b\n"1,5,0,0";2\n"x,y,z";4\n');
  await folder.put('bare.csv', '1,x\n2,y\n');
  await folder.put('mac.csv', 'a,b\r1,2\r');
  await folder.put('years.csv', 'id,name,1\n1,x,y\n2,z,w\n');
  await folder.put('places.csv', 'x,2019,y\nz,5,w\nq,6,w\n');

  const own = await folder.open();
  const [semi, bare, mac] = [
    await readAll(own, 'semi.csv'),
    await readAll(own, 'bare.csv'),
    await readAll(own, 'mac.csv'),
  ];
  const said = await readAll(await folder.open({ delimiter: ',', header: true }), 'bare.csv');

  assert.deepEqual(
    [semi.names, semi.rows[0]],
    [
      ['a', 'b'],
      ['1,5,0,0', '2'],
    ],
  );
  const { names: years } = await readAll(own, 'years.csv');
  const { names: places } = await readAll(own, 'places.csv');
  assert.deepEqual(years, ['id', 'name', '1']);
  assert.deepEqual(places, ['column1', 'column2', 'column3']);
  assert.deepEqual([bare.names, bare.rows.length], [['column1', 'column2'], 2]);
  assert.deepEqual([mac.names, mac.rows], [['a', 'b'], [['1', '2']]]);
  assert.deepEqual([said.names, said.rows], [['1', 'x'], [['2', 'y']]]);
});

test('columns have the types that the connection says; what does not fit is set aside', async () => {
  await folder.put('typed.csv', 'id,price,at\n7,1.50,2024-01-01T00:00:00+05:30\n8,much,\n');
  const columns = { id: 'bigint', price: 'numeric(10,2)', at: 'timestamptz' };

  const { rows, unread } = await readAll(await folder.open({ columns }), 'typed.csv', {
    fields: ['at', 'price', 'id'],
  });

  assert.deepEqual(rows, [['2023-12-31 18:30:00+00', '1.50', '7']]);
  assert.deepEqual([unread[0]?.field, unread.length], ['price', 1]);
});

test('documents, lists and bytes stand in cells as they are written, and arrive as such', async () => {
  const lines = [
    `1,"{""n"":  12345678901234567890}","{""b"":1,""a"":2}","{a,""b,c"",NULL}",{},\\x00ff`,
    `2,null,null,"[""a"",null]","{""{\\""a\\"": null}"",NULL}",AP8=`,
    '3,"""text""",[],"{{a},{b}}",,',
    '4,{,,,,',
    '5,,,a,,',
    '6,,,,{x},',
    '7,,,,,?',
  ];
  await folder.put('kinds.csv', `id,plain,tree,words,trees,bytes\n${lines.join('\n')}\n`);
  const columns = {
    ...{
      id: 'int',
      plain: 'json',
      tree: 'jsonb',
      words: 'text[]',
      trees: 'jsonb[]',
      bytes: 'bytea',
    },
  };

  const { rows, unread } = await readAll(await folder.open({ columns }), 'kinds.csv');

  assert.deepEqual(rows, [
    ['1', '{"n":  12345678901234567890}', '{"a": 2, "b": 1}', '{a,"b,c",NULL}', '{}', '\\x00ff'],
    ['2', 'null', 'null', '{a,NULL}', '{"{\\"a\\": null}",NULL}', '\\x00ff'],
    ['3', '"text"', '[]', '{{a},{b}}', null, null],
  ]);
  assert.deepEqual(
    unread.map(({ field }) => field),
    ['plain', 'words', 'trees', 'bytes'],
  );
});

test('what is read is what another parser reads, in pieces of any size', async () => {
  let state = 7;
  const pick = <T>(from: readonly T[]): T => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return from[state % from.length] as T;
  };
  const cells = ['', '""', 'a', '"b,""c"', '"x\ny"', '"\r\n"', 'é', '"\\N"', 'a\\b\tc', '"😀"'];
  const records = Array.from({ length: 3_000 }, () =>
    [
      pick(cells),
      pick(cells),
      `z${pick(cells)
        .replaceAll('"', '')
        .replace(/[\r\n,]/g, '')}`,
    ].join(','),
  );
  const text = `one,two,three\n${records.join('\n')}\n`;
  await folder.put('random.csv', text);
  const expected = parse(text, {
    from_line: 2,
    record_delimiter: '\n',
    cast: (value, { quoting }) => (value === '' && !quoting ? null : value),
  });

  const session = await folder.open({ header: true, delimiter: ',' });
  const small = await readAll(session, 'random.csv', { batchRows: 7 });

  assert.deepEqual(small.rows, expected);
  assert.equal(small.unread.length, 0);
});

test('files of several folders are one object, in the order of their names', async () => {
  await folder.put('2026/b.csv', 'b,a\n3,4\n');
  await folder.put('2026/a.csv', 'a,b\n1,2\n');
  await folder.put('2026/.hidden.csv', 'a,b\n9,9\n');
  await folder.put('2026/deep/c.csv', 'a\n5\n');

  const session = await folder.open();
  const [pattern, all] = [await readAll(session, '2026/*.csv'), await readAll(session, '2026')];
  const names = await session.objects({ search: '2026', limit: 10 });

  assert.deepEqual(pattern.rows, [
    ['1', '2'],
    ['4', '3'],
  ]);
  assert.deepEqual(all.rows.at(-1), ['5', null]);
  assert.deepEqual(
    names.map(({ name }) => name),
    ['2026/a.csv', '2026/b.csv', '2026/deep/c.csv'],
  );
});

test('rows that are longer than a piece of the file arrive whole', async () => {
  const long = 'é'.repeat(700_000);
  await folder.put('long.csv', `a,b\n1,${long}\n2,"${long}\n${long}"\n`);

  const { rows } = await readAll(await folder.open(), 'long.csv');

  assert.deepEqual(rows, [
    ['1', long],
    ['2', `${long}\n${long}`],
  ]);
});

test('a quote that never closes costs its line, however much follows', async () => {
  const rest = '3,plain\n'.repeat(3 << 20);
  await folder.put('stray.csv', `a,b\n1,x\n2,"stray\n${rest}`);
  const signal = new AbortController().signal;
  const reading = await (await folder.open()).read({
    ...{ object: 'stray.csv', key: [], batchBytes: 4 << 20, batchRows: 100_000, signal },
  });

  let count = 0;
  const lines: unknown[] = [];
  for await (const batch of reading.batches) {
    count += batch.count;
    lines.push(...batch.unread.map(({ source }) => source?.line));
  }

  assert.deepEqual([count, lines], [(3 << 20) + 1, [3]]);
});

test('an empty file has no fields, and gets its header with the first records', async () => {
  await folder.put('none.csv', '');
  await folder.put('one.csv', 'a\n1\n');
  const session = await folder.open();

  const { names, rows } = await readAll(session, 'none.csv');
  await move({ from: session, to: session, object: 'one.csv', into: 'none.csv', mode: 'append' });

  assert.deepEqual([names, rows], [[], []]);
  assert.equal(await folder.get('none.csv'), 'a\n1\n');
});
