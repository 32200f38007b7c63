import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Api, isForPages } from '../contract/endpoint.ts';
import { type EventType, eventTypes } from '../contract/events.ts';
import { openapi } from '../contract/openapi.ts';
import type { ProductWords } from '../contract/product.ts';
import * as words from '../contract/products.ts';
import manifest from '../package.json' with { type: 'json' };
import { type Adoption, adopt, type Decision } from './operator/adoption/adoption.ts';
import { diagnose, type Finding } from './operator/doctor.ts';
import { openInstallation, type SchemaPolicy } from './operator/installation.ts';
import { Operator } from './operator/operator.ts';
import { Door } from './platform/api/door.ts';
import { mount } from './platform/api/mount.ts';
import { mountReference } from './platform/api/reference.ts';
import { Feed } from './platform/feed/feed.ts';
import { mountFeed } from './platform/feed/mount.ts';
import { platform as people } from './platform/index.ts';
import { mountOperations } from './platform/operations.ts';
import {
  composePlatform,
  type Platform,
  startPlatform,
  stopPlatform,
} from './platform/platform.ts';
import type { Opened, Product } from './platform/product.ts';
import { logRequests } from './platform/request-log.ts';
import { mountWebsite } from './platform/website/website.ts';
import { members, objects, products, releases, sources } from './products.ts';
import { type Clock, systemClock } from './runtime/clock.ts';
import type { Config } from './runtime/config.ts';
import type { Address } from './runtime/database/connection.ts';
import type { Tx } from './runtime/database/database.ts';
import { EventReader, type EventRow, type Happened } from './runtime/events/events.ts';
import { createHttp } from './runtime/http/http.ts';
import { deadLetters, type Enqueue, Jobs, type JobType } from './runtime/jobs/jobs.ts';
import { type Log, loggable } from './runtime/log.ts';
import { watch } from './runtime/metrics.ts';

export {
  completeDemo,
  type Demo,
  describeDemo,
  loadDemo,
  withFiles,
} from './operator/demo/demo.ts';
export { migrateDatabase, openInstallation } from './operator/installation.ts';
export {
  type Config,
  describeSettings,
  environmentApart,
  environmentWith,
  readConfig,
} from './runtime/config.ts';
export { describeHolder } from './runtime/embedded/embedded.ts';
export { AppError, ConfigError } from './runtime/errors.ts';
export { createLog, type Log, loggable } from './runtime/log.ts';

// Disconnecting and stopping PostgreSQL take what is left of 30 s.
const drainSeconds = 25;
const sweepMilliseconds = 50;
const { version } = manifest;
const all: readonly Product[] = [people, ...products];
const jobsReader = 'jobs';

/** The names of the jobs that follow a type of event. */
const causes = Object.fromEntries(
  eventTypes.map((type) => [type, followersOf(type).map(({ name }) => name)]),
);

/** Does something as the operator, on the database of the running server or of a stopped one. */
export async function operate<T>(
  config: Config,
  log: Log,
  work: (operator: Operator, platform: Platform) => Promise<T>,
): Promise<T> {
  const opened = await openInstallation(config, log, 'refuse');
  const platform = composePlatform(config, opened.address, { clock: systemClock, log, objects });
  try {
    await startPlatform(platform);
    return await work(new Operator(platform), platform);
  } finally {
    await stopPlatform(platform);
    await opened.close();
  }
}

/** What an installation stands on, looked at without changing it; an old schema is no obstacle. */
export async function examine(config: Config, log: Log): Promise<Finding[]> {
  const opened = await openInstallation(config, log, 'ignore');
  const platform = composePlatform(config, opened.address, { clock: systemClock, log, objects });
  try {
    return await diagnose(platform);
  } finally {
    await stopPlatform(platform);
    await opened.close();
  }
}

/** Makes a restored copy a database of its own. */
export async function adoptDatabase(
  config: Config,
  log: Log,
  decision: Decision,
): Promise<Adoption> {
  const opened = await openInstallation(config, log, 'refuse');
  const platform = composePlatform({ ...config, roles: ['web'] }, opened.address, {
    clock: systemClock,
    log,
    objects,
  });
  const { jobs } = open(platform);
  const holds = all.flatMap((one) => one.hold ?? []);
  const renumbering = { log, causes: { [jobsReader]: causes }, keptQueues: [deadLetters], holds };
  try {
    return await adopt({ ...platform, jobs, renumbering }, decision);
  } finally {
    await jobs.stop(drainSeconds);
    await stopPlatform(platform);
    await opened.close();
  }
}

/** Starts a server with its database; `stop` ends both. */
export async function serve(config: Config, log: Log, policy: SchemaPolicy = 'migrate') {
  const opened = await openInstallation(config, log, policy);
  const begun: Server[] = [];
  const stop = async () => {
    try {
      for (const server of begun) await server.stop();
    } finally {
      await opened.close();
    }
  };
  try {
    const server = new Server(config, opened.address, log);
    begun.push(server);
    await server.start();
    const port = await server.listen();
    const url = config.publicUrl.replace(/:0$/, `:${port}`);
    log.info({ port, roles: config.roles, pid: process.pid }, 'listening');
    return { port, url, platform: server.platform, stop };
  } catch (error) {
    await stop().catch((unstopped: unknown) => log.warn(loggable(unstopped), 'cannot stop'));
    throw error;
  }
}

