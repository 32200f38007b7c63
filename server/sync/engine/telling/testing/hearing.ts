import { until } from '../../../../runtime/testing/until.ts';
import type { TestServer } from '../../../../testing/server.ts';
import { openRecordEvent } from '../../../syncs/told/sealing.ts';
import { bodyOf, makeSync, type SyncScene } from '../../../testing/scene.ts';

/** Listens to what syncs of an organization write, and reads what the log tells of it. */
export function hearing(app: TestServer, scene: SyncScene) {
  const { database, keyring } = app.server.platform;
  const events = async (sync: string) => {
    const rows = await database.system.reading.rows<{
      type: string;
      data: Parameters<typeof openRecordEvent>[1];
    }>(
      `select type, data from platform.event where organization = $1 and subject = $2
         and type like 'record.%' order by transaction, sequence`,
      [scene.organization, sync],
    );
    return rows.flatMap(({ type, data }) => {
      const opened = openRecordEvent(keyring, data);
      return (opened.length > 0 ? opened : [undefined]).map((told) => ({ type, data, told }));
    });
  };
  return {
    events,
    /** Somebody is told what happens to records; the target does nothing. */
    listen: async (connection: string, event = 'record.*', more: object = {}) => {
      const ends = { from: connection, to: connection, object: 'heard', table: 'heard_copy' };
      const target = { sync_id: await makeSync(scene, ends, { enabled: false, mode: 'append' }) };
      const body = { name: 'Listening', type: 'event' as const, event, target, ...more };
      return bodyOf(await scene.client.createTrigger({ body })).id;
    },
    /** In short: what happened, to which key, or which id where records have no key. */
    told: async (sync: string) =>
      (await events(sync)).map(({ type, told }) => {
        const key = told?.key ? Object.values(told.key) : [told?.record?.id];
        return `${type.replace('record.', '')} ${key.join(' ')}`;
      }),
    untilTold: (sync: string, count: number) =>
      until(`${count} events of ${sync}`, async () => {
        const found = await events(sync);
        return found.length >= count && found;
      }),
  };
}
