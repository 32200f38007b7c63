/** When, where and with whom: what the mails about an appointment say of it. */
export type Meeting = {
  practice_id: number;
  location_id: number;
  doctor_id: number;
  /** ISO 8601. */
  starts_at: string;
  ends_at: string;
  doctor_name: string;
  location_name: string;
  location_address: string;
  timezone: string;
};

export type Status = 'scheduled' | 'cancelled';

/** What patient and practice know: the sum of everything that they were told. */
export type Told = Meeting & { sequence: number; status: Status };

export type News = {
  kind: 'scheduled' | 'changed' | 'cancelled';
  /** Of the calendar entry: higher than what was told before. */
  sequence: number;
  meeting: Meeting;
  /** What has changed: as it was told. */
  before?: Meeting;
};

/**
 * What is to be told: the difference between the present state and what was told; undefined if
 * there is none.
 */
export function newsOf(
  { status, told, meeting }: { status: Status; told: Told | null; meeting: Meeting },
  now: Date,
): News | undefined {
  const next = told ? told.sequence + 1 : 0;
  if (status === 'cancelled') {
    if (told?.status === 'cancelled') return undefined;
    return { kind: 'cancelled', sequence: Math.max(1, next), meeting: told ?? meeting };
  }
  if (!told) return { kind: 'scheduled', sequence: next, meeting };
  if (isSame(told, meeting) || (isOver(told, now) && isOver(meeting, now))) return undefined;
  return { kind: 'changed', sequence: next, meeting, before: told };
}

export function toldOf({ kind, sequence, meeting }: News): Told {
  return { ...meeting, sequence, status: kind === 'cancelled' ? 'cancelled' : 'scheduled' };
}

export function lengthMinutes({ starts_at, ends_at }: Meeting): number {
  return (Date.parse(ends_at) - Date.parse(starts_at)) / 60_000;
}

/** What a mail and a calendar show of them, as doctor and location were called and placed then. */
const words = ['doctor_name', 'location_name', 'location_address', 'timezone'] as const;

function isSame(one: Meeting, other: Meeting): boolean {
  return (
    one.practice_id === other.practice_id &&
    one.location_id === other.location_id &&
    one.doctor_id === other.doctor_id &&
    Date.parse(one.starts_at) === Date.parse(other.starts_at) &&
    lengthMinutes(one) === lengthMinutes(other) &&
    words.every((word) => one[word] === other[word])
  );
}

function isOver({ ends_at }: Meeting, now: Date): boolean {
  return Date.parse(ends_at) <= now.getTime();
}
