import pg from 'pg';
import { createEmpty, dropDatabase, joinCluster } from '../../../testing/cluster.ts';
import type { Cell, FieldType } from '../types.ts';

/** A PostgreSQL to ask what is right: it answers every value as the text that it writes. */
export type Reference = {
  rows(text: string, values?: unknown[]): Promise<Cell[][]>;
  /** What it writes for literals of SQL of these types. */
  texts(values: readonly [FieldType, literal: string][]): Promise<string[]>;
  /** What it writes for texts of these types, given as parameters. */
  canonical(values: readonly [FieldType, text: string][]): Promise<string[]>;
  close(): Promise<void>;
};

export async function openReference(): Promise<Reference> {
  const cluster = await joinCluster();
  const address = await createEmpty(cluster);
  const client = new pg.Client({
    ...address,
    ssl: false,
    options: '-c TimeZone=UTC',
  } as pg.ClientConfig);
  await client.connect();
  const rows = async (text: string, values: unknown[] = []) => {
    const types = { getTypeParser: () => (value: string) => value };
    const answer = await client.query({
      text,
      values,
      rowMode: 'array',
      types,
    } as pg.QueryArrayConfig);
    return answer.rows as Cell[][];
  };
  await rows(`create type mood as enum ('sad', 'ok', 'happy')`);
  return {
    rows,
    texts: async (values) => {
      const columns = values.map(([type, literal]) => `(${literal})::${sqlName(type)}`);
      return (await rows(`select ${columns.join(', ')}`))[0] as string[];
    },
    canonical: async (values) => {
      const own = new Map<number, string>();
      const byType = Map.groupBy(values.keys(), (index) => sqlName(values[index]![0]));
      for (const [name, indexes] of byType) {
        const texts = indexes.map((index) => values[index]![1]);
        const answer = await rows(`select t::${name}::text from unnest($1::text[]) t`, [texts]);
        for (const [at, index] of indexes.entries()) own.set(index, answer[at]![0]!);
      }
      return [...values.keys()].map((index) => own.get(index)!);
    },
    close: async () => {
      await client.end();
      await dropDatabase(cluster, address);
      await cluster.stop();
    },
  };
}

/** How PostgreSQL calls a type. */
export function sqlName(type: FieldType): string {
  switch (type.kind) {
    case 'array':
      return `${sqlName(type.of)}[]`;
    case 'numeric':
      return type.precision === undefined
        ? 'numeric'
        : `numeric(${type.precision},${type.scale ?? 0})`;
    case 'varchar':
    case 'bit':
    case 'varbit':
      return type.length === undefined ? type.kind : `${type.kind}(${type.length})`;
    case 'char':
      return type.length === undefined ? 'bpchar' : `char(${type.length})`;
    case 'enum':
    case 'other':
      return type.name;
    default:
      return type.kind;
  }
}
