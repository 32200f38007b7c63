import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Row } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Rejected } from '../connector.ts';
import { makePair } from '../testing/databases.ts';
import { changesOf, followRequest, outcomeOf, type Told } from '../testing/follower.ts';

const { destination, to } = await makePair();
const shape = `(id bigint primary key, n numeric(8,2), f float8, share real, cash money, word text,
  short varchar(5), fixed char(4), day date, moment timestamptz, wall timestamp(3), zoned timetz,
  span interval, bytes bytea, tree jsonb, plain json, mark uuid, words text[], ranges int4range,
  bits bit(3), more bit varying(4), net inet, point point, ok boolean, kind heddle_kind)`;
const good: Row = [
  ...['1', '123456.78', '0.1', '0.1', '$1.50', 'tab\t \\N "x" \u{1F600}', 'abcde', 'ab'],
  ...['0044-03-15 BC', '2026-01-01 00:00:00.000001+00', 'infinity', '12:00:00+05:30'],
  ...['1 mon -02:00:00', '\\x00ff5c', '{"a": [1, null]}', '{"b":  1}'],
  ...['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '{a,NULL,"b,\\"c"}', '[1,5)', '101', '10'],
  ...['10.0.0.0/8', '(1,2)', 't', 'odd'],
];
/** Each is wrong in one of its fields. */
const wrong = new Map([
  ['n', '1234567.00'],
  ['short', 'abcdef'],
  ['day', '2026-02-30'],
  ['tree', '{'],
  ['bits', '10'],
  ['kind', 'none'],
  ['word', null],
]);

async function writerOf(object: string, isFollowing: boolean) {
  await destination.admin.query(`create table ${object} ${shape};
    alter table ${object} alter word set not null`);
  const { fields } = await to.describe(object);
  const writer = await to.write({ ...followRequest({ object, fields }), isFollowing });
  await writer.position();
  await writer.prepare();
  after(() => writer.close());
  const names = fields.map(({ name }) => name);
  const bad = [...wrong].map(([name, cell]) => good.with(0, '2').with(names.indexOf(name), cell));
  const content = async () => {
    const { rows } = await destination.admin.query(`select t::text as row from ${object} t`);
    return rows;
  };
  const follow = (told: Told) => writer.follow!(changesOf(told), { deletesMax: 0, keep });
  return { writer, names, bad, content, follow };
}

const keep = async () => undefined;
const reasons = (rejected: readonly Rejected[]) =>
  rejected.map(({ field, reason }) => ({ field, reason }));

test('few records are kept, and refused, as many are', async () => {
  await destination.admin.query("create type heddle_kind as enum ('odd', 'even')");
  const copied = await writerOf('copied', false);
  const few = await writerOf('few', true);

  const { rejected } = await copied.writer.write(Batch.ofRows([...copied.bad, good], '{}'));
  await few.follow({ written: [good.with(1, '0.00')] });
  const whole = await few.follow({ written: [good] });
  const first = await few.content();
  const altered = await few.follow({ altered: [[few.names, [good.with(1, '1.00')]]] });
  await few.follow({ altered: [[few.names, [good]]] });
  const refused = [];
  for (const row of few.bad) refused.push(await few.follow({ written: [row] }));

  assert.equal(rejected.length, wrong.size);
  assert.deepEqual([first, await few.content()], [await copied.content(), await copied.content()]);
  for (const one of [whole, altered])
    assert.deepEqual(outcomeOf(one), { counts: [1, 0, 0], refused: [] });
  assert.deepEqual(
    refused.flatMap((one) => ('rejected' in one ? reasons(one.rejected) : [])),
    reasons(rejected),
  );
});

test('few records make no temporary table, which many do', async () => {
  const { follow, names } = await writerOf('tableless', true);
  await destination.admin.query(`create function refuse() returns event_trigger language plpgsql
      as $$ begin raise exception 'no tables'; end $$;
    create event trigger refusing on ddl_command_start when tag in ('CREATE TABLE')
      execute function refuse()`);
  after(() => destination.admin.query('drop event trigger refusing'));
  const many = Array.from({ length: 51 }, (_, at) => good.with(0, String(at + 1)));

  const followed = await follow({ deleted: [['9']], altered: [[names, [good]]], written: [good] });

  assert.deepEqual(outcomeOf(followed), { counts: [1, 1, 0], refused: [] });
  const crowd = await follow({ written: many });
  assert.ok('rejected' in crowd);
  assert.equal(crowd.rejected.length, many.length);
});
