import type { JsonObject } from '../../values/members.ts';
import { textIn } from '../../values/members.ts';
import { ConnectorError } from '../failure.ts';
import { nextIn, recordsIn, type SlackClient } from './client.ts';

export type Channel = {
  readonly id: string;
  readonly name: string;
  /** Whether its messages can be read. */
  readonly isReadable: boolean;
};

const pageSize = 999;
const id = /^[CDGUW][A-Z0-9]{6,}$/;

/** The channels that the token can see. */
export class Channels {
  readonly #client: SlackClient;
  #all: Promise<readonly Channel[]> | undefined;

  constructor(client: SlackClient) {
    this.#client = client;
  }

  /** Page by page, as Slack lists them. */
  async *pages(
    from?: string,
    signal?: AbortSignal,
  ): AsyncGenerator<{ records: JsonObject[]; next: string | undefined }> {
    const types = await this.#types();
    let cursor = from;
    do {
      const asked = { types, limit: pageSize, cursor };
      const answer = await this.#client.call('conversations.list', asked, signal);
      cursor = nextIn(answer);
      yield { records: recordsIn(answer, 'channels'), next: cursor };
    } while (cursor !== undefined);
  }

  /** All of them, in the order of their ids; asked for once. */
  all(): Promise<readonly Channel[]> {
    this.#all ??= this.#ask();
    this.#all.catch(() => {
      this.#all = undefined;
    });
    return this.#all;
  }

  /** The id of the channel that is meant by its name or its id; undefined where there is none. */
  async idOf(named: string): Promise<string | undefined> {
    if (id.test(named)) return named;
    const name = named.replace(/^#/, '');
    return (await this.all()).find((one) => one.name === name)?.id;
  }

  async #ask(): Promise<readonly Channel[]> {
    // Whoever acts as a person reads all public channels; an app those that it is in.
    const isApp = textIn((await this.#client.call('auth.test', {})).bot_id) !== '';
    const all: Channel[] = [];
    for await (const { records } of this.pages()) {
      for (const { id: own, name, is_member, is_private } of records) {
        const isReadable = is_member === true || (!isApp && is_private === false);
        all.push({ id: textIn(own), name: textIn(name), isReadable });
      }
    }
    return all.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Those that the token may list: asked for more, Slack lists nothing. @throws ConnectorError */
  async #types(): Promise<string> {
    if (this.#client.scopes === undefined) await this.#client.call('auth.test', {});
    const { scopes } = this.#client;
    const may = (scope: string) => scopes === undefined || scopes.includes(scope);
    const types = [
      ...(may('channels:read') ? ['public_channel'] : []),
      ...(may('groups:read') ? ['private_channel'] : []),
    ];
    if (types.length > 0) return types.join(',');
    const message = 'The token lists no channels: add channels:read or groups:read to the app.';
    throw new ConnectorError('configuration', message);
  }
}
