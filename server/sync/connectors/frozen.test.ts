import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Batch } from './batch.ts';
import type { Field, Session } from './connector.ts';
import type { ConnectorError } from './failure.ts';
import { mysql } from './mysql/index.ts';
import { postgres } from './postgres/index.ts';
import { makeDatabase } from './testing/databases.ts';
import { makeSchema } from './testing/mariadbs.ts';
import { openOutside } from './testing/outside.ts';
import { silenceTo } from './testing/silence.ts';

const outside = openOutside();
after(() => outside.end());
const fields: Field[] = [
  { name: 'id', type: { kind: 'int4' }, nativeType: 'int', isNullable: false, isWritable: true },
];

/** A run of one sync, with the fence of its number. */
async function writerOf(session: Session, run: number) {
  const writer = await session.write({
    ...{ object: 'moved', fields, key: ['id'], mode: 'append', delete: 'hard' },
    ...{ onSchemaChange: 'ignore', metadata: false, isAnew: false },
    state: { syncId: 'sync_1', runId: 'run_1', fence: run },
    signal: new AbortController().signal,
  });
  const position = await writer.position();
  await writer.prepare();
  return { writer, position };
}

for (const [connector, make] of [
  [postgres, makeDatabase],
  [mysql, makeSchema],
] as const) {
  test(`${connector.provider}: whoever takes over waits for nobody who is frozen within a commit`, async () => {
    const { credentials, open, end } = await make();
    const way = await silenceTo(credentials.port, 'commit');
    after(async () => {
      await end();
      way.close();
    });
    const there = { ...credentials, port: way.port };
    const before = await connector.open({ config: {}, credentials: there }, outside);
    const frozen = await writerOf(before, 1);
    await frozen.writer.write(Batch.ofRows([['1']], 'one'));
    way.listen();
    const lost = frozen.writer.write(Batch.ofRows([['2']], 'two')).catch((error) => error);
    await way.silenced;

    const next = await writerOf(await open(), 2);
    await next.writer.write(Batch.ofRows([['2']], 'two again'));
    await next.writer.finish({ deletesMax: 0 });

    const { kind } = (await lost) as ConnectorError;
    const session = await open();
    const { rows } = await session.query({ object: 'moved', limit: 10 });
    assert.deepEqual([next.position, rows], ['one', [['1'], ['2']]]);
    assert.equal(kind, 'retry');
  });
}
