import type { Db } from '../../runtime/database/database.ts';
import { type ConnectionRow, selectConnection } from '../connections/store.ts';
import { ConnectorError } from '../connectors/failure.ts';
import type { Definition } from '../syncs/definition.ts';
import type { RunRow } from '../syncs/runs/store.ts';
import { type SyncRow, selectAnySync } from '../syncs/store.ts';
import { selectTransform } from '../transforms/store.ts';
import { type Claim, selectHeldRun } from './store.ts';
import type { Code } from './transforming.ts';

/** A run keeps what it began with, whatever is changed meanwhile. */
export type Begun = { definition: Definition } & Codes;

export type Assignment = {
  run: RunRow;
  sync: SyncRow;
  begun: Begun;
  source: ConnectionRow;
  /** Nothing for what a trigger sees: that comes to this server itself. */
  destination: ConnectionRow | undefined;
};

/** Everything that a run needs to know; undefined when somebody else holds it. */
export async function loadAssignment(db: Db, claim: Claim): Promise<Assignment | undefined> {
  const { organization, syncId } = claim;
  const [run, sync] = await Promise.all([
    selectHeldRun(db, claim),
    selectAnySync(db, organization, syncId),
  ]);
  if (!run || !sync) return undefined;
  const begun = (run.plan as Begun | null) ?? {
    definition: sync.settings,
    ...(await codesOf(db, organization, sync.settings)),
  };
  const { source, destination } = begun.definition;
  return {
    run,
    sync,
    begun,
    source: await connection(db, organization, source.connection_id),
    destination:
      sync.watches === null
        ? await connection(db, organization, destination.connection_id)
        : undefined,
  };
}

async function connection(db: Db, organization: number, id: string): Promise<ConnectionRow> {
  const row = await selectConnection(db, organization, id);
  if (row) return row;
  throw new ConnectorError('configuration', `There is no connection ${id} any more.`);
}

/** Of whole records, in order; and of single values. */
export type Codes = { codes: readonly Code[]; valueCodes: readonly Code[] };

export async function codesOf(
  db: Db,
  organization: number,
  { transforms, field_mappings }: Definition,
): Promise<Codes> {
  const ofValues = new Set(field_mappings.flatMap(({ transform }) => transform ?? []));
  return {
    codes: await codesWith(db, organization, transforms),
    valueCodes: await codesWith(db, organization, [...ofValues]),
  };
}

async function codesWith(db: Db, organization: number, ids: readonly string[]): Promise<Code[]> {
  const codes: Code[] = [];
  for (const id of ids) {
    const row = await selectTransform(db, organization, id);
    if (!row) throw new ConnectorError('configuration', `There is no transform ${id} any more.`);
    codes.push({ id, version: row.version, type: row.type, code: row.code });
  }
  return codes;
}
