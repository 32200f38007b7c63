// The process that has a database open: started by `Link`, ended with it.
import { constants, DatabaseSync, type StatementSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { Cell, Row } from '../../values/types.ts';
import type { Unread } from '../batch.ts';
import type { Answer, Question, Questions, Read, Reading } from './asked.ts';
import { cellOf, mark, type SqlValue } from './cells.ts';
import { writeRows } from './rows.ts';

const busyMilliseconds = 30_000;
/** After so many rows the clock is looked at. */
const looksEach = 100;
/** Other files are none of this connection's business. */
const refused = new Set([constants.SQLITE_ATTACH, constants.SQLITE_DETACH]);

let database: DatabaseSync;
let reading: (Reading & { rows: Iterator<SqlValue[]>; tail: Tail }) | undefined;

const answers: { [Name in keyof Questions]: (asked: Questions[Name]['asked']) => unknown } = {
  open: ({ path, isReadOnly }) => {
    database = new DatabaseSync(path, {
      readOnly: isReadOnly,
      allowExtension: false,
      timeout: busyMilliseconds,
      readBigInts: true,
      returnArrays: true,
    });
    database.setAuthorizer((action) =>
      refused.has(action) ? constants.SQLITE_DENY : constants.SQLITE_OK,
    );
  },
  exec: ({ sql }) => database.exec(sql),
  all: ({ sql, values = [] }) => rowsOf(sql, values),
  orders: ({ sql, values }) => rowsOf(sql, values).map((row) => JSON.stringify(row.map(mark))),
  change: ({ sql, values = [] }) => Number(database.prepare(sql).run(...values).changes),
  columns: ({ sql }) =>
    database
      .prepare(sql)
      .columns()
      .map(({ name, type }) => ({ name, type: type ?? '' })),
  begin: (asked) => {
    const statement: StatementSync = database.prepare(asked.sql);
    const rows = statement.iterate(...asked.values) as unknown as Iterator<SqlValue[]>;
    reading = { ...asked, rows, tail: new Tail(asked.tailMax) };
  },
  next: read,
  write: (asked) => writeRows(database, asked),
  close: () => database?.close(),
};

function rowsOf(sql: string, values: readonly SqlValue[]): SqlValue[][] {
  return database.prepare(sql).all(...values) as unknown as SqlValue[][];
}

function read({ rows: rowsMax, bytes: bytesMax, seconds }: Questions['next']['asked']): Read {
  const end = performance.now() + seconds * 1000;
  const { fields, except, rows: source, tail } = reading!;
  const left = new Set(except);
  const rows: Row[] = [];
  const unread: Unread[] = [];
  let [first, last]: Cell[][] = [[], []];
  let isEnd = false;
  for (let bytes = 0, count = 0; count < rowsMax && bytes < bytesMax; ) {
    if (count > 0 && count % looksEach === 0 && performance.now() >= end) break;
    const { value, done } = source.next();
    isEnd = done === true;
    if (isEnd) break;
    const order = value.slice(fields.length).map(mark);
    if (left.size > 0 && left.has(JSON.stringify(order))) continue;
    const { row, fault } = rowOf(value, fields);
    if (fault) unread.push({ row, ...fault });
    else rows.push(row);
    for (const cell of row) bytes += cell === null ? 1 : cell.length + 1;
    if (count === 0) first = order;
    last = order;
    tail.add(order);
    count += 1;
  }
  return { rows, unread, first: first!, last: last!, tail: tail.orders, isEnd };
}

/** What was read of one cursor value. */
class Tail {
  readonly #max: number;
  #orders: string[] = [];
  #value: Cell | undefined;

  constructor(max: number) {
    this.#max = max;
  }

  get orders(): readonly string[] {
    return this.#orders.length > this.#max ? [] : this.#orders;
  }

  add(order: readonly Cell[]): void {
    if (this.#max === 0) return;
    if (order[0] !== this.#value) this.#orders = [];
    this.#value = order[0];
    if (this.#orders.length <= this.#max) this.#orders.push(JSON.stringify(order));
  }
}

function rowOf(values: SqlValue[], fields: Reading['fields']) {
  let fault: { field: string; reason: string } | undefined;
  const row = fields.map(({ name, type }, at): Cell => {
    const cell = cellOf(values[at]!, type);
    if ('text' in cell) return cell.text;
    fault ??= { field: name, reason: cell.problem };
    return null;
  });
  return { row, fault };
}

process.on('message', ({ id, name, asked }: Question) => {
  let answer: Answer;
  try {
    answer = { id, answered: (answers[name] as (asked: unknown) => unknown)(asked) };
  } catch (error) {
    const { errcode = 1, message } = error as Error & { errcode?: number };
    answer = { id, failed: { code: errcode, message } };
  }
  // Where nobody is there any more to hear it, this one ends as well.
  process.send?.(answer, undefined, undefined, () => undefined);
});

// A terminal tells the whole group to end; this one ends with the one that started it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(0));
// A statement that does not end hears of nothing.
const watcher = `const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 1000)`;
new Worker(watcher, { eval: true }).unref();
