import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf, type SyncScene } from '../../testing/scene.ts';

export type WorkflowBody = NonNullable<
  Parameters<SyncScene['client']['createWorkflow']>[0]
>['body'];

/** What tests do with the workflows of an organization. */
export function workflowsOf({ client }: Pick<SyncScene, 'client'>) {
  const make = async (given: Partial<WorkflowBody> & Pick<WorkflowBody, 'actions'>) =>
    bodyOf(await client.createWorkflow({ body: { name: 'Test', ...given } }));
  const begin = async (workflow: string, record: Record<string, unknown> = {}) =>
    bodyOf(await client.runWorkflow({ params: { workflow }, body: record })).id;
  const get = async (workflow: string, run: string) =>
    bodyOf(await client.getWorkflowRun({ params: { workflow, workflow_run: run } }));
  const ended = (workflow: string, run: string) =>
    until(`the run ${run} is over`, async () => {
      const shown = await get(workflow, run);
      return ['completed', 'failed', 'cancelled'].includes(shown.status) ? shown : undefined;
    });
  const run = async (workflow: string, record?: Record<string, unknown>) =>
    ended(workflow, await begin(workflow, record));
  return { make, begin, get, ended, run };
}

/** A server that counts what it is asked, and answers what it is told to. */
export async function makeEcho() {
  const asked: { method: string; url: string; key: string; body: unknown }[] = [];
  const statuses: number[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const { method = '', url = '', headers } = request;
    const key = String(headers['idempotency-key']);
    asked.push({ method, url, key, body: text === '' ? null : JSON.parse(text) });
    response.statusCode = statuses.shift() ?? 200;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ seen: asked.length }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, statuses };
}

/** An action that sets fields of the record. */
export const set = (fields: Record<string, unknown>, more: object = {}) =>
  ({ type: 'transform', config: { set: fields }, ...more }) as const;
