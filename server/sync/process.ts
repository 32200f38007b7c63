// The process that does runs: started by `Engine` when there is one to do, ended with it.
import { systemClock } from '../runtime/clock.ts';
import { Database } from '../runtime/database/database.ts';
import { createLog } from '../runtime/log.ts';
import { Keyring } from '../runtime/secrets/keyring.ts';
import { Secrets } from '../runtime/secrets/secrets.ts';
import { Providers } from './connections/providers.ts';
import { Sessions } from './connections/sessions.ts';
import { ownConnectors } from './connectors/own/index.ts';
import type { FromRunner, ToRunner } from './engine/messages.ts';
import { protectingKeys } from './engine/protecting.ts';
import { Feeding } from './engine/realtime/feeding.ts';
import { Runner } from './engine/runner.ts';
import type { Claim } from './engine/store.ts';
import type { FeedClaim } from './syncs/following/store.ts';
import { Sandbox } from './transforms/sandbox/sandbox.ts';
import { openWatch } from './triggers/watching/sink.ts';

let opened: ReturnType<typeof open> | undefined;
const underWay = new Set<Promise<void>>();
const feeds = new Set<Feeding>();

process.on('message', (message: ToRunner) => {
  if (message.kind === 'begin') opened = open(message);
  if (message.kind === 'run') begin(message.claim);
  if (message.kind === 'feed') hold(message.claim);
  if (message.kind === 'look') for (const feed of feeds) feed.look();
  if (message.kind === 'event') for (const feed of feeds) feed.hear(message.organization);
  if (message.kind === 'close') void close();
});
// A terminal tells the whole group to end; this one ends when it is told to by the one that started it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
// Whoever started it is gone.
process.on('disconnect', () => process.exit(0));

function open({ config, address, objects }: ToRunner & { kind: 'begin' }) {
  const log = createLog(config.logLevel);
  const clock = systemClock;
  const database = new Database(address, log, { connectionsMax: 8 });
  const keyring = new Keyring(config);
  const secrets = new Secrets(database, keyring, clock);
  const own = ownConnectors(objects, { config, database, clock, log });
  const providers = new Providers(keyring, own);
  const sessions = new Sessions({ config, database, keyring, providers, log });
  const sandbox = new Sandbox();
  const protectingKey = protectingKeys(secrets);
  const seeing = { database, keyring, clock, protectingKey };
  const services = {
    ...{ ...seeing, sessions, sandbox, log },
    openWatch: (organization: number) => openWatch(seeing, organization),
  };
  return { services, runner: new Runner(services), database, sandbox };
}

function hold(claim: FeedClaim): void {
  if (!opened) return;
  const feed = new Feeding(opened.services, opened.runner, claim);
  feeds.add(feed);
  const holding = feed.hold().finally(() => {
    feeds.delete(feed);
    underWay.delete(holding);
    const { connectionId, fence } = claim;
    process.send?.({ kind: 'feedEnded', connectionId, fence } satisfies FromRunner);
  });
  underWay.add(holding);
}

function begin(claim: Claim): void {
  const running = opened?.runner.run(claim).finally(() => {
    underWay.delete(running as Promise<void>);
    process.send?.({ kind: 'ended', runId: claim.runId, fence: claim.fence } satisfies FromRunner);
  });
  if (running) underWay.add(running);
}

async function close(): Promise<void> {
  for (const feed of feeds) feed.close();
  opened?.runner.close();
  await Promise.allSettled(underWay);
  await opened?.sandbox.close();
  await opened?.database.close();
  process.exit(0);
}
