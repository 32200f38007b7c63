import { against, type Figure, paired } from '../figures.ts';
import { bodyOf, type Client, makeSync, runWhole, type SyncScene } from './scene.ts';

const rounds = 3;

type Telling = { scene: SyncScene; client: Client; from: string; to: string };
type Moved = { object: string; records: number };

/** Into a new table, while a trigger is told of each record and lets none pass. */
export async function measureTelling(
  { scene, client, from, to }: Telling,
  { object, records }: Moved,
): Promise<Figure> {
  const clear = () => scene.ask('destination', 'drop table if exists heard, heddle_state');
  const measure = async () => {
    await clear();
    const sync = await makeSync(client, { from, to, object, table: 'heard' });
    const began = performance.now();
    await runWhole(client, sync, records);
    return (performance.now() - began) / 1000;
  };
  const never = { from, to, object, table: 'never' };
  const target = { sync_id: await makeSync(client, never, { enabled: false, mode: 'append' }) };
  const body = {
    name: 'Bench',
    type: 'event',
    event: 'record.*',
    filter: 'object = none',
  } as const;
  const measured = await paired(
    rounds,
    async () => {
      const { id } = bodyOf(await client.createTrigger({ body: { ...body, target } }));
      const seconds = await measure();
      await client.deleteTrigger({ params: { trigger: id } });
      return seconds;
    },
    measure,
  );
  return against('with a listener to records', 's', measured, 'without it', { note });
}

const note = 'whoever reads the event log works on the same cores';
