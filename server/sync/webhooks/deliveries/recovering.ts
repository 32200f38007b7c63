import type { In } from '../../../../contract/endpoint.ts';
import type { deliveries } from '../../../../contract/sync/deliveries.ts';
import { record } from '../../../platform/audit/record.ts';
import type { OutsideContext, WriteContext } from '../../../platform/context.ts';
import type { Services } from '../../../platform/product.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import { invalid } from '../../../runtime/errors.ts';
import { type Job, JobType, job } from '../../../runtime/jobs/jobs.ts';
import { found } from '../../conventions/found.ts';
import { requireTakingAll } from '../access.ts';
import { endPause, lockWebhook, type WebhookRow } from '../store.ts';
import { type RetellingServices, retold } from './retelling.ts';
import { lockSettled, type SettledDelivery, updateAgain } from './store.ts';

type Given = In<typeof deliveries, 'recoverDeliveries'>;

/** What is to be recovered; its times are texts, since jobs keep it. */
type Recovery = {
  readonly organization: number;
  readonly webhook: string;
  readonly since: string;
  readonly until: string;
  readonly failedOnly: boolean;
  /** The workflows whose notices may go there again. */
  readonly tellers: readonly string[];
  /** What was sent since is not sent once more. */
  readonly asked: string;
};

const lookedAtOnce = 2_000;
/** What is more than a request looks at is a job's. */
const pagesAtOnce = 5;

const recoverFurther = new JobType<Recovery & { after: number }>('webhook.recover', {
  atOncePerOrganization: 1,
});

export type RecoveringServices = RetellingServices & {
  /** The ids of the workflows that tell a webhook something, and that the caller may have run. */
  usableTellers(ctx: WriteContext, webhook: string): Promise<string[]>;
};

/** A job does what is left of many; without `enqueue` nothing is left. @throws AppError 400, 403, not_found (404) */
export const recoverDeliveries =
  (services: RecoveringServices & Partial<Pick<Services, 'enqueue'>>) =>
  async (ctx: OutsideContext, { params, body }: Given) => {
    const { organization, now } = ctx;
    const span = spanOf(body, now);
    const tellers = await ctx.transaction(async (within) => {
      const webhook = found(await lockWebhook(within.tx, organization, params.webhook));
      await requireTakingAll(ctx, services.providers, webhook);
      await record(within, 'delivery.recover', webhook.id, []);
      return services.usableTellers(within, webhook.id);
    });
    const { webhook } = params;
    const recovery = { organization, webhook, ...span, tellers, asked: now.toISOString() };
    let recovered = 0;
    let after: number | null = 0;
    const { enqueue } = services;
    for (let page = 0; after !== null && (!enqueue || page < pagesAtOnce); page += 1) {
      const from: number = after;
      const done = await ctx.transaction(({ tx }) => recoverPage(services, tx, recovery, from));
      recovered += done.recovered;
      after = done.next;
    }
    if (after !== null && enqueue) {
      const further = { ...recovery, after };
      await ctx.transaction(({ tx }) => enqueue(tx, recoverFurther, further));
    }
    return { recovered, complete: after === null };
  };

/** Recovers what a request has left. */
export function recoveringJob(services: RetellingServices): Job {
  return job(recoverFurther, async ({ after, ...recovery }, signal) => {
    const wall = services.database.of(recovery.organization);
    for (let from: number | null = after; from !== null; ) {
      signal.throwIfAborted();
      const at: number = from;
      from = (await wall.transaction((tx) => recoverPage(services, tx, recovery, at))).next;
    }
  });
}

/** `next`: after which number the next page begins; null: there is none. */
async function recoverPage(
  services: RetellingServices,
  tx: Tx,
  { organization, webhook: id, ...recovery }: Recovery,
  after: number,
): Promise<{ recovered: number; next: number | null }> {
  const webhook: WebhookRow | undefined = await lockWebhook(tx, organization, id);
  if (!webhook) return { recovered: 0, next: null };
  // Whoever is sending has stored what came of it, or waits for this.
  endPause(tx, organization, id);
  const page = { after, limit: lookedAtOnce };
  const settled = await lockSettled(tx, organization, id, recovery.failedOnly, page);
  const meant = settled.flatMap((one) => meantBy(recovery, one));
  const ids = await retold(services, tx, webhook, meant, recovery.tellers);
  if (ids.length > 0) {
    await updateAgain(tx, organization, ids, services.clock.now());
    tx.announce('delivery');
  }
  const last = settled.at(-1);
  return {
    recovered: ids.length,
    next: last && settled.length === lookedAtOnce ? last.number : null,
  };
}

/** None, or itself. */
function meantBy(
  { since, until, asked }: Pick<Recovery, 'since' | 'until' | 'asked'>,
  { salt, sent_at, ...one }: SettledDelivery,
) {
  const at = one.created_at;
  const isMeant = at >= new Date(since) && at <= new Date(until);
  const isSentSince = sent_at !== null && sent_at > new Date(asked);
  return isMeant && !isSentSince && salt !== null ? [{ ...one, salt }] : [];
}

/** @throws AppError 400 that names the member */
function spanOf(body: Given['body'], now: Date): Pick<Recovery, 'since' | 'until' | 'failedOnly'> {
  const since = new Date(body.since);
  const until = body.until ? new Date(body.until) : now;
  if (until < since) throw invalid('until', 'must not be before `since`.', 'minimum');
  const failedOnly = body.failed_only ?? true;
  return { since: since.toISOString(), until: until.toISOString(), failedOnly };
}
