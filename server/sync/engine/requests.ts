import type { ReadRequest, WriteRequest } from '../connectors/connector.ts';
import type { Definition } from '../syncs/definition.ts';
import type { Route } from './planning.ts';

type OfRead = 'object' | 'query' | 'fields' | 'types' | 'key';

/** What a sync reads, whatever part of it. */
export function readRequest(
  { source: { object, query } }: Definition,
  { columns, sourceKey }: Pick<Route, 'columns' | 'sourceKey'>,
): Pick<ReadRequest, OfRead> {
  return {
    ...(object === null ? { query: query ?? '' } : { object }),
    fields: columns.map(({ source }) => source.name),
    types: new Map(columns.map(({ source }) => [source.name, source.type])),
    key: sourceKey,
  };
}

type OfWrite = Exclude<keyof WriteRequest, 'state' | 'isAnew' | 'signal'>;

/** What a sync writes, whoever does it. */
export function writeRequest(
  { destination, on_schema_change }: Pick<Definition, 'destination' | 'on_schema_change'>,
  { mode, key }: Pick<Route, 'mode' | 'key'>,
  fields: WriteRequest['fields'],
): Pick<WriteRequest, OfWrite> {
  return {
    object: destination.object,
    fields,
    key,
    mode,
    delete: destination.delete,
    onSchemaChange: on_schema_change === 'add' ? 'add' : 'ignore',
    metadata: destination.metadata,
  };
}
