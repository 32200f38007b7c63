import type { Tx } from '../../../runtime/database/database.ts';
import type { EventRow } from '../../../runtime/events/events.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { causedDepth, keyText } from '../../causes/causes.ts';
import { openRecordEvent } from '../../syncs/told/sealing.ts';
import type { Json } from '../../values/types.ts';
import { isOwn } from '../../webhooks/telling/own.ts';
import type { TellingServices } from '../../webhooks/telling/telling.ts';
import { type Firing, fire } from '../firing.ts';
import { hearing, type MayHear } from './hearing.ts';
import { filtersOf, type Happening, type Passing } from './passing.ts';
import { firingsOfProducts } from './products.ts';
import { selectDepths, selectEventTriggers } from './store.ts';
import { isHeard, namesOf } from './types.ts';

type Members = { readonly [name: string]: Json };

/** Fires the triggers of what has happened, in the transaction of whoever reads the log. */
export const fireEvents =
  (services: TellingServices) =>
  async (tx: Tx, events: readonly EventRow[]): Promise<void> => {
    const heard = events.filter(({ type }) => isHeard(type));
    if (heard.length === 0) return;
    const { keyring, clock, providers } = services;
    const names = [...new Set(heard.flatMap(({ type }) => namesOf(type)))];
    const organizations = [...new Set(heard.map(({ organization }) => Number(organization)))];
    const triggers = await selectEventTriggers(tx, organizations, names);
    for (const organization of new Set(triggers.map((one) => Number(one.organization_id)))) {
      const listening = triggers.filter((one) => Number(one.organization_id) === organization);
      const wanted = heard
        .filter((event) => Number(event.organization) === organization)
        .filter(({ type }) => listening.some(({ event }) => namesOf(type).includes(event ?? '')));
      const happenings = wanted
        .filter((event) => !isOwn(event))
        .flatMap((event) => tellOf(event, keyring));
      const filters = await filtersOf(tx, organization, listening);
      const mayHear = await hearing(tx, providers, organization, happenings);
      const firings = [
        ...(await firingsOf(tx, organization, filters, { happenings, mayHear })),
        ...(await firingsOfProducts(services, tx, organization, { filters, events: wanted })),
      ];
      await fire(tx, { organization, now: clock.now(), keyring }, firings);
    }
  };

async function firingsOf(
  tx: Tx,
  organization: number,
  filters: readonly Passing[],
  { happenings, mayHear }: { happenings: readonly Happening[]; mayHear: MayHear },
): Promise<Firing[]> {
  if (happenings.length === 0) return [];
  const depths = await depthsOf(tx, organization, happenings);
  return filters.flatMap(({ trigger, passes }) => {
    return happenings.flatMap((happening, at) => {
      if (!passes(happening) || !mayHear(trigger, happening)) return [];
      const { data: record, subject } = happening;
      return [{ trigger, record: record as Json, subject, depth: depths[at] ?? 1 }];
    });
  });
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