/** One process: it answers requests, runs jobs, or both, as the configuration says. */
export class Server {
  readonly platform: Platform;
  readonly http: FastifyInstance;
  readonly jobs: Jobs;
  readonly #reader: EventReader;
  readonly #opened: readonly Opened[];
  #draining = false;

  constructor(config: Config, address: Address, log: Log, clock: Clock = systemClock) {
    this.platform = composePlatform(config, address, { clock, log, objects });
    const { jobs, opened } = open(this.platform);
    this.jobs = jobs;
    this.#opened = opened;
    this.#reader = composeReader(this.platform, jobs);
    this.http = composeHttp(this.platform, jobs, opened, () => this.#draining);
  }

  /** Ready to answer; as a worker, also running jobs. */
  async start(): Promise<void> {
    const { roles } = this.platform.config;
    await startPlatform(this.platform);
    await this.jobs.start();
    await this.#reader.register();
    if (roles.includes('worker')) {
      await this.jobs.work();
      await this.#reader.start(this.platform.listener);
      for (const one of this.#opened) await one.work?.();
    }
    await this.http.ready();
  }

  /** Opens the port; answers the one that was opened. */
  async listen(): Promise<number> {
    const { host, port } = this.platform.config;
    await this.http.listen({ host, port });
    return (this.http.server.address() as AddressInfo).port;
  }

  /** Stops taking requests and jobs, finishes those under way within 30 s, and disconnects. */
  async stop(): Promise<void> {
    this.#draining = true;
    try {
      const others = this.#opened.map((one) => one.stop?.());
      await Promise.all([
        this.#drain(),
        this.#reader.stop(),
        this.jobs.stop(drainSeconds),
        ...others,
      ]);
    } finally {
      await stopPlatform(this.platform);
    }
  }

  /** A connection ends with the answer that is under way on it, however long it would be kept. */
  async #drain(): Promise<void> {
    const { server } = this.http;
    const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds);
    const deadline = setTimeout(() => server.closeAllConnections(), drainSeconds * 1000);
    await this.http.close();
    clearInterval(sweep);
    clearTimeout(deadline);
  }
}

/** The products in one process, and the queue of their jobs. */
function open(platform: Platform): { opened: readonly Opened[]; jobs: Jobs } {
  const enqueue: Enqueue = (...job) => jobs.enqueue(...job);
  const opened = all.map((product) => product.open({ ...platform, enqueue, members, releases }));
  const jobs = new Jobs(
    platform.database,
    platform.log,
    opened.flatMap((one) => one.jobs),
    platform.config.roles.includes('worker'),
  );
  return { opened, jobs };
}

/** Turns what happens into the jobs of whoever listens to it. */
function composeReader({ database, log }: Platform, jobs: Jobs): EventReader {
  return new EventReader(jobsReader, database, log, async (tx, events) => {
    for (const event of events) await enqueueFollowers(tx, jobs, event);
    jobs.nudge();
  });
}

async function enqueueFollowers(tx: Tx, jobs: Jobs, event: EventRow): Promise<void> {
  const { organization, type, subject } = event;
  for (const job of followersOf(type)) await jobs.enqueue(tx, job, { organization, type, subject });
}

function followersOf(type: EventType): readonly JobType<Happened>[] {
  return all.flatMap(({ listens }) => listens?.[type] ?? []);
}

function composeHttp(
  platform: Platform,
  jobs: Jobs,
  opened: readonly Opened[],
  draining: () => boolean,
): FastifyInstance {
  const { config, log, database, metrics, clock, files } = platform;
  const edges = all.flatMap((one) => one.edges);
  const app = createHttp(config, log, edges);
  logRequests(app, log);
  const { room } = files;
  const readiness = { config, database, draining, room, jobs: () => jobs.counts() };
  mountOperations(app, readiness, metrics);
  watch(metrics, database, jobs, room);
  if (!config.roles.includes('web')) return app;
  const feed = new Feed(platform, sources);
  const sites = opened.map((one) => one.serve(feed));
  const apis = sites.flatMap((site) => site.apis);
  mountReference(
    app,
    apis.filter(({ api }) => isForPrograms(api)).map(({ api }) => documentOf(api, config)),
  );
  mountWebsite(
    app,
    pagesOf(Object.values(words)),
    edges.flatMap((edge) => edge.prefixes),
  );
  const door = new Door(app, platform);
  const { keyring, depths } = platform;
  const kept = { database, files, keyring, depths };
  const services = { ...kept, door, clock, log, origin: config.publicUrl };
  for (const { api, routes } of apis) mount(app, api, routes, services);
  for (const site of sites) site.mount?.(app, services);
  mountFeed(app, feed, sources, door);
  return app;
}

/** Others than the pages of the website call it. */
function isForPrograms({ endpoints }: Api): boolean {
  return Object.values(endpoints).some(({ scope }) => !isForPages(scope));
}

function documentOf(api: Api, { publicUrl }: Config) {
  const { name, title } = api;
  return { name, title, document: () => openapi(api, { url: publicUrl, version }) };
}

function pagesOf(all: readonly ProductWords[]) {
  return all.flatMap(({ pages }) => pages ?? []);
}
