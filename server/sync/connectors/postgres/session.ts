import { closeAll } from '../closing.ts';
import type { Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { Links } from '../sql/links.ts';
import type { Place } from '../sql/place.ts';
import { Tunnelled } from '../sql/tunnelled.ts';
import { describeTable, findTable, listObjects, relationsOf, requireTable } from './catalogue.ts';
import { PostgresFeed } from './feed.ts';
import { Link } from './link.ts';
import { read } from './read.ts';
import { apply, query } from './records.ts';
import { readLsn, sortableLsn } from './replication/lsn.ts';
import { State } from './state.ts';
import { placeFor } from './target.ts';
import { write } from './write.ts';

const versionMin = 130_000;
const unseen =
  'Without pg_read_all_stats the transactions of others are not seen: what commits late into a view ' +
  'or a query is found by reading the last 5 minutes again (cursor_overlap). Tables do not need it.';

const pooled =
  'A pooler is between: realtime needs PostgreSQL itself. Give the host and port of the server for that.';
const untold =
  'Realtime from here needs wal_level = logical, and PostgreSQL to be started again with it.';

export class PostgresSession implements Session {
  readonly #links: Links<Link>;
  readonly #tunnel: Tunnelled;
  readonly #place: Place;
  readonly #outside: Outside;

  constructor(place: Place, outside: Outside) {
    this.#place = place;
    this.#outside = outside;
    this.#tunnel = new Tunnelled(place, outside);
    const open = async () => Link.open(place, outside, await this.#tunnel.open());
    this.#links = new Links(open, outside.signal);
  }

  async check() {
    const { rows, process } = await this.#links.briefly(async (link) => {
      const answer = await link.query(
        `select current_setting('server_version_num'),
           pg_catalog.pg_has_role(current_user, 'pg_read_all_stats', 'usage'),
           pg_catalog.pg_backend_pid()::text, current_setting('wal_level')`,
      );
      return { ...answer, process: link.process };
    });
    const [version, seesOthers, answering, level] = rows[0] ?? [];
    if (Number(version) < versionMin) {
      throw new ConnectorError('configuration', 'PostgreSQL 13 or later is needed.');
    }
    return {
      warnings: [
        ...(seesOthers === 't' ? [] : [unseen]),
        ...(answering === String(process) ? [] : [pooled]),
        ...(level === 'logical' ? [] : [`${untold} Here it is ${level}.`]),
      ],
    };
  }

  async objects(asked: { search?: string; after?: string; limit: number }) {
    return this.#links.briefly((link) => listObjects(link, asked));
  }

  async describe(object: string) {
    return describeTable(await this.#links.briefly((link) => requireTable(link, object)));
  }

  async relations(object: string) {
    return this.#links.briefly(async (link) => relationsOf(link, await requireTable(link, object)));
  }

  async read(request: Parameters<Session['read']>[0]) {
    return read(await this.#links.alone(request.signal), request);
  }

  async query(request: Parameters<Session['query']>[0]) {
    return this.#links.briefly((link) => query(link, request));
  }

  async write(request: Parameters<Session['write']>[0]) {
    return write(await this.#links.alone(request.signal), request);
  }

  async apply(request: Parameters<Session['apply']>[0]) {
    return this.#links.briefly((link) => apply(link, request));
  }

  async forget({ object, state, isGone }: Parameters<NonNullable<Session['forget']>>[0]) {
    await this.#links.briefly(async (link) => {
      const { schema } = (await findTable(link, object)) ?? (await placeFor(link, object));
      await new State(link, schema, { ...state, runId: '' }).forget(isGone);
    });
  }

  async now() {
    const select = 'select pg_catalog.pg_current_wal_insert_lsn()::text';
    try {
      const { rows } = await this.#links.briefly((link) => link.query(select));
      return sortableLsn(readLsn(rows[0]?.[0] ?? ''));
    } catch (error) {
      // Not everybody may ask, and not everything that speaks like PostgreSQL has such a log.
      if (error instanceof ConnectorError && error.kind === 'configuration') return undefined;
      throw error;
    }
  }

  async feed(slot: string) {
    const replicating = async () =>
      Link.open(this.#place, this.#outside, await this.#tunnel.open(), 'replication');
    return new PostgresFeed(
      {
        briefly: (work) => this.#links.briefly(work),
        replicating: () => this.#links.alone(this.#outside.signal, replicating),
      },
      slot,
    );
  }

  async close() {
    await closeAll([() => this.#links.close(), () => this.#tunnel.close()]);
  }
}
