import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { addColumn, columnsOf, createTable, dropTable, importedBy, originOf } from './catalogue.ts';
import { tableAt, translated } from './dialect.ts';
import { merge } from './merge.ts';
import { unmangled } from './names.ts';
import { Refusal, refusalOf } from './refusal.ts';
import { is, type Token, tokensOf } from './tokens.ts';
import { type ColumnType, isNumber, type Stored, wireOf } from './values.ts';

export type Shown = {
  readonly name: string;
  readonly type: ColumnType;
  readonly isNullable: boolean;
};
export type Result = {
  readonly columns: readonly Shown[];
  readonly rows: readonly (string | null)[][];
  readonly statementTypeId: number;
};

const text: ColumnType = { name: 'TEXT', length: 16_777_216 };
const count: ColumnType = { name: 'NUMBER', precision: 19, scale: 0 };
const statementTypes = { select: 4096, insert: 12544, update: 12800, delete: 13056, merge: 13312 };
const other = 24576;

/** A session: its transaction, and what it is told to do. */
export class SnowflakeSession {
  readonly id: string;
  readonly schema: string;
  readonly #engine: DatabaseSync;
  #transaction: { readonly id: number; readonly name: string } | undefined;

  constructor(id: string, engine: DatabaseSync, schema = 'PUBLIC') {
    this.id = id;
    this.#engine = engine;
    this.schema = schema;
  }

  get transaction() {
    return this.#transaction;
  }

  /** Waits for whoever holds what is written to. @throws Refusal */
  async run(sql: string, binds: readonly SQLInputValue[], isDescribed = false): Promise<Result> {
    const tokens = tokensOf(sql.replace(/;\s*$/, ''));
    for (;;) {
      try {
        return this.#do(tokens, binds, isDescribed);
      } catch (error) {
        if (!/database.* is locked/.test((error as Error).message)) throw refusalOf(error);
        await wait(20);
      }
    }
  }

  abort(): void {
    if (this.#transaction) this.#engine.exec('rollback');
    this.#transaction = undefined;
  }

  close(): DatabaseSync {
    this.abort();
    return this.#engine;
  }

  #do(tokens: readonly Token[], binds: readonly SQLInputValue[], isDescribed: boolean): Result {
    const [first, second] = tokens;
    if (is(first, 'BEGIN')) return this.#begin(tokens);
    if (is(first, 'COMMIT', 'ROLLBACK')) return this.#end(first!.text);
    if (is(first, 'ALTER') && is(second, 'SESSION')) return done();
    if (is(first, 'CREATE', 'ALTER', 'DROP')) return this.#define(tokens);
    if (is(first, 'SHOW')) return this.#keysOf(tokens);
    if (is(first, 'MERGE')) {
      const { inserted, updated } = this.#whole(() =>
        merge(this.#engine, tokens, this.schema, binds),
      );
      const names = ['number of rows inserted', 'number of rows updated'];
      return counted(names, [inserted, updated], statementTypes.merge);
    }
    if (is(first, 'INSERT', 'UPDATE', 'DELETE')) return this.#change(tokens, binds);
    return this.#select(tokens, binds, isDescribed);
  }

