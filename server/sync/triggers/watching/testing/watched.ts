import { until } from '../../../../runtime/testing/until.ts';
import type { TestServer } from '../../../../testing/server.ts';
import { newId } from '../../../conventions/ids.ts';
import { Confidence } from '../../../syncs/runs/confidence.ts';
import { bodyOf, type SyncScene } from '../../../testing/scene.ts';
import type { TriggerGiven } from '../../../workflows/runs/beginning.ts';

type Body = NonNullable<Parameters<SyncScene['client']['createTrigger']>[0]>['body'];

/** Makes triggers, each with a workflow of its own that does nothing, and looks at what they have fired. */
export function watchingBy(app: TestServer, scene: SyncScene) {
  return {
    make: async (given: Omit<Body, 'name' | 'target'>) => {
      const target = { workflow_id: await makeWorkflow(app, scene) };
      const body = { name: 'Test', target, ...given };
      const made = bodyOf(await scene.client.createTrigger({ body }));
      const params = { trigger: made.id };
      const fired = () => firedBy(app, scene, made.id);
      const shown = async () => bodyOf(await scene.client.getTrigger({ params }));
      return {
        ...{ made, params, fired, shown },
        /** Waits until it has fired so often, or more. */
        untilFired: (count: number) =>
          until(`it has fired ${count} times`, async () => {
            const all = await fired();
            return all.length >= count && all;
          }),
        untilStatus: (status: string) =>
          until(`it is ${status}`, async () => (await shown()).status === status),
      };
    },
  };
}

async function makeWorkflow(app: TestServer, { organization }: SyncScene): Promise<string> {
  const { database, clock } = app.server.platform;
  const id = newId('workflow');
  const known = [organization, id, clock.now()];
  await database.of(organization).transaction(async (tx) => {
    await tx.rows(
      `insert into sync.workflow (organization_id, id, name, enabled, created_at, updated_at)
       values ($1, $2, 'Test', true, $3, $3)`,
      known,
    );
    await tx.rows(
      `insert into sync.workflow_version (organization_id, workflow_id, version, definition, created_at)
       values ($1, $2, 1, '{"actions": [], "on_error": []}', $3)`,
      known,
    );
  });
  return id;
}

type FiredRow = {
  id: string;
  depth: number;
  subject: string | null;
  sealed_key: Buffer;
  /** Null: whom it told of is gone. */
  encrypted_trigger: Buffer | null;
};

async function firedBy(app: TestServer, { organization }: SyncScene, trigger: string) {
  const { database, keyring } = app.server.platform;
  const rows = await database.of(organization).reading.rows<FiredRow>(
    `select id, depth, subject, sealed_key, encrypted_trigger from sync.workflow_run
     where organization_id = $1 and trigger_id = $2 order by id`,
    [organization, trigger],
  );
  return rows.map(({ encrypted_trigger, depth, subject, ...row }) => {
    const text = encrypted_trigger && new Confidence(keyring, row).decrypt(encrypted_trigger);
    return { ...(JSON.parse(text ?? '{"record":null}') as TriggerGiven), depth, subject };
  });
}
