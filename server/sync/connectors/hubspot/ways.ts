import type { Row } from '../../values/types.ts';
import type { ApplyRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Api } from './api.ts';
import { senderOf } from './batches.ts';
import { senderByDomain } from './domains.ts';
import { encode, encodingOf, type Input } from './encoding.ts';
import { type Link, linkEncoder, linker } from './linking.ts';
import { type Association, isByDomain, type RecordType } from './objects.ts';
import { idField, type PropertyField } from './types.ts';
import type { Way } from './writer.ts';

type Asked = Pick<ApplyRequest, 'operation' | 'key' | 'fields'>;

/** How records of a type are written. @throws ConnectorError */
export function wayOf(
  api: Api,
  type: RecordType,
  own: readonly PropertyField[],
  { operation, key, fields }: Asked,
): Way<Input> {
  const isNew = operation === 'insert';
  const encoding = encodingOf(type, own, { fields, key: isNew ? undefined : key });
  const by = encoding.key?.name ?? idField;
  const places = encoding.columns.map(({ from }) => fields.indexOf(from));
  const numbers = encoding.columns
    .filter(({ property }) => property.type.kind === 'numeric')
    .map(({ property }) => property.name);
  const isById = operation === 'upsert' && by === idField;
  const verb = { insert: 'create', delete: 'archive', update: 'update', upsert: 'upsert' }[
    operation
  ];
  const way = {
    skipped: encoding.skipped,
    encode: (row: Row) => encode(encoding, row, places),
  };
  if (encoding.key && !encoding.key.isUnique && isByDomain(type, by)) {
    const path = `/crm/v3/objects/${type.path}/search and …/batch/create or …/batch/update`;
    return { ...way, path, send: senderByDomain(api, type, { operation, numbers }) };
  }
  return {
    ...way,
    path: `/crm/v3/objects/${type.path}/batch/${isById ? 'update' : verb}`,
    send: senderOf(api, type, { operation, key: by, numbers }),
  };
}

/** How associations are made and ended. @throws ConnectorError */
export function linkWayOf(api: Api, pair: Association, { operation, fields }: Asked): Way<Link> {
  if (operation === 'update') {
    const message = 'An association is made or ended; nothing of it can be changed.';
    throw new ConnectorError('request', message, { field: 'operation' });
  }
  const isEnded = operation === 'delete';
  const act = isEnded ? 'labels/archive' : 'create';
  return {
    path: `/crm/v4/associations/${pair.from.path}/${pair.to.path}/batch/${act}`,
    skipped: fields.some(({ name }) => name === 'label') ? ['label'] : [],
    encode: linkEncoder(fields),
    send: linker(api, pair, isEnded),
  };
}
