import { schedulingScopes } from '../../contract/scheduling/index.ts';
import { createKey } from '../../server/platform/access/keys.ts';
import type { Installation } from '../installation.ts';
import { insertPlaces } from '../messaging/store.ts';
import { makeScene, type Scene } from '../scene.ts';
import { bodyOf, type Client } from '../sync/scene.ts';

export type WorkflowScene = Scene & {
  /** A static key that may use the other products, too. */
  token: string;
  channelId: number;
};

/** An organization with openings, a channel, and a key of Sync. */
export async function makeWorkflowScene(
  at: Installation,
  openings: number,
): Promise<WorkflowScene> {
  const scene = await makeScene(at, { practices: 1, doctorsEach: 8, openings });
  const { organization } = scene;
  const key = { name: 'Bench', kind: 'sync', plan: 'unlimited', scopes: schedulingScopes } as const;
  return at.platform.database.system.transaction(async (tx) => {
    const { key: token } = await createKey(tx, organization, key, new Date());
    const { channels } = await insertPlaces(tx, organization, [], { channels: 1, chats: 0 });
    return { ...scene, token, channelId: channels[0] as number };
  });
}

export type Actions = Parameters<Client['createWorkflow']>[0]['body']['actions'];

export async function makeWorkflow(client: Client, actions: Actions, trigger?: object) {
  const body = { name: 'Bench', actions, ...(trigger ? { trigger } : {}) };
  return bodyOf(await client.createWorkflow({ body: body as never })).id;
}

/** A connection to another product of the same server. */
export async function connectOwn(client: Client, provider: 'scheduling' | 'messaging') {
  const body = { provider, name: provider, credentials: {} };
  return bodyOf(await client.createConnection({ body })).id;
}
