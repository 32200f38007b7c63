import { openFragile } from '../../server/scheduling/testing/crash.ts';
import type { Soak } from './run.ts';

const kills = 50;

/** PostgreSQL is killed right after a list was kept: the next one is never the old one. */
export const soak: Soak = async () => {
  const { crash, stop } = await openFragile();
  let stale = 0;
  try {
    for (let kill = 0; kill < kills; kill += 1) if (!(await crash())) stale += 1;
  } finally {
    await stop();
  }
  if (stale > 0) throw new Error(`${stale} of ${kills} lists were stale`);
  return [`${kills} kills: 0 stale lists`];
};
