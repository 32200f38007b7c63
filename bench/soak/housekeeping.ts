import { Operator } from '../../server/operator/operator.ts';
import { housekeepingJob } from '../../server/platform/housekeeping.ts';
import { fillLog, keepHouseUnderLoad } from '../../server/platform/testing/housekeeping.ts';
import { readId } from '../../server/runtime/ids.ts';
import { withInstallation } from '../installation.ts';
import type { Soak } from './run.ts';

const events = 10_000_000;
const millisecondsMax = 1_000;

/** Ten million old events go, no transaction takes a second, and nobody waits for what is new. */
export const soak: Soak = () =>
  withInstallation(async ({ platform }) => {
    const { id } = await new Operator(platform).createOrganization('Soak Group');
    const organization = readId('organization', id) as number;
    const place = { ...platform, organization };
    await fillLog(place, events, 91);

    const { seconds, longestMilliseconds, longestWaitMilliseconds, published } =
      await keepHouseUnderLoad(place, () => housekeepingJob(platform).run({}));

    const longest = Math.round(longestMilliseconds);
    const wait = Math.round(longestWaitMilliseconds);
    if (longest > millisecondsMax) throw new Error(`a transaction took ${longest} ms`);
    if (wait > millisecondsMax) throw new Error(`an event was seen after ${wait} ms`);
    return [
      `${events} events in ${Math.round(seconds)} s, the longest transaction ${longest} ms`,
      `${published} events published meanwhile, each seen within ${wait} ms`,
    ];
  });
