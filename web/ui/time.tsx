import { useEffect, useState } from 'react';

const minuteMilliseconds = 60_000;
const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });

type TimeProps = {
  at: string;
  /** If the day is shown above. */
  isOfDay?: boolean;
};

/** When something was: the time if it is today, else the day; in full in a tooltip. */
export function Time({ at, isOfDay = false }: TimeProps) {
  const now = useMinute();
  const then = new Date(at);
  return (
    <time dateTime={at} title={full.format(then)}>
      {isOfDay ? clock.format(then) : describe(then, now)}
    </time>
  );
}

function describe(then: Date, now: Date): string {
  const minutes = Math.floor((now.getTime() - then.getTime()) / minuteMilliseconds);
  if (minutes < 1 && minutes > -5) return 'just now';
  if (then.toDateString() === now.toDateString()) return clock.format(then);
  if (then.getFullYear() === now.getFullYear()) return day.format(then);
  return date.format(then);
}

/** The present time, updated every minute. */
function useMinute(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), minuteMilliseconds);
    return () => clearInterval(timer);
  }, []);
  return now;
}
