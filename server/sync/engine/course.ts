import type { Definition } from '../syncs/definition.ts';
import { goesOn, isPart, leads } from '../syncs/runs/part.ts';
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
  const { filters, on_schema_change, max_delete_percent } = begun.definition;
  const { accepted = [] } = run.request;
  const part = isPart(run.request);
  const isOngoing = goesOn(begun.definition, run.request);
  const isTaken = on_schema_change === 'pause' && accepted.includes('fields');
  const beginning = isOngoing ? (sync.position ?? undefined) : undefined;
  return {
    isPart: part,
    goesOn: isOngoing,
    readsAll: !part && beginning === undefined && filters.length === 0,
    leads: leads(begun.definition, run.request),
    isAnew: !isOngoing || sync.position_is_set,
    beginning,
    onSchemaChange: isTaken ? 'add' : on_schema_change,
    deletesMax: accepted.includes('deletes') ? 100 : max_delete_percent,
  };
}
