import type { Place, Shape, Told } from '../../connectors/changes.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import type { Outcome } from '../laying.ts';
import { type Gathered, Gathering } from './gathering.ts';
import type { Follower } from './reader.ts';
import { changedIn } from './shapes.ts';
import { placesIn, type Way } from './way.ts';

/** So much of a transaction is kept in memory; it is written before it has come to its end. */
const partBytes = 4 * 2 ** 20;

/** How it goes on: not at all, or by looking at both ends anew. */
export type Ended = Outcome | { readonly kind: 'anew'; readonly fields: Shape['fields'] };

export type Writing = {
  /** Writes a group, and what comes after it. Answers why it is not gone on, if so. */
  write(gathered: Gathered): Promise<Ended | undefined>;
  /** Undoes what waits for what follows. */
  undo(): Promise<void>;
  /** Every change is written by itself, in place of what those of a record come to. */
  readonly keepsEach?: boolean;
  /** Says once what the source has that the sync does not take. */
  noteDrift(fields: readonly string[]): void;
};

type Policy = {
  /** What is done about fields that are new. */
  readonly onNewFields: 'ignore' | 'add' | 'pause';
  /** Those that were known, and those for which it was looked already. */
  readonly known: ReadonlySet<string>;
  /** Those that were there at the place where it begins: without them, they are gone. */
  readonly there: ReadonlySet<string>;
};

/** Gathers what one sync is told, and has it written in groups of whole transactions. */
export class Applying implements Follower {
  readonly object: string;
  readonly #way: Way;
  readonly #policy: Policy;
  readonly #writing: Writing;
  #gathering: Gathering;
  #places: readonly number[] | undefined;
  /** What the next change is of, until there is one: what is taken already may have been of another. */
  #shape: Shape | undefined;
  readonly #there: Set<string>;
  /** Behind it nothing is taken again. */
  #reached: Place;
  /** Of the transaction that is told. */
  #commit: Place | undefined;
  #isSkipping = false;
  #isWithin = false;
  #isWriting = false;
  #writingSince: Date | undefined;
  #isUndone = false;
  /** A part is written whose end has not come: it is not committed yet. */
  #isOpen = false;
  #ended: Ended | undefined;
  #failure: { readonly error: unknown } | undefined;
  #woken = Promise.withResolvers<void>();
  #rested = Promise.withResolvers<void>();
  stored: Place;
  /** It was left behind: it has to be attached again. */
  isBehind = false;

  constructor(object: string, from: Place, way: Way, means: { policy: Policy; writing: Writing }) {
    this.object = object;
    this.#way = way;
    this.#policy = means.policy;
    this.#there = new Set(means.policy.there);
    this.#writing = means.writing;
    this.stored = from;
    this.#reached = from;
    this.#gathering = this.#gatherAnew();
    this.#rested.resolve();
  }

  get isIdle(): boolean {
    return !this.#isWriting && !this.#isOpen && !this.isBehind && this.#gathering.isEmpty;
  }

  /** Since when something waits that was committed at the source. */
  get waitingSince(): Date | undefined {
    return this.#writingSince ?? this.#gathering.since;
  }

