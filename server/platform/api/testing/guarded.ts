import type { Api, Endpoint } from '../../../../contract/endpoint.ts';
import type { ErrorCode } from '../../../../contract/errors.ts';
import type { Existing, Samples } from '../../../../contract/samples.ts';

export type HeaderFields = Readonly<Record<string, string>>;

/** Credentials that an endpoint refuses. */
export type Stranger = {
  readonly who: string;
  readonly headers: HeaderFields;
  readonly code: ErrorCode;
};

/**
 * One API as the guards try it: who may call it and who may not, and what there is to ask for. The
 * `testing/guarded.ts` of each product gives those of all of its APIs.
 */
export type Guarded = {
  readonly api: Api;
  /** Who may call every endpoint. */
  readonly welcome: HeaderFields;
  /** Sent by everybody, also by those who have no credentials. */
  readonly always?: HeaderFields;
  readonly strangers: (endpoint: Endpoint) => readonly Stranger[];
  readonly existing?: Existing;
  /** The ids of the same nouns in another organization; some have a second spelling. */
  readonly foreign?: Readonly<Record<string, readonly string[]>>;
  readonly samples?: Samples;
  /** The id of something new, for a call that ends it. */
  readonly spare?: Readonly<Record<string, () => Promise<string>>>;
};

/** The noun of the id in a path, where it stands after its own name: `/bookings/:id`. */
export function nounIn(path: string, { existing }: Guarded): string | undefined {
  const name = /\/(\w+)\/:id\b/.exec(path)?.[1]?.replace(/s$/, '');
  return name !== undefined && name in (existing?.ids ?? {}) ? name : undefined;
}

/** A path with its parameters filled in: with an id, or with one that exists. */
export function fill(path: string, guarded: Guarded, id?: string): string {
  const noun = nounIn(path, guarded);
  const own = noun === undefined ? 'x' : (guarded.existing?.ids[noun] as string);
  return path.replace(/:\w+/g, id ?? own);
}

export function sampleOf({ samples, existing }: Guarded, name: string) {
  return samples?.[name]?.(existing as Existing) ?? {};
}
