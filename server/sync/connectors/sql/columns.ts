import type { WriteRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

type Column = {
  readonly name: string;
  readonly isNullable: boolean;
  readonly hasDefault: boolean;
  readonly isGenerated: boolean;
};
type Slot = { readonly field: string; readonly column: string; readonly isWritten: boolean };

/** @throws ConnectorError that names the column which would be null, and must not be */
export function refuseUnfilled(columns: readonly Column[], slots: readonly Slot[]): void {
  const unfilled = columns.find(
    ({ name, isNullable, hasDefault, isGenerated }) =>
      !isNullable && !hasDefault && !isGenerated && !slots.some(({ column }) => column === name),
  );
  if (unfilled) {
    const message = `The column "${unfilled.name}" must not be null, and no field goes to it.`;
    throw new ConnectorError('request', message, { field: 'records' });
  }
}

export function missingColumn(name: string): ConnectorError {
  const message = `The destination has no column "${name}": add it there, or let the sync add what is new (on_schema_change "add").`;
  return new ConnectorError('request', message, { field: 'records' });
}

/** @throws ConnectorError that names the key which is not written */
export function keyColumns(slots: readonly Slot[], { key }: Pick<WriteRequest, 'key'>): string[] {
  return key.map((name) => {
    const slot = slots.find(({ field }) => field === name);
    if (slot?.isWritten) return slot.column;
    throw new ConnectorError('request', `The key "${name}" is not among the fields written.`, {
      field: 'key',
    });
  });
}

/** Whether every column gets a value, so that nothing in a row is lost when it is written anew. */
export function isFilled(
  columns: readonly Column[],
  slots: readonly Slot[],
  request: Pick<WriteRequest, 'metadata' | 'mode' | 'delete' | 'isFollowing'>,
): boolean {
  const own = additions(request, { moment: '', run: '' }).map(([name]) => name);
  const names = [...slots.map(({ column }) => column), ...own];
  return columns.every(({ name, isGenerated }) => isGenerated || names.includes(name));
}

/** The columns beside those of the fields, each with its type there. */
export function additions(
  request: Pick<WriteRequest, 'metadata' | 'mode' | 'delete' | 'isFollowing'>,
  types: { readonly moment: string; readonly run: string },
): [name: string, type: string][] {
  return [
    ...(request.metadata
      ? ([
          ['_heddle_synced_at', types.moment],
          ['_heddle_run_id', types.run],
        ] as [string, string][])
      : []),
    ...(marksDeleted(request) ? [['deleted_at', types.moment] as [string, string]] : []),
  ];
}

/** Records that are gone are kept, with the time from which on they were. */
export function marksDeleted({
  mode,
  delete: deletion,
  isFollowing = false,
}: Pick<WriteRequest, 'mode' | 'delete' | 'isFollowing'>): boolean {
  return deletion === 'mark' && (mode === 'mirror' || isFollowing);
}
