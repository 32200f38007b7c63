import { childrenOf } from '../../testing/runners.ts';
import type { Cell } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Altered, Changes, Followed, FollowGuard, Unemptied } from '../changes.ts';
import type { Field, WriteRequest } from '../connector.ts';
import { makeAccount, openAccount } from '../snowflake/testing/account.ts';
import { makeMysql, makePostgres, makeSqlite, type TestPlace } from './place.ts';

/** A system whose tables follow changes. */
export type FollowPlace = Pick<TestPlace, 'open' | 'run' | 'end'> & {
  readonly name: TestPlace['name'] | 'snowflake';
  /** Ends all connections to it but those of the test itself. */
  sever(): Promise<unknown>;
};

export async function makePlaces(): Promise<FollowPlace[]> {
  const [postgres, mysql, sqlite] = await Promise.all([makePostgres(), makeMysql(), makeSqlite()]);
  const account = await makeAccount(1);
  return [
    {
      ...postgres,
      sever: () =>
        postgres.run(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`),
    },
    {
      ...mysql,
      sever: async () => {
        const ids = await mysql.rows(`select id from information_schema.processlist
          where db = database() and id <> connection_id()`);
        for (const id of ids) await mysql.run(`kill ${id}`);
      },
    },
    {
      ...sqlite,
      sever: async () => {
        const pids = childrenOf(process.pid, 'connectors/sqlite/process.ts');
        for (const pid of pids) process.kill(pid, 'SIGKILL');
      },
    },
    {
      name: 'snowflake',
      open: () => openAccount(account),
      run: (sql) => account.run(sql),
      end: async () => undefined,
      sever: async () => account.sessions.forget(),
    },
  ];
}

export const id = fieldOf('id', 'int8');
export const name = fieldOf('name', 'text');
export const size = fieldOf('size', 'int4');

export function fieldOf(called: string, kind: 'int8' | 'int4' | 'text'): Field {
  return { name: called, type: { kind }, nativeType: kind, isNullable: true, isWritable: true };
}

type Rows = readonly (readonly Cell[])[];
export type Told = {
  readonly isEmptied?: boolean;
  readonly deleted?: Rows;
  readonly altered?: readonly (readonly [fields: readonly string[], rows: Rows])[];
  readonly written?: Rows;
  readonly isWhole?: boolean;
};

export function changesOf(told: Told): Changes {
  const { isEmptied = false, deleted = [], altered = [], written = [], isWhole = true } = told;
  return {
    ...{ isEmptied, deleted, isWhole, written: Batch.ofRows(written) },
    altered: altered.map(([fields, rows]): Altered => ({ fields, batch: Batch.ofRows(rows) })),
  };
}

type Asked = Partial<WriteRequest> & { readonly object: string; readonly fence?: number };

export function followRequest({ fence = 1, ...asked }: Asked): WriteRequest {
  return {
    ...{ fields: [id, name], key: ['id'], mode: 'upsert', delete: 'hard', metadata: false },
    ...{ onSchemaChange: 'ignore', isAnew: false, isFollowing: true },
    state: { syncId: asked.object, runId: 'run_1', fence },
    signal: new AbortController().signal,
    ...asked,
  };
}

/** Begins to follow changes of an object, in a session of its own. */
export async function followerOf(place: FollowPlace, asked: Asked) {
  const session = await place.open();
  const writer = await session.write(followRequest(asked));
  const position = await writer.position();
  await writer.prepare();
  const follow = (told: Told, guard: Partial<FollowGuard> = {}) => {
    const keep = async () => undefined;
    return writer.follow!(changesOf(told), { deletesMax: 100, keep, ...guard });
  };
  return { session, writer, position, follow };
}

/** The records of an object as others see them, in their order as text. */
export async function contentOf(place: FollowPlace, object: string, fields?: readonly string[]) {
  const session = await place.open();
  const spelled = place.name === 'snowflake' ? fields?.map((one) => one.toUpperCase()) : fields;
  const asked = { object, limit: 1_000, ...(spelled ? { fields: spelled } : {}) };
  const { rows } = await session.query(asked);
  await session.close();
  return rows.map((row) => row.join('|')).sort();
}

/** What became of them, and why what was refused was. */
export function outcomeOf(followed: Followed | Unemptied) {
  if ('planned' in followed) return followed;
  const { written, skipped, deleted, rejected } = followed;
  const refused = rejected.map(({ of, index, reason }) => [of.rows[index], reason.split('.')[0]]);
  return { counts: [written, skipped, deleted], refused };
}

export async function positionOf(place: FollowPlace, object: string): Promise<string | undefined> {
  const { position, session } = await followerOf(place, { object, fence: 99 });
  await session.close();
  return position;
}
