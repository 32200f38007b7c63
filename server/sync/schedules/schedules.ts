import { Cron } from 'croner';
import { invalid } from '../../runtime/errors.ts';
import { isTimeZone } from '../../runtime/zones.ts';

/** When a sync runs: by hand, as changes come, or at times of a wall clock. */
export type Schedule = { readonly pattern: string; readonly timezone: string };

const named: Readonly<Record<string, string>> = { hourly: '0 * * * *', daily: '0 0 * * *' };
const untimed = ['manual', 'realtime'];
/** A pattern whose next time is farther away has none: 29 February of a Monday comes within 40 years. */
const triesMax = 10_000;

/** @param isTimed whether it has to be one that comes by itself. @throws AppError 400 that names the field */
export function checkSchedule({ pattern, timezone }: Schedule, isTimed = false): void {
  if (!isTimeZone(timezone)) throw invalid('timezone', 'must be an IANA time zone.');
  if (!isTimed && untimed.includes(pattern)) return;
  try {
    if (parse(pattern).nextRun()) return;
  } catch {
    const more = isTimed ? '' : '"manual", "realtime", ';
    throw invalid('schedule', `must be ${more}"hourly", "daily", or cron with 5 or 6 fields.`);
  }
  throw invalid('schedule', 'never comes: there is no such day.');
}

/**
 * The first time after an instant; undefined where there is none. A time that a clock skips in spring
 * comes once, where the clock goes on; one that it shows twice in autumn comes once, the first time.
 */
export function nextTime({ pattern, timezone }: Schedule, after: Date): Date | undefined {
  if (untimed.includes(pattern)) return undefined;
  const cron = parse(pattern);
  const instant = Temporal.Instant.fromEpochMilliseconds(after.getTime());
  let from = asUtc(instant.toZonedDateTimeISO(timezone).toPlainDateTime());
  for (let tries = 0; tries < triesMax; tries += 1) {
    const found = cron.nextRun(from);
    if (!found) return undefined;
    const at = placeIn(timezone, Temporal.PlainDateTime.from(found.toISOString().slice(0, -1)));
    if (at > after) return at;
    from = found;
  }
  return undefined;
}

/** Only what a wall clock shows: croner itself leaves out what is skipped in spring. */
function parse(pattern: string): Cron {
  const text = named[pattern] ?? pattern;
  if (!/^\S+(\s+\S+){4,5}$/.test(text.trim())) throw new Error('not five or six fields');
  return new Cron(text, { timezone: 'UTC', paused: true });
}

function asUtc(wall: Temporal.PlainDateTime): Date {
  return new Date(`${wall.toString({ smallestUnit: 'second' })}Z`);
}

function placeIn(timezone: string, wall: Temporal.PlainDateTime): Date {
  const at = wall.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  const isSkipped = !at.toPlainDateTime().equals(wall);
  const shown = isSkipped ? (at.getTimeZoneTransition('next') ?? at) : at;
  return new Date(shown.epochMilliseconds);
}
