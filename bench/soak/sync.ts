import { type Installation, withInstallation } from '../installation.ts';
import { makeScene } from '../scene.ts';
import { killAgain } from '../sync/kills.ts';
import { makeSyncScene, type SyncScene } from '../sync/scene.ts';
import { goAway, readLate, runByTwo, wakeLate } from '../sync/troubles.ts';
import type { Soak } from './run.ts';

const rows = 200_000;
type Trouble = (at: Installation, scene: SyncScene, rows: number) => Promise<string | string[]>;
const troubles: Trouble[] = [killAgain, wakeLate, goAway, readLate, runByTwo];

/** Whatever dies, freezes, goes away or comes late: the destination holds each record once. */
export const soak: Soak = () =>
  withInstallation(async (at) => {
    const { organization } = await makeScene(at, { practices: 1, doctorsEach: 1, openings: 1 });
    const scene = await makeSyncScene(at, organization);
    const lines: string[] = [];
    try {
      await scene.ask(
        'source',
        `create table moved (id int primary key, text text, at timestamptz);
         insert into moved select n, 'row ' || n, now() from generate_series(1, ${rows}) n`,
      );
      for (const trouble of troubles) {
        const told = [await trouble(at, scene, rows)].flat();
        lines.push(...told);
        process.stderr.write(`${told.join('\n')}\n`);
      }
    } finally {
      await scene.foreign.end();
    }
    return lines;
  });