  #begin(tokens: readonly Token[]): Result {
    if (!this.#transaction) {
      const name = is(tokens[1], 'NAME') ? (tokens[2]?.text ?? '') : '';
      this.#engine.exec('begin');
      this.#transaction = { id: Date.now() * 1000 + Math.floor(Math.random() * 1000), name };
    }
    return done();
  }

  #end(word: string): Result {
    if (this.#transaction) this.#engine.exec(word);
    this.#transaction = undefined;
    return done();
  }

  /** A change of the schema commits what is open. */
  #define(tokens: readonly Token[]): Result {
    this.#end('COMMIT');
    return this.#whole(() => {
      const [first] = tokens;
      const isSchema = tokens.slice(0, 3).some((token) => is(token, 'SCHEMA'));
      if (is(first, 'CREATE') && isSchema) {
        const name = tokens.at(-1)!.text;
        this.#engine.prepare('insert or ignore into schemata values (?)').run(name);
      } else if (is(first, 'CREATE')) createTable(this.#engine, tokens, this.schema);
      else if (is(first, 'ALTER')) addColumn(this.#engine, tokens, this.schema);
      else dropTable(this.#engine, tokens, this.schema);
      return done();
    });
  }

  #keysOf(tokens: readonly Token[]): Result {
    const at = tokens.findIndex((token) => is(token, 'TABLE'));
    const { schema, table } = tableAt(tokens, at + 1, this.schema);
    const { key } = columnsOf(this.#engine, schema, table);
    const told = is(tokens[1], 'IMPORTED')
      ? importedBy(this.#engine, schema, table)
      : {
          names: ['schema_name', 'table_name', 'column_name', 'key_sequence'],
          rows: key.map((column, place) => [schema, table, column, String(place + 1)]),
        };
    return {
      columns: told.names.map((name) => ({ name, type: text, isNullable: false })),
      rows: told.rows,
      statementTypeId: other,
    };
  }

  #change(tokens: readonly Token[], binds: readonly SQLInputValue[]): Result {
    const word = tokens[0]!.text.toLowerCase() as 'insert' | 'update' | 'delete';
    const statement = translated(tokens, this.schema);
    const { changes } = this.#whole(() => this.#engine.prepare(statement).run(...binds));
    const past = `${word}${word.endsWith('e') ? 'd' : 'ed'}`;
    return counted([`number of rows ${past}`], [Number(changes)], statementTypes[word]);
  }

  #select(tokens: readonly Token[], binds: readonly SQLInputValue[], isDescribed: boolean): Result {
    const statement = this.#engine.prepare(translated(tokens, this.schema));
    statement.setReturnArrays(true);
    statement.setReadBigInts(true);
    const rows = isDescribed ? [] : (statement.all(...binds) as unknown as Stored[][]);
    const columns = statement.columns().map(({ name, column, table }, at) => {
      const known = column && table ? originOf(this.#engine, table, column) : undefined;
      const type = known ?? typeIn(rows.map((row) => row[at] ?? null));
      return { name: unmangled(name ?? ''), type, isNullable: true };
    });
    return {
      columns,
      rows: rows.map((row) => row.map((cell, at) => wireOf(cell, columns[at]!.type))),
      statementTypeId: statementTypes.select,
    };
  }

  /** A statement is done as a whole or not at all; within a transaction, too. */
  #whole<T>(work: () => T): T {
    this.#engine.exec('savepoint statement');
    try {
      const result = work();
      this.#engine.exec('release statement');
      return result;
    } catch (error) {
      this.#engine.exec('rollback to statement; release statement');
      throw error;
    }
  }
}

/** Of an expression nobody says the type, so that its values do. */
function typeIn(values: readonly Stored[]): ColumnType {
  const value = values.find((one) => one !== null);
  if (typeof value === 'bigint' || isNumber(value ?? null)) return count;
  return typeof value === 'number' ? { name: 'FLOAT' } : text;
}

function done(): Result {
  const columns = [{ name: 'status', type: text, isNullable: false }];
  return { columns, rows: [['Statement executed successfully.']], statementTypeId: other };
}

function counted(
  names: readonly string[],
  counts: readonly number[],
  statementTypeId: number,
): Result {
  return {
    columns: names.map((name) => ({ name, type: count, isNullable: false })),
    rows: [counts.map(String)],
    statementTypeId,
  };
}

/** @throws Refusal for a transaction that is not there */
export function abortBy(sessions: Iterable<SnowflakeSession>, id: number): void {
  const found = [...sessions].find(({ transaction }) => transaction?.id === id);
  if (!found) throw new Refusal('002003', '02000', `Transaction ${id} does not exist.`);
  found.abort();
}
