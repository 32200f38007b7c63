import type { Session, WriteRequest } from '../connectors/connector.ts';
import { finishedBy } from '../connectors/finished.ts';
import type { RunRow } from '../syncs/runs/store.ts';
import { type Moved, parted } from './counting.ts';
import type { Course } from './course.ts';
import type { Places } from './places.ts';
import type { Telling } from './telling/telling.ts';

/** Where a run begins, and in how large batches. */
export type Standing = {
  readonly position: string | undefined;
  readonly rowsMax: number | undefined;
  readonly places: Places;
  /** Of this position nobody has heard: a process that died had no time to say so. */
  readonly isUnsaid: boolean;
  /** What the run had moved by then, where that is kept with the position. */
  readonly counts?: Moved;
};

type Known = {
  readonly run: RunRow;
  readonly course: Course;
  readonly places: Places;
  readonly telling: Telling;
};

/**
 * What the destination has kept holds, unless somebody has set another since, or it is of what the
 * sync read before it was changed.
 */
export async function standingOf(
  destination: Session,
  request: WriteRequest,
  { run, course, places, telling }: Known,
): Promise<Standing> {
  const asking = await destination.write(request);
  try {
    const said = await asking.position();
    const { position: kept, counts } = said === undefined ? {} : parted(said, run.id);
    const isElsewhere = asking.isWhole || asking.keepsPosition;
    const reached = isElsewhere ? undefined : (run.position ?? undefined);
    const own = [kept, reached].find((one) => one !== undefined && places.isOwn(one));
    const isPlace = own !== undefined && own !== finishedBy(run.id);
    const place = isPlace ? places.keep(own) : own;
    const isNew = isPlace && place !== run.position;
    // Who keeps positions and has none has lost what came first; or begins with it.
    const hasNothing = asking.keepsPosition && kept === undefined;
    const position = place ?? (hasNothing ? undefined : course.beginning);
    const isWhole = asking.isWhole === true || request.mode === 'replace';
    await telling.goOn(request.state.syncId, { position, isWhole });
    const isUnsaid = isNew && !course.isPart;
    const isCounted = counts !== undefined && own === kept;
    return {
      ...{ position, rowsMax: asking.batchRowsMax, places, isUnsaid },
      ...(isCounted ? { counts } : {}),
    };
  } finally {
    await asking.close();
  }
}
