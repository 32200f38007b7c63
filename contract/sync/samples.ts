import type { Existing, Samples } from '../samples.ts';
import type { sync } from './index.ts';

const plain = () => ({});
const code = 'module.exports = (record) => record;';

/** An Ed25519 key that opens nothing (RFC 8410, section 10.3). */
const pem =
  '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n';

const ends = ({ ids }: Existing) => ({
  source: { connection_id: ids.connection, object: ids.object },
  destination: { connection_id: ids.connection, table: 'samples' },
});
export const samples: Samples<keyof (typeof sync)['endpoints']> = {
  issueToken: ({ ids }) => ({
    body: {
      grant_type: 'client_credentials',
      client_id: ids.client_id,
      client_secret: ids.client_secret,
    },
  }),
  createPrivateKey: () => ({ body: { name: 'A sample', private_key: pem } }),
  listPrivateKeys: plain,
  getPrivateKey: plain,
  listProviders: plain,
  createConnection: () => ({
    body: {
      provider: 'postgres',
      name: 'A sample',
      credentials: { url: 'postgresql://db.invalid/a' },
    },
    query: { check: 'false' },
  }),
  listConnections: plain,
  getConnection: plain,
  putConnection: () => ({ body: { name: 'Renamed' } }),
  patchConnection: () => ({ body: { name: 'Renamed' } }),
  testConnection: plain,
  listObjects: plain,
  getObject: () => ({ query: { sample: '1' } }),
  createExtension: () => ({
    body: {
      name: 'A sample',
      provider: 'sample',
      version: '2.0.0',
      type: 'http',
      url: 'https://sample.invalid/heddle',
    },
  }),
  listExtensions: plain,
  getExtension: plain,
  putExtension: () => ({ body: { name: 'Renamed' } }),
  patchExtension: () => ({ body: { name: 'Renamed' } }),
  rotateExtension: plain,
  deleteExtension: plain,
  createTransform: () => ({ body: { name: 'A sample', type: 'javascript', code } }),
  listTransforms: plain,
  getTransform: plain,
  putTransform: () => ({ body: { name: 'Renamed' } }),
  patchTransform: () => ({ body: { name: 'Renamed' } }),
  testTransform: () => ({ body: { records: [{ a: 1 }] } }),
  queryData: ({ ids }) => ({ body: { object: ids.object, limit: 1 } }),
  writeData: ({ ids }) => ({
    body: { object: ids.object, operation: 'upsert', records: [{ id: 1, name: 'A sample' }] },
  }),
  createSync: (existing) => ({ body: { name: 'A sample', ...ends(existing) } }),
  listSyncs: plain,
  getSync: plain,
  putSync: () => ({ body: { name: 'Renamed' } }),
  patchSync: () => ({ body: { name: 'Renamed' } }),
  previewSync: plain,
  listRuns: plain,
  getRun: plain,
  listRejected: plain,
  getRunLog: plain,
  getCursor: plain,
  putCursor: () => ({ body: { cursor: { value: '1' } } }),
  deleteCursor: plain,
  getCursorHistory: plain,
  cancelRun: plain,
  resumeRun: () => ({ body: {} }),
  retryRejected: plain,
  runSync: () => ({ body: {} }),
  createTrigger: ({ ids }) => ({
    body: { name: 'A sample', type: 'api_call', target: { sync_id: ids.sync } },
  }),
  listTriggers: plain,
  getTrigger: plain,
  putTrigger: () => ({ body: { name: 'Renamed' } }),
  patchTrigger: () => ({ body: { name: 'Renamed' } }),
  fireTrigger: () => ({ body: { id: '1' } }),
  deleteTrigger: plain,
  listEventTypes: plain,
  createWebhook: () => ({ body: { url: 'https://partner.invalid/hook', events: ['sync.*'] } }),
  listWebhooks: plain,
  getWebhook: plain,
  putWebhook: () => ({ body: { description: 'Changed' } }),
  patchWebhook: () => ({ body: { description: 'Changed' } }),
  testWebhook: plain,
  rotateSecret: () => ({ body: {} }),
  listDeliveries: plain,
  getDelivery: plain,
  replayDelivery: plain,
  recoverDeliveries: () => ({ body: { since: '2026-01-01T00:00:00Z' } }),
  deleteWebhook: plain,
  deleteSync: plain,
  deleteTransform: plain,
  deletePrivateKey: plain,
  deleteConnection: plain,
  finishAuthorization: ({ ids }) => ({ query: { state: ids.state ?? '', code: ids.code ?? '' } }),
};
