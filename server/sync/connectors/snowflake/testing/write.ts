import type { Cell, FieldType } from '../../../values/types.ts';
import { Batch } from '../../batch.ts';
import type { Field, Session, WriteRequest } from '../../connector.ts';

/** A field as a source has it. */
export function given(name: string, type: FieldType | FieldType['kind'] = 'text'): Field {
  const full = (typeof type === 'string' ? { kind: type } : type) as FieldType;
  return { name, type: full, nativeType: full.kind, isNullable: true, isWritable: true };
}

export function requestOf(asked: Partial<WriteRequest>): WriteRequest {
  return {
    ...{ object: 'raw.people', fields: [], mode: 'upsert', key: ['id'] },
    ...{ delete: 'hard', onSchemaChange: 'ignore', metadata: false, isAnew: false },
    state: { syncId: 'sync_1', runId: 'run_1', fence: 1 },
    signal: new AbortController().signal,
    ...asked,
  };
}

type Asked = Partial<WriteRequest> & {
  readonly batches: readonly (readonly (readonly Cell[])[])[];
};

/** Writes batches, whose positions are counted from 1, as a run does. */
export async function writeAll(session: Session, { batches, ...asked }: Asked) {
  const writer = await session.write(requestOf(asked));
  const begun = await writer.position();
  await writer.prepare();
  const written = [];
  for (const [at, rows] of batches.entries()) {
    written.push(await writer.write(Batch.ofRows(rows, String(at + 1))));
  }
  const finished = await writer.finish({ deletesMax: 100 });
  await writer.close();
  return { plan: writer.plan, begun, written, finished };
}
