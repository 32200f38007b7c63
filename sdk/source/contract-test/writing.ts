import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { JsonRecord, Operation, WriteResult } from '../protocol.ts';
import type { Target } from '../target.ts';
import type { ContractOptions, WriteOptions } from './options.ts';
import { described, readAll } from './reading.ts';

/** Of one object that is written to. */
class Written {
  readonly #target: Target;
  readonly #object: string;
  readonly #patienceSeconds: number;
  readonly #write: WriteOptions;

  constructor(target: Target, options: ContractOptions) {
    assert.ok(
      options.write !== undefined,
      'the connector can write: give contractTest `write: { record, change }` to write and delete',
    );
    this.#target = target;
    this.#write = options.write;
    this.#object = options.write.object ?? options.object;
    this.#patienceSeconds = options.patienceSeconds ?? 5;
  }

  get record(): JsonRecord {
    return this.#write.record;
  }

  get change(): JsonRecord {
    return this.#write.change;
  }

  async key(): Promise<string[]> {
    const { key = [] } = await described(this.#target, this.#object);
    assert.ok(key.length > 0, `${this.#object} has no key, by which a record could be found again`);
    return key;
  }

  async do(
    operation: Operation,
    records: JsonRecord[],
    idempotencyKey: string = randomUUID(),
  ): Promise<WriteResult[]> {
    const { results } = await this.#target.write({
      object: this.#object,
      operation,
      key: await this.key(),
      records,
      idempotency_key: idempotencyKey,
    });
    const indexes = results.map(({ index }) => index).sort((a, b) => a - b);
    assert.deepEqual(indexes, [...records.keys()], 'there is one result for each record');
    return [...results].sort((a, b) => a.index - b.index);
  }

  /** As `do`, of one record that nothing is wrong with. */
  async doOne(operation: Operation, record: JsonRecord, key?: string): Promise<WriteResult> {
    const [result] = await this.do(operation, [record], key);
    assert.equal(result!.status, 'ok', `${operation} was refused: ${result!.error}`);
    return result!;
  }

  /** The key of what was written: its own, or that which the system gave it. */
  async keyOf(record: JsonRecord, { id }: WriteResult): Promise<JsonRecord> {
    const key = await this.key();
    const given = Object.fromEntries(
      key.filter((name) => record[name] != null).map((name) => [name, record[name]]),
    );
    if (Object.keys(given).length === key.length) return given;
    assert.ok(key.length === 1 && id != null, 'a record whose key the system gives has an `id`');
    return { [key[0]!]: id };
  }

  /** What is read of a key, as soon as it `is` what it should be: some systems take a moment. */
  async find(key: JsonRecord, is: (found: JsonRecord[]) => boolean): Promise<JsonRecord[]> {
    const filter = Object.entries(key).map(([field, value]) => ({
      field,
      operator: '=' as const,
      value,
    }));
    const until = Date.now() + this.#patienceSeconds * 1_000;
    for (;;) {
      const { records } = await readAll(this.#target, this.#object, 1_000, filter);
      const found = records.filter((record) =>
        Object.entries(key).every(([name, value]) => String(record[name]) === String(value)),
      );
      if (is(found) || Date.now() > until) return found;
      await wait(100);
    }
  }

  /** Another key, of nothing that is there. */
  async missing(record: JsonRecord, result: WriteResult): Promise<JsonRecord> {
    const key = await this.keyOf(record, result);
    const other = Object.entries(key).map(([name, value]) => {
      if (typeof value === 'number') return [name, 2_000_000_000];
      return [name, /^[0-9a-f-]{36}$/.test(String(value)) ? randomUUID() : `no-${randomUUID()}`];
    });
    return { ...record, ...Object.fromEntries(other) };
  }

  async remove(key: JsonRecord): Promise<void> {
    if (this.#target.can.operations.includes('delete')) await this.do('delete', [key]);
  }
}

export function testWrite(target: Target, options: ContractOptions): void {
  const can = (operation: Operation) => target.can.operations.includes(operation);
  if (!can('insert') && !can('upsert')) return;
  const first = can('insert') ? 'insert' : 'upsert';
  testRoundTrip(target, options, first);
  testOnce(target, options, first);
  if (can('update')) testRefusal(target, options, first);
}

function testRoundTrip(target: Target, options: ContractOptions, first: Operation): void {
  test('write: what is written is read, changed and deleted', async () => {
    const written = new Written(target, options);
    const result = await written.doOne(first, written.record);
    const key = await written.keyOf(written.record, result);
    try {
      if (target.can.read) await assertHolds(written, key, written.record);
      await assertChanges(target, written, key);
    } finally {
      await written.remove(key);
    }
    if (!target.can.read || !target.can.operations.includes('delete')) return;
    assert.deepEqual(await written.find(key, isNone), []);
  });
}

function testOnce(target: Target, options: ContractOptions, first: Operation): void {
  test('write: the same idempotency_key does not write twice', async () => {
    const written = new Written(target, options);
    const once = randomUUID();
    const result = await written.doOne(first, written.record, once);
    const key = await written.keyOf(written.record, result);
    try {
      const again = await written.doOne(first, written.record, once);

      assert.deepEqual(await written.keyOf(written.record, again), key);
      if (target.can.read) assert.equal((await written.find(key, isOne)).length, 1);
    } finally {
      await written.remove(key);
    }
  });
}

function testRefusal(target: Target, options: ContractOptions, first: Operation): void {
  test('write: a record that cannot be written has its own error, and the others are', async () => {
    const written = new Written(target, options);
    const result = await written.doOne(first, written.record);
    const key = await written.keyOf(written.record, result);
    try {
      const missing = await written.missing(written.record, result);
      const changed = { ...written.record, ...key, ...written.change };
      const [refused, done] = await written.do('update', [missing, changed]);

      assert.equal(refused!.status, 'error', 'an update of what is not there must be an error');
      assert.ok(refused!.error, 'an error says in `error` what is wrong');
      assert.equal(done!.status, 'ok', `the other record was refused: ${done!.error}`);
    } finally {
      await written.remove(key);
    }
  });
}

async function assertChanges(target: Target, written: Written, key: JsonRecord): Promise<void> {
  const changed = { ...written.record, ...key, ...written.change };
  for (const operation of ['upsert', 'update'] as const) {
    if (!target.can.operations.includes(operation)) continue;
    await written.doOne(
      operation,
      operation === 'update' ? { ...key, ...written.change } : changed,
    );
    if (target.can.read) await assertHolds(written, key, changed);
  }
}

async function assertHolds(written: Written, key: JsonRecord, record: JsonRecord): Promise<void> {
  const kept = (found: JsonRecord) =>
    Object.fromEntries(Object.keys(record).map((name) => [name, found[name]]));
  const found = await written.find(
    key,
    (all) => isOne(all) && isDeepStrictEqual(kept(all[0]!), record),
  );

  assert.equal(found.length, 1, `${JSON.stringify(key)} is there ${found.length} times`);
  assert.deepEqual(kept(found[0]!), record);
}

function isOne(found: JsonRecord[]): boolean {
  return found.length === 1;
}

function isNone(found: JsonRecord[]): boolean {
  return found.length === 0;
}
