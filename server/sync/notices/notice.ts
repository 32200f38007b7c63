import type { NoticeChannel } from '../../../contract/sync/actions.ts';
import { readAddress } from '../../runtime/addresses.ts';
import { invalid } from '../../runtime/errors.ts';
import type { Json } from '../values/types.ts';

/** Where somebody is told something, as it was given. */
export type NoticeGiven = {
  readonly channel?: NoticeChannel | null;
  readonly connection_id?: string | null;
  readonly to?: string | null;
  readonly subject?: string | null;
  readonly data?: unknown;
};

/** The same, everything filled in; `to` may have templates until it is sent. */
export type Notice = {
  readonly channel: NoticeChannel;
  /** Of `slack` and `threads`. */
  readonly connection_id: string | null;
  /** A channel (or a chat, of `threads`) by name or id; addresses of mail, with commas; a webhook. */
  readonly to: string;
};

/** What tells it: a run of a workflow, or what has happened to a sync. */
export type Origin = {
  readonly workflow_id: string | null;
  readonly sync_id: string | null;
  readonly run_id: string | null;
};

export type Words = {
  readonly message: string;
  /** Of a mail, read by everybody on its way: nothing personal. */
  readonly subject?: string | null | undefined;
  /** Whom or what it tells of, as `<noun> <id>`: what is kept of it goes when that does. */
  readonly about?: string | undefined;
  /** What a webhook is told beside the message. */
  readonly from?: Origin | undefined;
  readonly data?: { readonly [name: string]: Json } | null | undefined;
  /** Whoever sends it again under the same key sends it once. */
  readonly key: string;
  /** How deep the workflow stands that tells it. */
  readonly depth?: number;
};

/** The provider behind a channel. */
export const providerOf = { slack: 'slack', threads: 'messaging' } as const;

const addressesMax = 50;

/**
 * The addresses in a text with commas, each once.
 * @throws AppError 400 that names `field`
 */
export function addressesIn(to: string, field: string): string[] {
  const given = to.split(/[,;]/).filter((one) => one.trim() !== '');
  const read = given.map(readAddress);
  // An address is personal: its place is said and not itself.
  const at = read.indexOf(undefined);
  if (at >= 0)
    throw invalid(field, `must be addresses of mail with commas; number ${at + 1} is none.`);
  const addresses = [...new Set(read)].filter((one) => one !== undefined);
  if (addresses.length === 0) throw invalid(field, 'must be an address of mail.');
  if (addresses.length <= addressesMax) return addresses;
  throw invalid(field, `must be at most ${addressesMax} addresses.`);
}
