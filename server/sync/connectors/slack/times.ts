import { fromJson } from '../../values/json.ts';
import type { Json } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';

/** Later than any second count of our times: then it is of milliseconds. */
const secondsMax = 100_000_000_000;

/**
 * A time of Slack in ISO 8601: seconds, as a number or as the text of a message's `ts`, or milliseconds;
 * what is neither stays as it is.
 */
export function isoOf(time: Json): Json {
  const [, whole = '', fraction = ''] = /^(\d{1,15})(?:\.(\d{1,6}))?$/.exec(String(time)) ?? [];
  if (whole === '') return time;
  const count = Number(whole);
  const isMilliseconds = count >= secondsMax;
  const date = new Date(isMilliseconds ? count : count * 1000);
  if (Number.isNaN(date.getTime())) return time;
  const iso = date.toISOString();
  return isMilliseconds || fraction === '' ? iso : `${iso.slice(0, 19)}.${fraction}Z`;
}

/** The microseconds of a message's `ts`; they fit into a number until the year 2255. */
export function microsOf(ts: string): number {
  const [, whole = '0', fraction = ''] = /^(\d+)(?:\.(\d*))?$/.exec(ts) ?? [];
  return Number(whole) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

export function tsOf(micros: number): string {
  const least = Math.max(0, micros);
  const fraction = String(least % 1_000_000).padStart(6, '0');
  return `${Math.floor(least / 1_000_000)}.${fraction}`;
}

/** The `ts` that somebody means: one, or a time. @throws ConnectorError */
export function tsIn(text: string): string {
  if (/^\d{1,11}(\.\d{1,6})?$/.test(text)) return tsOf(microsOf(text));
  const reading = fromJson({ kind: 'timestamptz' }, text);
  const instant = 'text' in reading ? (reading.text ?? '') : '';
  const [, day, clock, fraction = ''] =
    /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/.exec(instant) ?? [];
  if (day !== undefined) {
    const seconds = Date.parse(`${day}T${clock}Z`) / 1000;
    return tsOf(seconds * 1_000_000 + Number(fraction.padEnd(6, '0')));
  }
  throw new ConnectorError('request', `"${text}" is no ts of a message, and no time.`);
}
