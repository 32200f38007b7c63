import type { Connector } from '../connector.ts';
import { config, credentials, settingsOf } from './settings.ts';

/** CSV, NDJSON and Parquet, in a folder or in a bucket of S3. */
export const files: Connector = {
  provider: 'files',
  title: 'Files',
  config,
  credentials,
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: 'field',
    createObject: true,
    modes: ['append', 'replace'],
  },
  open: async (given, outside) => {
    const { FilesSession } = await import('./session.ts');
    return new FilesSession(settingsOf(given), outside);
  },
};
