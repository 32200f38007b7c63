import { type Command, Option } from 'commander';
import { deliveryStatuses } from '../../contract/sync/deliveries.ts';
import { collect, organizationOption } from '../options.ts';
import { heddle } from '../output.ts';
import { list, minuteOf, printable } from '../table.ts';
import { operation } from './operation.ts';

type Webhook = {
  id: string;
  organization?: string;
  url: string;
  description: string;
  events: string[];
  enabled: boolean;
  failing_since: string | null;
  disabled_reason: string | null;
  secret?: string;
};
type Attempt = { at: string; status: number | null; error: string | null; response: string | null };
type Delivery = {
  id: string;
  type: string;
  status: string;
  attempts: Attempt[];
  next_attempt_at: string | null;
  created_at: string;
};

type OneDelivery = Delivery & {
  request: {
    method: string;
    url: string;
    headers: Record<string, string | null>;
    body: string;
  } | null;
};

const idArgument = ['<webhook>', 'id of the webhook, or its description'] as const;

export function defineWebhooks(program: Command): void {
  const webhook = program
    .command('webhook')
    .description('URLs that are told of what happens, signed, and again until they have it');
  defineCreate(webhook);
  operation(
    webhook
      .command('list')
      .description('list the webhooks, and how it goes with them')
      .option('--organization <id>', 'of one organization only'),
    ({ organization }, acts, platform) =>
      acts.listWebhooks(platform, organization as string | undefined),
    describeAll,
  );
  defineDeliveries(webhook);
  operation(
    webhook
      .command('test')
      .description('send a test event')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.testWebhook(platform, id),
    ({ id }: Delivery) => id,
  );
  operation(
    webhook
      .command('rotate')
      .description('replace the secret; the old one holds on for 24 hours')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.rotateWebhook(platform, id),
    describe,
  );
  defineEnabling(webhook, 'enable', 'send to a webhook again, also what has waited');
  defineEnabling(webhook, 'disable', 'send nothing to a webhook; what waits is kept');
  operation(
    webhook
      .command('delete')
      .description('delete a webhook; what waits for it is not sent')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.deleteWebhook(platform, id),
  );
}

function defineEnabling(webhook: Command, name: 'enable' | 'disable', description: string): void {
  operation(
    webhook
      .command(name)
      .description(description)
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.enableWebhook(platform, id, name === 'enable'),
    describe,
  );
}

function defineCreate(webhook: Command): void {
  operation(
    webhook
      .command('create')
      .description('tell a URL of what happens; its secret is shown this once')
      .requiredOption(...organizationOption)
      .option('--event <type>', 'like sync.failed, or sync.*; repeatable', collect)
      .option('--description <text>', 'what it is for')
      .option('--connection <id>', 'only what concerns this connection')
      .option('--sync <id>', 'only what concerns this sync')
      .option('--object <name>', 'only what concerns this object')
      .option('--max-in-flight <number>', 'how many are sent at once; 1, the default, keeps order')
      .argument('<url>', 'where to'),
    async ({ organization, event = [], ...given }, acts, platform, [url = '']) => {
      const text = (name: string) => (given[name] as string | undefined) ?? null;
      return acts.createWebhook(platform, String(organization), {
        url,
        events: event as string[],
        description: text('description'),
        filter: {
          connection_id: text('connection'),
          sync_id: text('sync'),
          object: text('object'),
        },
        max_in_flight: given.maxInFlight === undefined ? null : Number(given.maxInFlight),
      });
    },
    describe,
  );
}

