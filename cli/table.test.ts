import assert from 'node:assert/strict';
import { test } from 'node:test';
import { list, recordsOf, table } from './table.ts';

const letters = (text: string) => [...text];

test('letters that take two columns shift nothing that stands after them', () => {
  const shown = table(
    [
      { name: '李明', day: 'x' },
      { name: 'Ann', day: 'y' },
    ],
    '',
  );

  assert.equal(shown, 'name  day\n李明  x\nAnn   y');
});

test('what is too long is cut, whatever its letters take', () => {
  const [, wide = '', long = ''] = table([{ a: '明'.repeat(60) }, { a: 'a'.repeat(60) }], '').split(
    '\n',
  );

  assert.deepEqual([letters(wide).length, letters(long).length], [24, 48]);
  assert.ok(wide.endsWith('明…') && long.endsWith('a…'));
});

test('a list fits the terminal: what matters least is left out, then what is long is cut', () => {
  const row = {
    name: 'Appointments of the practice',
    id: 'sync_0123456789',
    status: 'paused',
    mode: 'append',
  };
  const spare = { leaveOut: ['mode', 'id'], shorten: 'name' };
  const of = (columns: number) => list([row], '', spare, columns).split('\n');

  assert.equal(of(58)[0], 'name                          id               status');
  assert.equal(of(40)[0], 'name                          status');
  assert.deepEqual(of(30), ['name                   status', 'Appointments of the …  paused']);
});

test('ids stay in a list where two rows have one name', () => {
  const rows = ['sync_0123456789', 'sync_1123456789'].map((id) => ({
    name: 'Orders',
    id,
    mode: 'append',
  }));

  const shown = list(rows, '', { leaveOut: ['id', 'mode'], shorten: 'name' }, 24);

  assert.match(shown, /^name +id\nOrders +sync_0123456789\n/);
});

test('records that are wider than the terminal have a line for each field', () => {
  const records = [
    { id: 1, note: 'a\nb', tags: ['x'] },
    { id: 2, note: 'n'.repeat(60), tags: null },
  ];
  const narrow = [{ id: 1, note: 'short' }];

  const [wide, fitting] = [records, narrow].map((some) => recordsOf(some, 'none', 30));

  assert.equal(
    wide,
    `id    1\nnote  a b\ntags  ["x"]\n\nid    2\nnote  ${'n'.repeat(22)}…\ntags  –`,
  );
  assert.equal(fitting, 'id  note\n1   short');
  assert.equal(recordsOf([], 'none', 30), 'none');
});
