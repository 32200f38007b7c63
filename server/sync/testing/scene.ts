import { createClient } from '../../../contract/client.ts';
import { sync } from '../../../contract/sync/index.ts';
import { createKey } from '../../platform/access/keys.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeOrganization } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import type { TestDatabase } from '../connectors/testing/databases.ts';

export type SyncScene = Awaited<ReturnType<typeof makeSyncScene>>;

/** An organization with a client of the Sync API, whose key does not expire when the clock is moved. */
export async function makeSyncScene(
  app: TestServer,
  { organization: given, scopes = [] }: { organization?: number; scopes?: readonly string[] } = {},
) {
  const organization = given ?? (await makeOrganization(app));
  const { database } = app.server.platform;
  const key = { name: 'Test', kind: 'sync', plan: 'unlimited', scopes } as const;
  const { id: keyId, key: token } = await database.system.transaction((tx) =>
    createKey(tx, organization, key, app.clock.now()),
  );
  const client = createClient(sync, { url: app.url, authorization: `Bearer ${token}` });
  return { organization, keyId, token, client };
}

type Answered<T> = { ok: true; body: T } | { ok: false; status: number; error: unknown };

/** What was answered; a refusal fails the test. */
export function bodyOf<T>(answer: Answered<T> | { ok: boolean }): T {
  const given = answer as Answered<T>;
  if (given.ok) return given.body;
  throw new Error(`${given.status}: ${JSON.stringify(given.error)}`);
}

/** A connection to another product of this server. */
export async function connectOwn(
  { client }: Pick<SyncScene, 'client'>,
  provider: 'scheduling' | 'messaging',
  name = 'Own',
) {
  const connection = bodyOf(
    await client.createConnection({ body: { provider, name, credentials: {} } }),
  );
  if (connection.status !== 'active') throw new Error(String(connection.health.message));
  return connection.id;
}

/** A connection to a database of the test. */
export async function connect({ client }: SyncScene, { credentials }: TestDatabase) {
  const body = { provider: 'postgres', name: 'Test', credentials };
  const connection = bodyOf(await client.createConnection({ body }));
  if (connection.status !== 'active') throw new Error(String(connection.health.message));
  return connection.id;
}

type Ends = { from: string; to: string; object: string; table?: string };
type Settings = Omit<
  NonNullable<Parameters<SyncScene['client']['createSync']>[0]>['body'],
  'source' | 'destination'
>;

export async function makeSync(
  { client }: SyncScene,
  { from, to, object, table = object }: Ends,
  settings: Partial<Settings> = {},
) {
  const body = {
    name: 'Test',
    source: { connection_id: from, object },
    destination: { connection_id: to, table },
    ...settings,
  };
  return bodyOf(await client.createSync({ body })).id;
}

const over = ['completed', 'failed', 'cancelled', 'paused'];

/** Waits until a run has come to an end, or a pause. */
export async function untilOver({ client }: SyncScene, syncId: string, runId: string) {
  return until(`the run ${runId} is over`, async () => {
    const run = bodyOf(await client.getRun({ params: { sync: syncId, run: runId } }));
    return over.includes(run.status) && run;
  });
}

/** Runs a sync to its end. */
export async function run(
  scene: SyncScene,
  syncId: string,
  body: NonNullable<Parameters<SyncScene['client']['runSync']>[0]>['body'] = {},
) {
  const begun = bodyOf(await scene.client.runSync({ params: { sync: syncId }, body }));
  return untilOver(scene, syncId, begun.id);
}

/** Accepts what a run is paused for, and waits until it is over. */
export async function accept(scene: SyncScene, sync: string, run: string) {
  bodyOf(await scene.client.resumeRun({ params: { sync, run }, body: { accept: true } }));
  return untilOver(scene, sync, run);
}
