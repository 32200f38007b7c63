import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';

/** A DuckDB that reaches one folder, perhaps one file more, and nothing else, and spills there what is more than its memory. */
export class Database {
  readonly connection: DuckDBConnection;
  readonly #end: () => void;

  private constructor(connection: DuckDBConnection, end: () => void) {
    this.connection = connection;
    this.#end = end;
  }

  static async open(folder: string, file?: string): Promise<Database> {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const own = await mkdtemp(join(folder, 'duckdb-'));
    const options = { threads: '1', memory_limit: '128MB', temp_directory: own };
    const instance = await DuckDBInstance.create(join(own, 'rows.duckdb'), options);
    const connection = await instance.connect();
    for (const statement of [
      `set allowed_directories = [${literal(`${folder}/`)}]`,
      ...(file === undefined ? [] : [`set allowed_paths = [${literal(file)}]`]),
      'set enable_external_access = false',
      'set autoinstall_known_extensions = false',
      'set autoload_known_extensions = false',
      'set preserve_insertion_order = true',
      'set lock_configuration = true',
    ]) {
      await connection.run(statement);
    }
    return new Database(connection, () => {
      connection.closeSync();
      instance.closeSync();
    });
  }

  close(): void {
    this.#end();
  }
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
