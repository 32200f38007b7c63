import pg from 'pg';

type Random = () => number;

/** Numbers that come again for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const ids = 60;
const large = 3_000;

/** Changes of every kind, by several writers at once, each in transactions of its own. */
export async function writeAtOnce(
  credentials: pg.ClientConfig,
  table: string,
  {
    seed,
    writers = 3,
    transactions = 6,
    empties = true,
  }: { seed: number; writers?: number; transactions?: number; empties?: boolean },
): Promise<void> {
  const work = async (writer: number) => {
    const random = seeded(seed * 31 + writer);
    const client = new pg.Client(credentials);
    client.on('error', () => undefined);
    await client.connect();
    try {
      for (let made = 0; made < transactions; made += 1) {
        await transact(client, () => statementOf(table, random, empties), random);
      }
    } finally {
      await client.end();
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => work(writer)));
}

/** Some are taken back; what meets another's is tried no more. */
async function transact(client: pg.Client, next: () => string, random: Random): Promise<void> {
  await client.query('begin');
  try {
    const statements = 1 + Math.floor(random() * 6);
    for (let at = 0; at < statements; at += 1) await client.query(next());
    await client.query(random() < 0.1 ? 'rollback' : 'commit');
  } catch (error) {
    await client.query('rollback');
    const { code } = error as { code?: string };
    if (code !== '40P01' && code !== '23505') throw error;
  }
}

function statementOf(table: string, random: Random, empties: boolean): string {
  const id = () => 1 + Math.floor(random() * ids);
  const text = () => `'${Math.floor(random() * 1e6).toString(36)}'`;
  const big = () => (random() < 0.5 ? 'null' : `repeat(${text()}, ${large})`);
  const at = random();
  if (at < 0.35) {
    return `insert into ${table} (id, name, big) values (${id()}, ${text()}, ${big()})
      on conflict (id) do update set name = excluded.name`;
  }
  if (at < 0.55) return `update ${table} set name = ${text()} where id = ${id()}`;
  if (at < 0.65) return `update ${table} set big = ${big()} where id = ${id()}`;
  if (at < 0.75) {
    const to = id();
    return `update ${table} set id = ${to} where id = ${id()}
      and not exists (select from ${table} where id = ${to})`;
  }
  if (at < 0.9) return `delete from ${table} where id = ${id()}`;
  if (at < 0.97) return `update ${table} set number = number + 1 where id % 7 = ${id() % 7}`;
  if (at < 0.99 || !empties) return `delete from ${table} where id < ${id() / 4}`;
  return `truncate ${table}`;
}
