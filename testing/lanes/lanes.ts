import { Lane } from './lane.ts';
import type { Report } from './report.ts';

/** Runs test files in so many lanes at once, each the next that waits; `show` gets a report of each. */
export async function runInLanes(
  files: readonly string[],
  { lanes, environment, show }: { lanes: number; environment: NodeJS.ProcessEnv; show: Show },
): Promise<void> {
  const waiting = [...files];
  const goOn = async () => {
    const lane = new Lane(environment);
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      show(await lane.run(file));
    }
    const left = await lane.end();
    if (left) show(left);
  };
  await Promise.all(Array.from({ length: lanes }, goOn));
}

type Show = (report: Report) => void;
