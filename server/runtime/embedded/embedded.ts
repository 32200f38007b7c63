import { realpath } from 'node:fs/promises';
import pg from 'pg';
import { prepareBinaries } from './binaries.ts';
import { prepareCluster } from './cluster.ts';
import { connect } from './connection.ts';
import { locateFolder, port, prepareFolder } from './folder.ts';
import type { Log } from './log.ts';
import { findPostmaster } from './postmaster.ts';
import { type Ending, Presence } from './presence.ts';
import { settingsOf } from './settings.ts';
import { selectPresences } from './store.ts';

export type { Log } from './log.ts';

export type EmbeddedOptions = {
  /** HEDDLE_DATA; the cluster lives in its folder `postgres`. */
  dataDirectory: string;
  log: Log;
  /** Further settings of PostgreSQL, for the case that we are the one who starts it. */
  settings?: Record<string, string>;
  /** The package with the programs, when it is not the installed one. */
  binaries?: string;
};

export type Embedded = {
  /** Where `pg` connects to: the host is the folder of the Unix socket. */
  address: { host: string; port: number; database: string; user: string };
  /**
   * Resolves when PostgreSQL answers: at once, or after it died under us and whoever is joined
   * has started it again. Rejects after stop().
   */
  available(): Promise<void>;
  /** Leaves; the last one out stops PostgreSQL. Close your own connections first. */
  stop(): Promise<Ending>;
};

/** Who uses a data folder: PostgreSQL's process, and the Heddle processes that joined it. */
export type Holder = { pid: number; processes: number[] };

/** Joins the PostgreSQL of the data folder, and makes and starts it when need be. */
export async function joinEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { dataDirectory, log } = options;
  const folder = await prepareFolder(dataDirectory);
  const binaries = await prepareBinaries(folder, log, options.binaries);
  await prepareCluster(folder, binaries, log);
  const settings = settingsOf(folder, options.settings);
  const presence = await Presence.begin({ folder, program: binaries.postgres, settings, log });
  return {
    address: { host: folder.sockets, port, database: 'heddle', user: 'postgres' },
    available: () => presence.answer(),
    stop: () => presence.end(),
  };
}

/** Undefined when no PostgreSQL runs on the data folder. */
export async function describeHolder(dataDirectory: string): Promise<Holder | undefined> {
  const data = await realpath(dataDirectory).catch(() => undefined);
  if (!data) return undefined;
  const folder = await locateFolder(data);
  const pid = await findPostmaster(folder.cluster);
  if (!pid) return undefined;
  const client = await connect(folder.sockets, 'heddle asks who is here');
  if (!(client instanceof pg.Client)) return { pid, processes: [] };
  try {
    return { pid, processes: await selectPresences(client) };
  } finally {
    await client.end();
  }
}
