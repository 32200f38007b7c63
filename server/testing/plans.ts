import type { Address, Role } from '../runtime/database/connection.ts';
import type { Database, Wall } from '../runtime/database/database.ts';
import { type Connection, connect } from '../runtime/testing/owner.ts';

type Node = Record<string, unknown> & { Plans?: Node[] };

/** The texts of all statements that are sent from now on behind the wall of an organization. */
export function recordStatements(database: Database): ReadonlySet<string> {
  const texts = new Set<string>();
  const of = database.of.bind(database);
  database.of = (organization) => recording(of(organization), texts);
  return texts;
}

/** The same wall, which adds the texts of all statements that are sent by it. */
export function recording(wall: Wall, texts: Set<string>): Wall {
  const recorded = <Rest extends unknown[], Answer>(
    send: (text: string, ...rest: Rest) => Answer,
  ) => {
    return (text: string, ...rest: Rest) => {
      texts.add(text);
      return send(text, ...rest);
    };
  };
  return {
    reading: { rows: recorded(wall.reading.rows) as typeof wall.reading.rows },
    read: (work) => wall.read((db) => work({ rows: recorded(db.rows) as typeof db.rows })),
    transaction: (work) =>
      wall.transaction((tx) =>
        work({ ...tx, rows: recorded(tx.rows) as typeof tx.rows, write: recorded(tx.write) }),
      ),
  };
}

/**
 * What conditions would be looked up in an index by whoever owns the tables, and are not behind the
 * wall, since what they ask is not leakproof. As if every table that is not empty had millions of
 * rows, and joined row by row: so the plans are the same wherever they may be.
 */
export async function lostIndexes(address: Address, texts: Iterable<string>): Promise<string[]> {
  const owner = await connect(address);
  const app = await connect(address, 'heddle_app');
  try {
    await owner.rows(inflate);
    for (const one of [owner, app]) await one.rows(settings);
    const lost: string[] = [];
    for (const text of texts) {
      const behind = await planOf(app, text);
      const kept = conditionsIn(behind, 'Index Cond');
      const filtered = conditionsIn(behind, 'Filter');
      for (const one of conditionsIn(await planOf(owner, text), 'Index Cond')) {
        if (!kept.includes(one) && filtered.includes(one)) lost.push(`${one} in: ${text}`);
      }
    }
    return lost;
  } finally {
    await Promise.all([owner.end(), app.end()]);
  }
}

/** Tables of which a statement would read all that the organization has: no index narrows it down. */
export async function widelyRead(address: Address, text: string, role: Role): Promise<string[]> {
  const owner = await connect(address);
  const reader = await connect(address, role);
  try {
    await owner.rows(inflate);
    await reader.rows(settings);
    return tablesWithoutCondition(await planOf(reader, text));
  } finally {
    await Promise.all([owner.end(), reader.end()]);
  }
}

/** The planner reckons with the rows for each page that the catalogue tells. */
const inflate = `delete from pg_catalog.pg_statistic;
  update pg_catalog.pg_class set reltuples = 1000000, relpages = 1
  where relkind in ('r', 'i') and relnamespace in (
    select oid from pg_catalog.pg_namespace where nspname !~ '^(pg_|information_schema$)')`;

const settings = `select set_config('heddle.organization', '1', false);
  ${['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin', 'material', 'memoize']
    .map((way) => `set enable_${way} = off`)
    .join('; ')}`;

async function planOf(as: Connection, text: string): Promise<Node> {
  const [row] = await as.rows<{ 'QUERY PLAN': [{ Plan: Node }] }>(
    `explain (generic_plan, costs off, format json) ${text}`,
  );
  return row?.['QUERY PLAN'][0].Plan ?? {};
}

function tablesWithoutCondition({ Plans: parts = [], ...node }: Node): string[] {
  const table = node['Relation Name'];
  const isRead = table !== undefined && node['Node Type'] !== 'ModifyTable';
  const isWide = isRead && conditionsIn(node, 'Index Cond').length === 0;
  return [...(isWide ? [String(table)] : []), ...parts.flatMap(tablesWithoutCondition)];
}

/** Each condition of a kind; the organization is told by the one or by the other. */
function conditionsIn(node: Node, kind: 'Index Cond' | 'Filter'): string[] {
  const relation = node['Relation Name'] ?? node['Index Name'];
  const conditions = String(node[kind] ?? '')
    .split(' AND ')
    .map((one) => one.replace(/^\(+|\)+$/g, '').replace(/\b([a-z])_\d+\./g, '$1.'))
    .filter((one) => one !== '' && !one.includes('organization'));
  return [
    ...conditions.map((one) => `${relation}: ${one}`),
    ...(node.Plans ?? []).flatMap((one) => conditionsIn(one, kind)),
  ];
}
