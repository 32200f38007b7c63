import { Lane } from './lane.ts';
import type { Report } from './report.ts';

/** Files that run in one environment; `show` gets a report of each. */
export type Round = {
  files: readonly string[];
  environment: NodeJS.ProcessEnv;
  show: (report: Report) => void;
};

/**
 * Runs test files in so many lanes at once, each the next that waits. A lane for which a round has no
 * more goes on with the next one: it does not wait for the others.
 */
export async function runInLanes(rounds: readonly Round[], lanes: number): Promise<void> {
  const all = rounds.map((round) => ({ ...round, waiting: [...round.files] }));
  const goOn = async () => {
    for (const { waiting, environment, show } of all) {
      const lane = new Lane(environment);
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        show(await lane.run(file));
      }
      const left = await lane.end();
      if (left) show(left);
    }
  };
  await Promise.all(Array.from({ length: lanes }, goOn));
}
