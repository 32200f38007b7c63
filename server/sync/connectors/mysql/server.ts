import type { Link } from './link.ts';
import type { Abilities } from './types.ts';

/** From the strictest: one of the first two also tells blanks at the end apart. */
const collations = ['utf8mb4_0900_bin', 'utf8mb4_nopad_bin', 'utf8mb4_bin'];
const uuidVersion = 10.07;
const packetBytesDefault = 1 << 20;

export async function abilitiesOf(link: Link): Promise<Abilities> {
  const [row] = await link.query('select version()');
  const version = row?.[0] ?? '';
  const isMariadb = /mariadb/i.test(version);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(version.replace(/^5\.5\.5-/, '')) ?? [];
  const known = await link.query(
    `select collation_name from information_schema.collations where collation_name in
     (${collations.map((name) => `'${name}'`).join(', ')})`,
  );
  const names = known.map(([name]) => name);
  return {
    isMariadb,
    hasUuid: isMariadb && Number(major) + Number(minor) / 100 >= uuidVersion,
    exactCollation: collations.find((name) => names.includes(name)) ?? 'utf8mb4_bin',
  };
}

/** What the server takes as one statement. */
export async function packetBytesOf(link: Link): Promise<number> {
  const [row] = await link.query('select @@max_allowed_packet');
  return Number(row?.[0] ?? packetBytesDefault);
}
