import type { Cell, FieldType } from '../../../values/types.ts';
import { Batch } from '../../batch.ts';
import type { Field, Session, WriteRequest } from '../../connector.ts';

/** A field as a source has it. */
export function given(name: string, kind: FieldType['kind'] = 'text'): Field {
  const type = { kind } as FieldType;
  return { name, type, nativeType: kind, isNullable: true, isWritable: true };
}

type Asked = {
  readonly object?: string;
  readonly fields: readonly Field[];
  readonly rows: readonly (readonly Cell[])[];
  readonly mode?: WriteRequest['mode'];
  readonly key?: readonly string[];
  readonly signal?: AbortSignal;
};

/** Writes one batch, into accounts by their external id. */
export async function write(session: Session, asked: Asked) {
  const { object = 'Account', fields, rows, mode = 'upsert', key = ['External_Id__c'] } = asked;
  const writer = await session.write({
    ...{ object, fields, mode, key: mode === 'append' ? [] : key },
    ...{ delete: 'hard', onSchemaChange: 'ignore', metadata: false, isAnew: false },
    state: { syncId: 'sync_1', runId: 'run_1', fence: 1 },
    signal: asked.signal ?? new AbortController().signal,
  });
  await writer.prepare();
  const written = await writer.write(Batch.ofRows(rows, '{}'));
  await writer.finish({ deletesMax: 100 });
  await writer.close();
  return { ...written, plan: writer.plan };
}
