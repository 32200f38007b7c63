import { createClient } from '../../../contract/client.ts';
import { sync, syncScopes } from '../../../contract/sync/index.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import type { TestDatabase } from '../connectors/testing/databases.ts';

/** What every server needs whose syncs reach databases of tests. */
export const reachable = { HEDDLE_ALLOW_PRIVATE_HOSTS: '1' };

export type SyncScene = Awaited<ReturnType<typeof makeSyncScene>>;

/** An organization with a client of the Sync API. */
export async function makeSyncScene(app: TestServer) {
  const organization = await makeOrganization(app);
  const { token } = await makeClient(app, organization, { scopes: syncScopes });
  const client = createClient(sync, { url: app.url, authorization: `Bearer ${token}` });
  return { organization, token, client };
}

type Answered<T> = { ok: true; body: T } | { ok: false; status: number; error: unknown };

/** What was answered; a refusal fails the test. */
export function bodyOf<T>(answer: Answered<T> | { ok: boolean }): T {
  const given = answer as Answered<T>;
  if (given.ok) return given.body;
  throw new Error(`${given.status}: ${JSON.stringify(given.error)}`);
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
