const second = 1_000;
const hour = 3_600 * second;
const delays = [5 * second, 300 * second, 1_800 * second, 2 * hour, 5 * hour, 10 * hour];
/** From the first attempt on. */
const patience = 72 * hour;
const askedMin = second;
const askedMax = 24 * hour;
/** Later by up to this part of it, so that those who failed together do not come back together. */
const jitter = 0.2;

export type Tried = {
  /** How often it has failed by now. */
  readonly failures: number;
  readonly began: Date;
  readonly now: Date;
  /** As long as the answer asked for. */
  readonly asked?: number | undefined;
};

/** When it is tried again; undefined: not any more. */
export function nextAttempt(
  { failures, began, now, asked }: Tried,
  random: () => number = Math.random,
): Date | undefined {
  const delay = asked ?? (delays[Math.min(failures, delays.length) - 1] as number);
  const next = now.getTime() + delay * (1 + random() * jitter);
  return next - began.getTime() > patience ? undefined : new Date(next);
}

/** Milliseconds of a Retry-After: seconds or a date (RFC 9110, section 10.2.3), within bounds. */
export function readRetryAfter(header: string | undefined, now: Date): number | undefined {
  const text = header?.trim() ?? '';
  if (text === '') return undefined;
  const asked = /^\d{1,12}$/.test(text) ? Number(text) * second : Date.parse(text) - now.getTime();
  // Whoever asks for no time leaves it to us: else it would be tried again without a pause.
  if (Number.isNaN(asked) || asked <= 0) return undefined;
  return Math.min(askedMax, Math.max(askedMin, asked));
}