function defineDeliveries(webhook: Command): void {
  operation(
    webhook
      .command('deliveries')
      .description('list what was sent, and what came of it; newest first; or show one of them')
      .argument(...idArgument)
      .addOption(new Option('--status <status>', 'only these').choices([...deliveryStatuses]))
      .option('--limit <number>', 'how many at most', '50')
      .option('--delivery <id>', 'this one, with its request and what was answered'),
    ({ status, limit, delivery }, acts, platform, [id = '']) =>
      delivery === undefined
        ? acts.listDeliveries(platform, id, {
            limit: Number(limit),
            ...(status ? { status: status as (typeof deliveryStatuses)[number] } : {}),
          })
        : acts.showDelivery(platform, id, String(delivery)),
    (value: Delivery[] | OneDelivery) =>
      Array.isArray(value) ? describeDeliveries(value) : describeDelivery(value),
  );
  operation(
    webhook
      .command('replay')
      .description('send a delivery again, the same bytes under the same id')
      .argument(...idArgument)
      .argument('<delivery>', 'id of the delivery'),
    (_, acts, platform, [id = '', delivery = '']) => acts.replayDelivery(platform, id, delivery),
    ({ status }: Delivery) => status,
  );
  operation(
    webhook
      .command('recover')
      .description('send again what has failed')
      .argument(...idArgument)
      .requiredOption('--since <time>', 'ISO 8601')
      .option('--until <time>', 'ISO 8601; now by default')
      .option('--all', 'what has succeeded, too'),
    ({ since, until, all }, acts, platform, [id = '']) =>
      acts.recoverDeliveries(platform, id, {
        since: String(since),
        until: (until as string | undefined) ?? null,
        failed_only: !all,
      }),
    ({ recovered }: { recovered: number }) => `${recovered} deliveries are sent again`,
  );
}

function describe(webhook: Webhook): string {
  const { id, url, description, events, secret } = webhook;
  const state = [stateOf(webhook), whyOf(webhook)].filter(Boolean).join(': ');
  const lines = { id, url, description, events: events.join(' '), state, secret };
  return Object.entries(lines)
    .filter(([, value]) => value)
    .map(([what, value]) => `${what.padEnd(11)}  ${printable(String(value))}`)
    .join('\n');
}

function describeAll(webhooks: Webhook[]): string {
  // Whoever has a description of its own is named by it.
  const names = new Set(webhooks.map(({ description }) => description).filter(Boolean));
  const spare = names.size === webhooks.length ? 'id' : 'description';
  const rows = webhooks.map((webhook) => ({
    description: webhook.description,
    url: webhook.url,
    events: webhook.events.join(' '),
    state: stateOf(webhook),
    why: whyOf(webhook),
    id: webhook.id,
    organization: webhook.organization,
  }));
  return list(rows, `There is no webhook yet: ${heddle} webhook create --help`, {
    leaveOut: ['organization', 'events', spare, 'why'],
    shorten: 'url',
  });
}

function describeDeliveries(deliveries: Delivery[]): string {
  const rows = deliveries.map(({ id, type, status, attempts, next_attempt_at, created_at }) => ({
    at: minuteOf(created_at),
    type,
    status,
    attempts: attempts.length,
    last: attempts.at(-1)?.error ?? String(attempts.at(-1)?.status ?? ''),
    next: minuteOf(next_attempt_at),
    id,
  }));
  return list(rows, 'Nothing was sent yet.', {
    // By its id one is shown whole, or sent again.
    leaveOut: ['next', 'attempts', 'type'],
    shorten: 'last',
  });
}

function describeDelivery({ id, type, status, attempts, request }: OneDelivery): string {
  const sent = request
    ? [
        `request  ${request.method} ${request.url}`,
        ...Object.entries(request.headers).map(([name, value]) => `  ${name}: ${value ?? '…'}`),
        request.body,
      ]
    : ['What was sent is not kept any more.'];
  const answered = attempts.flatMap(({ at, status: answer, error, response }) => [
    `${minuteOf(at)}  ${error ?? answer}`,
    ...(response ? [response] : []),
  ]);
  return [`${id}  ${type}  ${status}`, '', ...sent, '', ...answered].map(printable).join('\n');
}

function stateOf({ enabled, failing_since }: Webhook): string {
  if (!enabled) return 'disabled';
  return failing_since === null ? 'enabled' : 'failing';
}

function whyOf({ enabled, failing_since, disabled_reason }: Webhook): string {
  if (!enabled) return disabled_reason ?? '';
  return failing_since === null ? '' : `since ${minuteOf(failing_since)}`;
}
