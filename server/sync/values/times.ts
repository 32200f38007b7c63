import { clockText } from './calendar.ts';
import {
  type InstantKind,
  instantText,
  readClock,
  readInstant,
  readZonedClock,
  usualText,
  zonedClockText,
} from './instants.ts';
import { intervalText, parseInterval } from './intervals.ts';
import { problem, type Reading } from './reading.ts';

export function readInstantText(kind: InstantKind, text: string): Reading {
  const usual = usualText(kind, text);
  if (usual !== undefined) return { text: usual };
  const moment = readInstant(kind, text.trim());
  return 'problem' in moment ? moment : { text: instantText(kind, moment) };
}

export function readTime(text: string): Reading {
  const micros = readClock(text.trim());
  return typeof micros === 'number' ? { text: clockText(micros) } : micros;
}

export function readTimetz(text: string): Reading {
  const time = readZonedClock(text.trim());
  return 'problem' in time ? time : { text: zonedClockText(time) };
}

export function readInterval(text: string): Reading {
  const interval = parseInterval(text.trim());
  if (interval === undefined) {
    return problem('is no interval: write 1 year 2 mons 3 days 04:05:06 or P1Y2M3DT4H5M6S');
  }
  return { text: intervalText(interval) };
}
