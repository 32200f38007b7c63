import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { schema } from './catalogue.ts';
import { addFunctions } from './functions.ts';

/** What all sessions share: a database of SQLite in a folder of its own. */
export class Engine {
  readonly #folder = mkdtempSync(join(tmpdir(), 'heddle-snowflake-'));
  readonly #open = new Set<DatabaseSync>();
  readonly own: DatabaseSync;

  constructor() {
    this.own = this.connect();
    this.own.exec(`pragma journal_mode = wal; pragma synchronous = off; ${schema}`);
    this.own.exec("insert into schemata values ('PUBLIC'), ('RAW')");
  }

  connect(): DatabaseSync {
    const engine = new DatabaseSync(join(this.#folder, 'data'), { timeout: 0 });
    addFunctions(engine);
    this.#open.add(engine);
    return engine;
  }

  disconnect(engine: DatabaseSync): void {
    if (this.#open.delete(engine)) engine.close();
  }

  /** What tests ask of it, in its own words. */
  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.own.prepare(sql).all(...values);
  }

  end(): void {
    for (const engine of this.#open) engine.close();
    this.#open.clear();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
