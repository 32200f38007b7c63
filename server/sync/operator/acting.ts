import { operatorOf } from '../../platform/access/callers.ts';
import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Reply } from '../../runtime/http/reply.ts';
import { Providers } from '../connections/providers.ts';
import { Sessions } from '../connections/sessions.ts';
import { ownConnectors } from '../connectors/own/index.ts';

/** What the rules of Sync are given where the operator calls them: within the walls of an organization. */
export class Acting {
  readonly platform: Platform;
  readonly organization: number;

  constructor(platform: Platform, organization: number) {
    this.platform = platform;
    this.organization = organization;
  }

  get reading(): ReadContext {
    const { reading } = this.#wall;
    return { ...this.#frame(), db: reading, latest: reading };
  }

  get outside(): OutsideContext {
    return {
      ...this.#frame(),
      db: this.#wall.reading,
      transaction: (work) => this.write(work),
    };
  }

  write<T>(work: (ctx: WriteContext) => Promise<T>): Promise<T> {
    return this.#wall.transaction((tx) => work({ ...this.#frame(), tx }));
  }

  get #wall() {
    return this.platform.database.of(this.organization);
  }

  #frame() {
    const { clock, log, config } = this.platform;
    const { organization } = this;
    const caller = operatorOf(organization);
    const origin = config.publicUrl;
    return { now: clock.now(), log, caller, organization, requestId: 'operator', origin };
  }
}

export function sessionsOf(platform: Platform): Sessions {
  const own = ownConnectors(platform.objects, platform);
  return new Sessions({ ...platform, providers: new Providers(platform.keyring, own) });
}

const pageMax = 1_000;

/** Everything that a list has, page by page; `after` says where the next page begins. */
export async function listAll<Row>(
  page: (query: { limit: number; cursor?: string }) => Promise<Reply<Row[]>>,
  after: (row: Row) => string,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const last = rows.at(-1);
    const query = { limit: pageMax, ...(last === undefined ? {} : { cursor: after(last) }) };
    const { body, headers } = await page(query);
    rows.push(...body);
    if (!headers.link) return rows;
  }
}
