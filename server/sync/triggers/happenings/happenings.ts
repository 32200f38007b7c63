import type { Clock } from '../../../runtime/clock.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { EventRow } from '../../../runtime/events/events.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { causedDepth, keyText } from '../../causes/causes.ts';
import type { Providers } from '../../connections/providers.ts';
import { openRecordEvent } from '../../syncs/told/sealing.ts';
import type { Json } from '../../values/types.ts';
import { conditionOf } from '../filters.ts';
import { type Firing, fire } from '../firing.ts';
import { type TriggerRow, updateTriggerStatus } from '../store.ts';
import { hearing, type MayHear } from './hearing.ts';
import { selectDepths, selectEventTriggers } from './store.ts';
import { isOfSync, namesOf } from './types.ts';

type Members = { readonly [name: string]: Json };
type Services = { readonly keyring: Keyring; readonly clock: Clock; readonly providers: Providers };

/** An event as somebody is told of it. */
type Happening = {
  readonly type: string;
  readonly data: Members;
  readonly created_at: Date;
  readonly depth: number;
  readonly subject?: string | undefined;
};

/** Fires the triggers of what has happened, in the transaction of whoever reads the log. */
export const fireEvents =
  ({ keyring, clock, providers }: Services) =>
  async (tx: Tx, events: readonly EventRow[]): Promise<void> => {
    const own = events.filter(({ type }) => isOfSync(type));
    if (own.length === 0) return;
    const names = [...new Set(own.flatMap(({ type }) => namesOf(type)))];
    const organizations = [...new Set(own.map(({ organization }) => Number(organization)))];
    const triggers = await selectEventTriggers(tx, organizations, names);
    for (const organization of new Set(triggers.map((one) => Number(one.organization_id)))) {
      const listening = triggers.filter((one) => Number(one.organization_id) === organization);
      const happenings = own
        .filter((event) => Number(event.organization) === organization)
        .filter(({ type }) => listening.some(({ event }) => namesOf(type).includes(event ?? '')))
        .flatMap((event) => tellOf(event, keyring));
      const mayHear = await hearing(tx, providers, organization, happenings);
      const firings = await firingsOf(tx, organization, listening, { happenings, mayHear });
      await fire(tx, { organization, now: clock.now(), keyring }, firings);
    }
  };

async function firingsOf(
  tx: Tx,
  organization: number,
  triggers: readonly TriggerRow[],
  { happenings, mayHear }: { happenings: readonly Happening[]; mayHear: MayHear },
): Promise<Firing[]> {
  const depths = await depthsOf(tx, organization, happenings);
  const filters = await filtersOf(tx, organization, triggers);
  return filters.flatMap(({ trigger, passes }) => {
    return happenings.flatMap((happening, at) => {
      if (!passes(happening) || !mayHear(trigger, happening)) return [];
      const { data: record, subject } = happening;
      return [{ trigger, record: record as Json, subject, depth: depths[at] ?? 1 }];
    });
  });
}

type Passing = { trigger: TriggerRow; passes: (happening: Happening) => boolean };

/** A trigger whose filter is not understood any more says so, and holds up no other. */
async function filtersOf(tx: Tx, organization: number, triggers: readonly TriggerRow[]) {
  const filters: Passing[] = [];
  for (const trigger of triggers) {
    try {
      filters.push({ trigger, passes: passing(trigger) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const message = `The filter is not understood any more; give the trigger another. ${error.message}`;
      await updateTriggerStatus(tx, organization, trigger.id, { status: 'error', message });
    }
  }
  return filters;
}

function passing(trigger: TriggerRow) {
  const { event, connection_id, object, since } = trigger;
  const isMeant = conditionOf(trigger);
  return ({ type, data, created_at }: Happening): boolean => {
    if (!namesOf(type).includes(event ?? '') || created_at < since) return false;
    const of = type.startsWith('connection.') ? data.id : data.connection_id;
    if (connection_id !== null && of !== connection_id) return false;
    if (object !== null && data.object !== object) return false;
    return isMeant(data);
  };
}

/** Nothing where what it tells of is forgotten. */
function tellOf(event: EventRow, keyring: Keyring): Happening[] {
  const { type, created_at, depth } = event;
  if (type !== 'record.created' && type !== 'record.updated' && type !== 'record.deleted') {
    return [{ type, data: event.data as Members, created_at, depth }];
  }
  const { sync_id, connection_id, object, about } = event.data;
  return openRecordEvent(keyring, event.data).map((told) => {
    const data = { sync_id, connection_id, object, ...told };
    return { type, data, created_at, depth, subject: about };
  });
}

/** What a workflow or a sync has set off stands one deeper than that. */
async function depthsOf(
  tx: Tx,
  organization: number,
  happenings: readonly Happening[],
): Promise<number[]> {
  const causes = happenings.map(causeIdOf);
  const known = await selectDepths(tx, organization, {
    runs: causes,
    workflowRuns: causes,
    syncs: causes,
  });
  const byId = new Map(known.map(({ id, depth }) => [id, depth]));
  const written = happenings.map(({ data }) => ({
    connection_id: String(data.connection_id ?? ''),
    object: String(data.object ?? ''),
    key: keyOf(data.key),
  }));
  const deep = await causedDepth(tx, organization, written);
  return happenings.map(({ depth }, at) => {
    const run = byId.get(causes[at] ?? '') ?? 0;
    return Math.max(depth + 1, run + 1, deep[at] ?? 1);
  });
}

/** The run, of a sync or a workflow, that it is about; else the sync. */
function causeIdOf({ type, data }: Happening): string {
  if (type.startsWith('workflow.')) return String(data.run_id);
  if (type === 'sync.alert' || type.startsWith('record.')) return String(data.sync_id);
  return String(data.id);
}

function keyOf(key: Json | undefined): string {
  if (typeof key !== 'object' || key === null || Array.isArray(key)) return '';
  const texts = Object.entries(key).map(([name, value]) => [
    name,
    value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value),
  ]);
  return keyText(Object.fromEntries(texts));
}
