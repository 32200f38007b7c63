import { objectIn, textIn } from '../../values/members.ts';
import type { ReadRequest } from '../connector.ts';
import { Seen } from '../seen.ts';
import { type Position as AnyPosition, readPosition, writePosition } from '../sql/position.ts';
import type { Channel } from './channels.ts';
import type { Message, Place, Step, Walk } from './history.ts';
import { microsOf, tsIn, tsOf } from './times.ts';

/** Which messages are read, and where that can be gone on with. */
export type Scope = {
  readonly walk: Pick<Walk, 'channels' | 'place' | 'latest' | 'oldest' | 'answersAfter'>;
  /** Those that are of it. */
  fresh(messages: readonly Message[]): readonly Message[];
  positionAfter(step: Step): string | undefined;
};

type Position = AnyPosition<{ readonly seen: readonly string[] }> & {
  /** The newest message that was read. */
  readonly last?: string;
  /** The channels that were read until then; all of them where that is not said. */
  readonly known?: readonly string[];
  /** Of a walk under way: from where on messages are new, its end, and where it goes on. */
  readonly from?: string;
  readonly to?: string;
  readonly place?: Place;
};

type About = {
  readonly request: Pick<ReadRequest, 'position' | 'cursorField' | 'overlapSeconds'> & {
    readonly part: { readonly from?: string; readonly to?: string } | undefined;
  };
  readonly channels: readonly Channel[];
  /** How much older than what is new a message may be that was answered or changed. */
  readonly lookbackSeconds: number;
  /** The time at Slack, in milliseconds. */
  readonly now: number;
};

/** A message may come to be seen later than those that were posted after it. */
const overlapSecondsDefault = 300;
/** Slack tells its time in whole seconds. */
const overlapSecondsMin = 2;
const million = 1_000_000;

/** @throws ConnectorError */
export function scopeOf(about: About): Scope {
  const { part, cursorField, position } = about.request;
  if (part) return partOf(about, part);
  const read: Position = readPosition(position);
  return cursorField === undefined ? everythingOf(about, read) : newsOf(about, read);
}

function everythingOf(
  { channels, now }: About,
  { to = boundOf(now), place, isEnd }: Position,
): Scope {
  const walk = {
    ...{ channels: isEnd ? [] : channels, place, latest: to },
    oldest: () => undefined,
    answersAfter: () => undefined,
  };
  const positionAfter = (step: Step) => {
    if (step.isEnd) return writePosition({ isEnd: true });
    return step.place && JSON.stringify({ to, place: step.place });
  };
  return { walk, fresh: (messages) => messages, positionAfter };
}

/** Both times are of the part. */
function partOf(
  { request, channels, lookbackSeconds }: About,
  part: { readonly from?: string; readonly to?: string },
): Scope {
  const from = part.from === undefined ? undefined : microsOf(tsIn(part.from));
  const to = part.to === undefined ? undefined : microsOf(tsIn(part.to));
  const walk = {
    channels,
    latest: to === undefined ? undefined : tsOf(to + 1),
    oldest: () => (from === undefined ? undefined : tsOf(from - lookbackSeconds * million - 1)),
    answersAfter: () => (from === undefined ? undefined : tsOf(from - 1)),
  };
  const isWithin = ({ record }: Message) => {
    const at = microsOf(textIn(record.ts));
    return (from === undefined || at >= from) && (to === undefined || at <= to);
  };
  return {
    walk,
    fresh: (messages) => messages.filter(isWithin),
    positionAfter: () => request.position,
  };
}

/** The first time everything, from then on what was posted, answered or changed. */
function newsOf(about: About, position: Position): Scope {
  const { request, channels, lookbackSeconds, now } = about;
  const overlap =
    Math.max(request.overlapSeconds ?? overlapSecondsDefault, overlapSecondsMin) * million;
  const { to = boundOf(now), known, place } = position;
  const from = beginningOf(position, overlap);
  const seen = new Seen(position.since?.seen);
  let { last } = position;
  const least = () => (last === undefined ? 0 : microsOf(last) - overlap);
  // What stands in a channel that the app has come into since is new, however old it is.
  const isNew = ({ id }: Channel) => from === undefined || (known && !known.includes(id));
  const isFresh = (message: Message) => {
    const at = changedAt(message);
    const isKnown = from !== undefined && !isNew(message.channel) && at < microsOf(from);
    return !isKnown && !seen.isKnown(idOf(message), at);
  };
  const fresh = (messages: readonly Message[]) => {
    const found = messages.filter(isFresh);
    for (const message of found) {
      const ts = textIn(message.record.ts);
      if (last === undefined || ts > last) last = ts;
      const at = changedAt(message);
      if (at >= least()) seen.add(idOf(message), at);
    }
    return found;
  };
  const walk = {
    ...{ channels, place, latest: to },
    oldest: (channel: Channel) =>
      isNew(channel) ? undefined : tsOf(microsOf(from as string) - lookbackSeconds * million - 1),
    answersAfter: (channel: Channel) =>
      isNew(channel) ? undefined : tsOf(microsOf(from as string) - 1),
  };
  const positionAfter = (step: Step) => {
    if (!step.isEnd && !step.place) return undefined;
    const reached = {
      ...(last === undefined ? {} : { last }),
      since: { seen: seen.marksFrom(least()) },
    };
    if (step.isEnd)
      return writePosition({ ...reached, ...{ known: channels.map(({ id }) => id) } });
    const under = { to, place: step.place, ...(from ? { from } : {}), ...(known ? { known } : {}) };
    return writePosition({ ...reached, ...under });
  };
  return { walk, fresh, positionAfter };
}

/** From where on messages are new; undefined: from the beginning. */
function beginningOf({ from, to, value, last }: Position, overlap: number): string | undefined {
  if (from !== undefined || to !== undefined) return from;
  if (value !== undefined) return tsIn(value);
  return last === undefined ? undefined : tsOf(microsOf(last) - overlap);
}

/** What is posted from then on comes with the next reading. */
function boundOf(now: number): string {
  return tsOf((Math.floor(now / 1000) + 1) * million);
}

function idOf({ channel, record }: Message): string {
  return `${channel.id}:${textIn(record.ts)}`;
}

/** When a message was posted, changed or answered last, in microseconds. */
function changedAt({ record }: Message): number {
  const times = [record.ts, objectIn(record.edited)?.ts, record.latest_reply];
  return Math.max(...times.map((time) => microsOf(textIn(time))));
}
