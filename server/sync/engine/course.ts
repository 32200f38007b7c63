import type { Definition } from '../syncs/definition.ts';
import { isPart } from '../syncs/runs/part.ts';
import type { RunRow } from '../syncs/runs/store.ts';
import type { SyncRow } from '../syncs/store.ts';
import type { Begun } from './assignment.ts';

/** What a run was asked for, and what that means for where it begins and ends. */
export type Course = {
  /** It reads a part again, and leaves the position of its sync where it is. */
  readonly isPart: boolean;
  /** It reads only what is new since the last run. */
  readonly goesOn: boolean;
  /** It reads all that there is. */
  readonly readsAll: boolean;
  /** Where it ends is where the next run begins. */
  readonly leads: boolean;
  /** The destination forgets where other runs were. */
  readonly isAnew: boolean;
  /** Where it begins as long as it has committed nothing. */
  readonly beginning: string | undefined;
  readonly onSchemaChange: Definition['on_schema_change'];
  /** Of a hundred. */
  readonly deletesMax: number;
};

export type Asked = {
  readonly run: Pick<RunRow, 'request'>;
  readonly sync: Pick<SyncRow, 'position' | 'position_is_set'>;
  readonly begun: Pick<Begun, 'definition'>;
};

export function layCourse({ run, sync, begun }: Asked): Course {
  const { cursor_field, mode, filters, on_schema_change, max_delete_percent } = begun.definition;
  const { accepted = [], full_refresh = false } = run.request;
  const part = isPart(run.request);
  const leads = cursor_field !== null && mode !== 'replace' && mode !== 'mirror' && !part;
  const goesOn = leads && !full_refresh;
  const isTaken = on_schema_change === 'pause' && accepted.includes('fields');
  const beginning = goesOn ? (sync.position ?? undefined) : undefined;
  return {
    isPart: part,
    goesOn,
    readsAll: !part && beginning === undefined && filters.length === 0,
    leads,
    isAnew: !goesOn || sync.position_is_set,
    beginning,
    onSchemaChange: isTaken ? 'add' : on_schema_change,
    deletesMax: accepted.includes('deletes') ? 100 : max_delete_percent,
  };
}

/** Where the next run begins after one that was broken off: not before what somebody set since. */
export function brokenOffAt(
  { run, sync, begun }: Asked & { run: Pick<RunRow, 'position'> },
  position: string | null,
) {
  const { goesOn } = layCourse({ run, sync, begun });
  const hasMoved = position !== run.position;
  return goesOn && (hasMoved || !sync.position_is_set) ? position : null;
}
