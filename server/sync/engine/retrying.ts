import type { Db } from '../../runtime/database/database.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { selectRejected } from '../syncs/rejected/store.ts';
import { Confidence } from '../syncs/runs/confidence.ts';
import { selectRun } from '../syncs/runs/store.ts';
import { fromJson } from '../values/json.ts';
import type { Cell, Json, Row } from '../values/types.ts';
import type { Column, Route } from './planning.ts';
import type { Claim } from './store.ts';

const recordsMax = 10_000;

/**
 * The keys of the records that a run set aside, as the source has them.
 * @throws ConnectorError when the key says nothing of where a record comes from
 */
export async function keysOfRejected(
  { db, keyring }: { db: Db; keyring: Keyring },
  { organization, syncId }: Claim,
  runId: string,
  { columns, sourceKey }: Route,
): Promise<Row[]> {
  const key = sourceKey.map((name) => columns.find(({ source }) => source.name === name));
  if (key.length === 0 || key.some((column) => !column || column.protect)) {
    throw new ConnectorError(
      'configuration',
      'The records cannot be found again: the sync has no key, or protects it.',
    );
  }
  const run = await selectRun(db, organization, syncId, runId);
  if (!run) return [];
  const confidence = new Confidence(keyring, run);
  const rows = await selectRejected(db, organization, runId, { after: 0, limit: recordsMax });
  return rows.map(({ encrypted_record }) => {
    const record = JSON.parse(confidence.decrypt(encrypted_record)) as Record<string, Json>;
    return (key as Column[]).map(({ field }) => cellOf(field.type, record[field.name] ?? null));
  });
}

function cellOf(type: Column['field']['type'], json: Json): Cell {
  const read = fromJson(type, json);
  return 'text' in read ? read.text : null;
}