  hear(told: Told): void {
    if (told.kind === 'begin') {
      this.#isSkipping = told.commit < this.#reached;
      this.#isWithin = !this.#isSkipping;
      this.#commit = told.commit;
    } else if (told.kind === 'object') this.#shape = told.shape;
    else if (this.#isSkipping) return;
    else if (told.kind === 'commit') {
      this.#gathering.commit(told.end, told.committedAt);
      this.#reached = told.end;
      this.#isWithin = false;
    } else if (told.kind === 'emptied') this.#gathering.empty();
    else if (told.kind === 'change') this.#change(told);
    if (this.#canTake) this.#woken.resolve();
  }

  room(): Promise<void> | undefined {
    return this.#isWriting && this.#gathering.weight >= partBytes
      ? this.#rested.promise
      : undefined;
  }

  async startOver(): Promise<void> {
    this.#gathering = this.#gatherAnew();
    this.#isWithin = false;
    this.#isUndone = true;
    await this.#rested.promise;
    // Whatever was being written meanwhile.
    this.#isOpen = false;
    this.#reached = this.stored;
    this.isBehind = false;
  }

  leaveBehind(): void {
    this.isBehind = true;
    this.#woken.resolve();
  }

  /** Why it does not go on. */
  end(ended: Ended): void {
    this.#ended ??= ended;
    this.#woken.resolve();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#woken.resolve();
  }

  /** Writes what comes, until there is a reason not to; `attach` where it was left behind. */
  async run(signal: AbortSignal, attach: () => Promise<void>): Promise<Ended> {
    const wake = () => this.#woken.resolve();
    signal.addEventListener('abort', wake, { once: true });
    try {
      for (;;) {
        await this.#woken.promise;
        this.#woken = Promise.withResolvers();
        signal.throwIfAborted();
        if (this.#ended) return this.#ended;
        if (this.#failure) throw this.#failure.error;
        if (this.isBehind) {
          await this.startOver();
          await attach();
        }
        while (this.#canTake && !this.#ended && !signal.aborted) {
          const ended = await this.#write();
          if (ended) return ended;
        }
        if (this.#ended || signal.aborted) this.#woken.resolve();
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  #gatherAnew(): Gathering {
    return new Gathering(this.#way.keyPlaces, this.#writing.keepsEach);
  }

  get #canTake(): boolean {
    if (this.#gathering.isEmpty && !this.#isOpen) return false;
    return !this.#isWithin || this.#gathering.weight >= partBytes;
  }

  async #write(): Promise<Ended | undefined> {
    const gathering = this.#gathering;
    this.#gathering = this.#gatherAnew();
    this.#isWriting = true;
    this.#writingSince = gathering.since ?? new Date();
    this.#rested = Promise.withResolvers();
    try {
      if (this.#isUndone) await this.#writing.undo();
      this.#isUndone = false;
      const gathered = gathering.take();
      const ended = await this.#writing.write(gathered);
      if (ended) return ended;
      this.#isOpen = gathered.end === undefined && !this.#isUndone;
      if (gathered.end !== undefined) this.stored = gathered.end;
      return undefined;
    } finally {
      this.#isWriting = false;
      this.#writingSince = undefined;
      this.#rested.resolve();
    }
  }

  #change(told: Told & { kind: 'change' }): void {
    if (this.#shape) this.#see(this.#shape);
    this.#shape = undefined;
    const places = this.#places;
    if (!places) throw new ConnectorError('retry', 'A change came before what it is of.');
    const taken = (cells: typeof told.after) => cells && places.map((place) => cells[place]);
    this.#gathering.change({
      isNew: told.isNew,
      commit: this.#commit,
      before: taken(told.before),
      after: taken(told.after),
    });
  }

  #see(shape: Shape): void {
    this.#places = placesIn(shape, this.#way);
    if (shape.name !== this.object) {
      const reason = `"${this.object}" is called "${shape.name}" now: name that in the source of the sync.`;
      this.end(pausing(reason));
    }
    const changed = changedIn(shape, this.#way.fields);
    if (changed.length > 0) this.end(pausing(typeChanged(changed)));
    const told = new Set(shape.fields.map(({ name }) => name));
    const gone = this.#way.fields.flatMap(({ name }) =>
      this.#there.has(name) && !told.has(name) ? [name] : [],
    );
    if (gone.length > 0) this.end(pausing(goneFields(gone)));
    for (const name of told) this.#there.add(name);
    this.#seeNew(shape.fields.filter(({ name }) => !this.#policy.known.has(name)));
  }

  #seeNew(fields: Shape['fields']): void {
    if (fields.length === 0) return;
    const names = fields.map(({ name }) => name);
    const { onNewFields } = this.#policy;
    if (onNewFields === 'add') this.end({ kind: 'anew', fields });
    else if (onNewFields === 'pause') this.end(pausing(newFields(names)));
    else this.#writing.noteDrift(names);
  }
}

export function pausing(reason: string): Outcome {
  return { kind: 'paused', reason, planned: null, total: null };
}

export function typeChanged(names: readonly string[]): string {
  return `The type of ${names.join(', ')} has changed at the source, and with it perhaps every value: resume reads everything anew.`;
}

function goneFields(names: readonly string[]): string {
  return `The source has no ${names.length > 1 ? 'fields' : 'field'} ${names.join(', ')} any more: name another one where a mapping or a filter does; resume reads everything anew.`;
}

function newFields(names: readonly string[]): string {
  return names.map((name) => `The source has a new field ${name}.`).join(' ');
}
