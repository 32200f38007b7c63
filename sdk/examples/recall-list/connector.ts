import { among, atLeast, defineConnector, type ExtensionObject } from '@heddle/extension-sdk';
import { RecallService } from './service.ts';
import { writeRecalls } from './writing.ts';

const recalls: ExtensionObject = {
  name: 'recalls',
  label: 'Recalls',
  fields: [
    { name: 'id', type: 'bigint', nullable: false, writable: false },
    { name: 'patient', type: 'text', nullable: false },
    { name: 'phone', type: 'text' },
    { name: 'due_on', type: 'date', nullable: false },
    { name: 'reason', type: 'text' },
    { name: 'status', type: 'text', nullable: false },
    { name: 'changed_at', type: 'timestamptz', nullable: false, writable: false },
  ],
  key: ['id'],
  cursor_fields: ['changed_at'],
};

/** The recalls of a practice: who is due for what, and whether somebody has called. */
export default defineConnector({
  provider: 'recall-list',
  name: 'Recall list',
  configSchema: {
    type: 'object',
    properties: {
      office: { type: 'string', minLength: 1, description: 'The office, as its address says.' },
      base_url: { type: 'string', description: 'Another address than https://api.recall.example.' },
    },
    required: ['office'],
    additionalProperties: false,
  },
  credentialsSchema: {
    type: 'object',
    properties: { api_key: { type: 'string', minLength: 1 } },
    required: ['api_key'],
    additionalProperties: false,
  },
  hosts: ['api.recall.example'],

  async check({ config, credentials }) {
    const response = await new RecallService(config, credentials).get('/office');
    if (response.status === 401) return { ok: false, message: 'The API key is not taken.' };
    if (response.status === 404) return { ok: false, message: `There is no ${config.office}.` };
    const { title } = await RecallService.json<{ title: string }>(response);
    return { ok: true, message: title };
  },

  discover: () => ({ objects: [recalls] }),

  async read({ config, credentials, object, filter, cursor, limit }) {
    RecallService.known(object);
    // What the service can look for itself; the server looks at everything else.
    const asked = new URLSearchParams({ limit: String(Math.min(limit, 100)) });
    const since = atLeast(filter, 'changed_at');
    const states = among(filter, 'status');
    if (since !== undefined) asked.set('changed_since', String(since));
    if (states?.length === 1) asked.set('status', String(states[0]));
    if (cursor !== null) asked.set('after', cursor);

    const response = await new RecallService(config, credentials).get(`/recalls?${asked}`);
    const page = await RecallService.json<{ recalls: Recall[]; next?: string }>(response);

    return { records: page.recalls, next_cursor: page.next ?? null };
  },

  write: ({ config, credentials, ...request }) =>
    writeRecalls(new RecallService(config, credentials), request),
});

type Recall = Record<string, unknown> & { id: string };
