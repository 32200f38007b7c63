import type { Tx } from '../../../runtime/database/database.ts';
import { publish } from '../../../runtime/events/events.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { newId } from '../../conventions/ids.ts';
import { Confidence, sealRunKey } from '../../syncs/runs/confidence.ts';
import type { Json } from '../../values/types.ts';
import { type Begun, insertWorkflowRuns, letThrough } from './store.ts';

/** What set a run off, as templates see it. */
export type TriggerGiven = {
  /** Null: the API, without a trigger. */
  readonly id: string | null;
  readonly type: string;
  readonly connection_id: string | null;
  readonly object: string | null;
  readonly record: Json | null;
  /** What the record was before, where the source tells that. */
  readonly previous?: Json;
  readonly fired_at: string;
};

export type Begin = {
  readonly workflow_id: string;
  /** Of the workflow; the newest where none is said. */
  readonly version?: number;
  readonly trigger: TriggerGiven;
  /** Whom or what the record tells of, as `<noun> <id>`. */
  readonly subject?: string | undefined;
  /** How many workflows have set each other off up to this run; 1 at the first. */
  readonly depth: number;
  /** Why it does not begin: it is stored as failed. */
  readonly error?: string | undefined;
};

type Services = { organization: number; now: Date; keyring: Keyring };

const topic = 'workflow_run';

/**
 * Begins runs of workflows, in the transaction in which it was seen what sets them off. One that is
 * disabled, or gone, gets none.
 */
export async function beginWorkflowRuns(
  tx: Tx,
  { organization, now, keyring }: Services,
  begins: readonly Begin[],
): Promise<Begun[]> {
  if (begins.length === 0) return [];
  // In their order, also within a millisecond.
  const ids = begins.map(() => newId('workflow_run')).sort();
  const rows = begins.map(({ workflow_id, version = null, trigger, subject, depth, error }, at) => {
    const id = ids[at] as string;
    const sealed_key = sealRunKey(keyring, id);
    const encrypted = new Confidence(keyring, { id, sealed_key }).encrypt(JSON.stringify(trigger));
    const { type: trigger_type, id: trigger_id } = trigger;
    const told = { trigger_type, trigger_id, depth, subject: subject ?? null };
    return { id, workflow_id, version, ...told, sealed_key, encrypted, error: error ?? null };
  });
  const begun = await insertWorkflowRuns(tx, organization, rows, now);
  const limited = new Set(begun.filter((one) => one.is_limited).map((one) => one.workflow_id));
  for (const id of [...limited].sort()) await letThrough(tx, organization, id, now);
  if (begun.length > 0) tx.announce(topic);
  return begun.map(({ is_limited, ...one }) => one);
}

/** Tells whoever listens what has begun. */
export async function tellTriggered(
  tx: Tx,
  { organization, now }: Omit<Services, 'keyring'>,
  runs: readonly (Begun & { readonly trigger_type: string })[],
): Promise<void> {
  const events = runs.map(({ id, workflow_id, trigger_id, trigger_type, depth }) => ({
    type: 'workflow.triggered' as const,
    subject: id,
    depth,
    data: { workflow_id, run_id: id, trigger: { id: trigger_id, type: trigger_type } },
  }));
  await publish(tx, organization, now, events);
}
