import type { Shape } from '../changes.ts';
import { typesOf } from './catalogue.ts';
import type { Link } from './link.ts';
import type { Relation } from './replication/pgoutput.ts';

/** What the cells of a table's changes are; a type that was dropped since is not known any more. */
export async function shapeOf(link: Link, relation: Relation): Promise<Shape> {
  const { schema, name, columns } = relation;
  const { rows } = await link.query(
    'select oid::text from pg_catalog.pg_type where oid = any($1::oid[])',
    [columns.map(({ type }) => type)],
  );
  const there = new Set(rows.map(([id]) => id));
  const known = columns.filter(({ type }) => there.has(type));
  const asked = known.map(({ type, modifier }) => ({ id: type, modifier }));
  const types = await typesOf(link, asked);
  const { rows: filled } = await link.query(
    `select attname from pg_catalog.pg_attribute where attrelid = $1 and attnum > 0
       and (atthasdef or atthasmissing or attidentity <> '')`,
    [`${relation.id}`],
  );
  const isFilled = new Set(filled.map(([column]) => column));
  return {
    name: `${schema}.${name}`,
    fields: columns.map((column) => {
      const type = types[known.indexOf(column)];
      return { name: column.name, isFilled: isFilled.has(column.name), ...(type ? { type } : {}) };
    }),
  };
}
