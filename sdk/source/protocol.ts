/** A record, by the names of its fields, each value in the JSON form of its type. */
export type JsonRecord = Record<string, unknown>;

/** What a write does with a record. */
export type Operation = 'insert' | 'upsert' | 'update' | 'delete';

export type ConditionOperator =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'IN'
  | 'IS NULL'
  | 'IS NOT NULL';

/** One condition on one field. */
export interface Condition {
  field: string;
  operator: ConditionOperator;
  /** In the JSON form of its field; for IN an array; for IS NULL there is none. */
  value?: unknown;
}

/** What every call knows of the connection that it is made for. */
export interface Connected<Config, Credentials> {
  /** What `configSchema` asks for. */
  config: Config;
  /** What `credentialsSchema` asks for: never put it into a message. */
  credentials: Credentials;
}

export interface CheckAnswer {
  /** The credentials work. */
  ok: boolean;
  /** What is wrong, or what to know of the system. */
  message?: string | null | undefined;
}

export interface ExtensionField {
  name: string;
  /** In the words of PostgreSQL: `text`, `numeric(10,2)`, `timestamptz`, `text[]`. */
  type: string;
  /** What people see in place of the name. */
  label?: string | null | undefined;
  /** true where it is not said. */
  nullable?: boolean | undefined;
  /** true where it is not said. */
  writable?: boolean | undefined;
}

/** Records of one kind: a list of an API, a table, a sheet. */
export interface ExtensionObject {
  name: string;
  label?: string | null | undefined;
  fields: ExtensionField[];
  /** The fields by which records are told apart. */
  key?: string[] | undefined;
  /** The fields that grow with every change: what is new is asked for by a condition `>=` on one. */
  cursor_fields?: string[] | undefined;
}

export interface DiscoverAnswer {
  objects: ExtensionObject[];
}

export interface ReadRequest<Config, Credentials> extends Connected<Config, Credentials> {
  object: string;
  /** Those that are needed; null: all. */
  fields: string[] | null;
  /**
   * All of them hold for what is asked for; none: everything. It saves work: records for which they do
   * not hold may come as well, since the server looks again.
   */
  filter: Condition[];
  /** `next_cursor` of the page before; null: from the beginning. */
  cursor: string | null;
  /** At most so many records. */
  limit: number;
}

/** As a read, for people who wait for one page, in an order of theirs. */
export interface QueryRequest<Config, Credentials> extends ReadRequest<Config, Credentials> {
  order_by: { field: string; descending: boolean }[];
}

export interface Page {
  records: JsonRecord[];
  /** Where the next page begins, in whatever words; without it this was the last one. */
  next_cursor?: string | null | undefined;
}

export interface WriteRequest<Config, Credentials> extends Connected<Config, Credentials> {
  object: string;
  operation: Operation;
  /** The fields by which records there are found. */
  key: string[];
  records: JsonRecord[];
  /** A request that comes again with the same one must not write again. */
  idempotency_key: string | null;
}

export interface WriteResult {
  /** Of the record in the request. */
  index: number;
  status: 'ok' | 'error';
  /** Of the record there; a number is taken as its text. */
  id?: string | number | null | undefined;
  /** What is wrong with this record. */
  error?: string | null | undefined;
}

export interface WriteAnswer {
  /** One for each record of the request. */
  results: WriteResult[];
}

/** What is said of an extension when it is registered. */
export interface Manifest {
  config_schema?: Record<string, unknown> | undefined;
  credentials_schema?: Record<string, unknown> | undefined;
  capabilities?:
    | {
        read?: boolean | undefined;
        write?: boolean | undefined;
        query?: boolean | undefined;
        operations?: Operation[] | undefined;
      }
    | undefined;
  /** Where `fetch` of a bundle may go. */
  hosts?: string[] | undefined;
}
