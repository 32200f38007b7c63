import type { JsonObject } from '../../values/members.ts';
import type { Row } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import type { Listing } from '../listing.ts';
import type { Channels } from './channels.ts';
import { nextIn, recordsIn, type SlackClient } from './client.ts';
import { type Column, channelColumns, rowOf, userColumns } from './fields.ts';
import { SlackRefusal } from './refusal.ts';

/** As many as Slack recommends. */
const usersPage = 200;

type Page = { readonly records: readonly JsonObject[]; readonly next: string | undefined };

export function channelsListing(channels: Channels, signal?: AbortSignal): Listing {
  return listingOf('channels', channelColumns, (from) => channels.pages(from, signal));
}

export function usersListing(client: SlackClient, signal?: AbortSignal): Listing {
  return listingOf('users', userColumns, (from) => usersOf(client, from, signal));
}

async function* usersOf(
  client: SlackClient,
  from: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Page> {
  let cursor = from;
  do {
    const answer = await client.call('users.list', { limit: usersPage, cursor }, signal);
    cursor = nextIn(answer);
    yield { records: recordsIn(answer, 'members'), next: cursor };
  } while (cursor !== undefined);
}

function listingOf(
  name: string,
  fields: readonly Column[],
  pagesFrom: (from?: string) => AsyncIterable<Page>,
): Listing {
  return {
    ...{ system: 'Slack', name, fields, key: ['id'] },
    pages: async function* (from) {
      for await (const { records, next } of resumed(pagesFrom, from)) {
        yield { rows: records.map((record) => shownOf(record, fields)), next };
      }
    },
  };
}

/** A place in a list may be over by now: then everything comes again. */
async function* resumed(pagesFrom: (from?: string) => AsyncIterable<Page>, from?: string) {
  if (from === undefined) return yield* pagesFrom();
  try {
    yield* pagesFrom(from);
  } catch (error) {
    if (!(error instanceof SlackRefusal) || error.code !== 'invalid_cursor') throw error;
    yield* pagesFrom();
  }
}

/** @throws ConnectorError for a value that its type does not hold */
function shownOf(record: JsonObject, fields: readonly Column[]): Row {
  const { row, problem } = rowOf(record, fields);
  if (problem) throw new ConnectorError('configuration', problem.reason);
  return row;
}
