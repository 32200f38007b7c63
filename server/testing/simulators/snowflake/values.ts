import { Refusal } from './refusal.ts';

export type Stored = null | number | bigint | string | Uint8Array;
export type ColumnType = {
  /** As INFORMATION_SCHEMA calls it. */
  readonly name: string;
  readonly precision?: number;
  readonly scale?: number;
  readonly length?: number;
};

const digits = 38;
const nines = (text: string) => text.replace(/\d/g, (one) => String(9 - Number(one)));

/** A number as text in its order, so that the engine keeps all its digits and compares it right. */
export function numberStored(text: string, precision = 38, scale = 0): string {
  const [, sign, whole = '', part = '', power = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text.trim()) ?? [];
  if (whole + part === '' || sign === undefined) {
    throw new Refusal('100038', '22018', `Numeric value '${text}' is not recognized`);
  }
  const shifted = BigInt(whole + part);
  const places = part.length - Number(power);
  const scaled = atScale(shifted, places, scale);
  if (scaled >= 10n ** BigInt(precision)) {
    throw new Refusal('100039', '22003', `Number out of representable range: ${text}`);
  }
  const padded = String(scaled).padStart(digits + scale, '0');
  const long = `${padded.slice(0, padded.length - scale).padStart(digits * 2, '0')}.${padded.slice(padded.length - scale)}`;
  return sign === '-' && scaled !== 0n ? `!${nines(long)}` : `#${long}`;
}

/** It rounds, as Snowflake does. */
function atScale(value: bigint, places: number, scale: number): bigint {
  if (places <= scale) return value * 10n ** BigInt(scale - places);
  const unit = 10n ** BigInt(places - scale);
  return (value + unit / 2n) / unit;
}

export function numberShown(stored: Stored): string {
  if (typeof stored !== 'string') return String(stored);
  const isNegative = stored.startsWith('!');
  const [whole = '', part = ''] = (isNegative ? nines(stored.slice(1)) : stored.slice(1)).split(
    '.',
  );
  const plain = whole.replace(/^0+(?=\d)/, '') + (part === '' ? '' : `.${part}`);
  return isNegative ? `-${plain}` : plain;
}

export function isNumber(stored: Stored): boolean {
  return typeof stored === 'string' && /^[!#]\d{76}\.\d*$/.test(stored);
}

const moment =
  /^(-?\d{4,5}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d\d:?\d\d)?$/;

/** A moment with nine digits; with an offset it is that of UTC, and the offset follows. */
export function momentStored(text: string, isZoned: boolean): string {
  const [, day = '', time = '00:00:00', part = '', zone] = moment.exec(text) ?? [];
  if (day === '') throw new Refusal('100035', '22007', `Timestamp '${text}' is not recognized`);
  const full = time.length === 5 ? `${time}:00` : time;
  if (!isZoned) return `${day}T${full}.${part.padEnd(9, '0')}`;
  const minutes = offsetOf(zone);
  const utc = new Date(Date.parse(`${day}T${full}Z`) - minutes * 60_000).toISOString().slice(0, 19);
  return `${utc}.${part.padEnd(9, '0')} ${minutes}`;
}

function offsetOf(zone = 'Z'): number {
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

/** What goes over the wire for a value of a column. */
export function wireOf(stored: Stored, type: ColumnType): string | null {
  if (stored === null) return null;
  const text = String(stored);
  switch (type.name) {
    case 'NUMBER':
      return numberShown(stored);
    case 'BOOLEAN':
      return Number(stored) === 1 ? '1' : '0';
    case 'DATE':
      return String(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
    case 'TIME':
      return `${secondsOf(`1970-01-01T${text.slice(0, 8)}`)}.${text.slice(9)}`;
    case 'TIMESTAMP_NTZ':
      return `${secondsOf(text.slice(0, -10))}.${text.slice(-9)}`;
    case 'TIMESTAMP_TZ':
    case 'TIMESTAMP_LTZ': {
      const [utc = '', minutes] = text.split(' ');
      const seconds = `${secondsOf(utc.slice(0, -10))}.${utc.slice(-9)}`;
      return type.name === 'TIMESTAMP_TZ' ? `${seconds} ${Number(minutes) + 1440}` : seconds;
    }
    case 'BINARY':
      return Buffer.from(stored as Uint8Array)
        .toString('hex')
        .toUpperCase();
    default:
      return isNumber(stored) ? numberShown(stored) : text;
  }
}

function secondsOf(text: string): number {
  return Date.parse(`${text}Z`) / 1000;
}
