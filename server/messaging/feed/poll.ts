import type { In } from '../../../contract/endpoint.ts';
import type { feed as endpoints } from '../../../contract/messaging/website/feed.ts';
import type { ReadContext } from '../../platform/context.ts';
import type { Feed } from '../../platform/feed/feed.ts';
import { JsonText } from '../../runtime/http/reply.ts';
import { source } from './source.ts';

/** Answers changes as soon as there are some, or none after some seconds. */
export async function pollFeed(
  ctx: ReadContext,
  { query }: In<typeof endpoints, 'pollFeed'>,
  feed: Feed,
) {
  return new JsonText<never>(await feed.poll(ctx, source, query));
}
