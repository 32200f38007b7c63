import type { Api, Endpoint } from '../../../../contract/endpoint.ts';
import type { ErrorCode } from '../../../../contract/errors.ts';
import type { Existing, Sample, Samples } from '../../../../contract/samples.ts';

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
  /** Errors for an id of another organization in a body; else that there is no such thing. */
  readonly foreignIs?: readonly ErrorCode[];
  /** The path of something new, for a call that changes its state. */
  readonly spares?: Readonly<Record<string, () => Promise<Readonly<Record<string, string>>>>>;
  /** The id of something new, for a call that ends it. */
  readonly spare?: Readonly<Record<string, () => Promise<string>>>;
};

/** What a parameter of a path names: itself (`:channel_id`), or what stands before it (`/bookings/:id`). */
export function nounOf(path: string, param: string): string {
  const [, before] = new RegExp(`/([\\w-]+)/:${param}\\b`).exec(path) ?? [];
  return param === 'id' ? (before ?? '').replace(/s$/, '') : param.replace(/_id$/, '');
}

/** The parameters of a path. */
export function paramsOf(path: string): string[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, param = '']) => param);
}

/** A path with its parameters filled in: with those that are given, else with ids that exist. */
export function fill(
  path: string,
  { existing }: Guarded,
  given: Readonly<Record<string, string>> = {},
): string {
  return path.replace(
    /:(\w+)/g,
    (_, param) => given[param] ?? existing?.ids[nounOf(path, param)] ?? 'x',
  );
}

export function sampleOf({ samples, existing }: Guarded, name: string): Sample {
  return samples?.[name]?.(existing as Existing) ?? {};
}

/** Ids of something new for a call that ends it, so that others find theirs. */
export async function sparesFor(
  guarded: Guarded,
  { name, endpoint, path }: { name: string; endpoint: Endpoint; path: string },
): Promise<Readonly<Record<string, string>>> {
  const own = guarded.spares?.[name];
  if (own) return own();
  if (endpoint.method !== 'DELETE') return {};
  const made = paramsOf(path).map(async (param) => {
    const spare = guarded.spare?.[nounOf(path, param)];
    return spare ? [[param, await spare()]] : [];
  });
  return Object.fromEntries((await Promise.all(made)).flat());
}
