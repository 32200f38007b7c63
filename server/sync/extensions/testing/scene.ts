import { bodyOf, type SyncScene } from '../../testing/scene.ts';
import { type Lab, manifest } from './lab.ts';

type Registered = NonNullable<Parameters<SyncScene['client']['createExtension']>[0]>['body'];

/** A version of the laboratory's connector. */
export async function registerLab(
  { client }: Pick<SyncScene, 'client'>,
  lab: Lab,
  more: Partial<Registered> = {},
) {
  const own = { name: 'Lab cases', provider: 'labcases', version: '1.0.0', type: 'http' } as const;
  const made = bodyOf(
    await client.createExtension({ body: { ...own, url: lab.url, manifest, ...more } }),
  );
  lab.secret = made.secret ?? '';
  return made;
}

export async function connectTo(
  { client }: Pick<SyncScene, 'client'>,
  provider: string,
  more: Record<string, unknown> = {},
) {
  const body = { provider, name: 'Extension', credentials: { token: 'lab-t0ken' }, ...more };
  return bodyOf(await client.createConnection({ body }));
}
