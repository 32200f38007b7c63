import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Api } from '../contract/endpoint.ts';
import { openapi } from '../contract/openapi.ts';
import manifest from '../package.json' with { type: 'json' };
import * as messaging from './messaging/index.ts';
import { type Adoption, adopt, type Decision } from './operator/adoption/adoption.ts';
import { diagnose, type Finding } from './operator/doctor.ts';
import { openInstallation, type Upkeep } from './operator/installation.ts';
import { Operator } from './operator/operator.ts';
import { mountOauth } from './platform/access/oauth.ts';
import { Door } from './platform/api/door.ts';
import { mount } from './platform/api/mount.ts';
import { mountReference } from './platform/api/reference.ts';
import { Feed } from './platform/feed/feed.ts';
import { mountFeed } from './platform/feed/mount.ts';
import * as people from './platform/index.ts';
import { mailJob } from './platform/mail/mail.ts';
import { mountOperations } from './platform/operations.ts';
import {
  composePlatform,
  type Platform,
  startPlatform,
  stopPlatform,
} from './platform/platform.ts';
import { logRequests } from './platform/request-log.ts';
import { resetJob } from './platform/sign-in/reset.ts';
import { mountSignIn } from './platform/sign-in/sign-in.ts';
import { tidyJob } from './platform/tidy.ts';
import { Drawing } from './platform/uploads/drawing/drawing.ts';
import { fileJobs } from './platform/uploads/jobs.ts';
import { mountFiles } from './platform/uploads/serving.ts';
import { mountWebsite } from './platform/website/website.ts';
import { type Clock, systemClock } from './runtime/clock.ts';
import type { Config } from './runtime/config.ts';
import type { Address } from './runtime/database/connection.ts';
import type { Tx } from './runtime/database/database.ts';
import { EventReader, type EventRow } from './runtime/events/events.ts';
import { createHttp } from './runtime/http/http.ts';
import { deadLetters, Jobs } from './runtime/jobs/jobs.ts';
import { type Log, loggable } from './runtime/log.ts';
import { watch } from './runtime/metrics.ts';
import * as scheduling from './scheduling/index.ts';

export { type Demo, loadDemo } from './operator/demo/demo.ts';
export { migrateDatabase, openInstallation } from './operator/installation.ts';
export * as practices from './operator/practices.ts';
export { type Config, describeSettings, environmentWith, readConfig } from './runtime/config.ts';
export { describeHolder } from './runtime/embedded/embedded.ts';
export { AppError, ConfigError } from './runtime/errors.ts';
export { createLog, type Log, loggable } from './runtime/log.ts';

// Disconnecting and stopping PostgreSQL take what is left of 30 s.
const drainSeconds = 25;
const sweepMilliseconds = 50;
const { version } = manifest;
const products = [scheduling, messaging];
/** Which job runs when something has happened, and who reads that it has. */
const listens: Record<string, string> = Object.assign({}, ...products.map((one) => one.listens));
const jobsReader = 'jobs';

/** Does something as the operator, on the database of the running server or of a stopped one. */
export async function operate<T>(
  config: Config,
  log: Log,
  work: (operator: Operator, platform: Platform) => Promise<T>,
): Promise<T> {
  const opened = await openInstallation(config, log, 'refuse');
  const platform = composePlatform(config, opened.address, systemClock, log);
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
  const platform = composePlatform(config, opened.address, systemClock, log);
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
  const platform = composePlatform({ ...config, roles: ['web'] }, opened.address, systemClock, log);
  const jobs = composeJobs(platform, new Drawing(platform));
  const renumbering = { log, causes: { [jobsReader]: listens }, keptQueues: [deadLetters] };
  try {
    return await adopt({ ...platform, jobs, renumbering }, decision);
  } finally {
    await jobs.stop(drainSeconds);
    await stopPlatform(platform);
    await opened.close();
  }
}

/** Starts a server with its database; `stop` ends both. */
export async function serve(config: Config, log: Log, upkeep: Upkeep = 'migrate') {
  const opened = await openInstallation(config, log, upkeep);
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
  readonly drawing: Drawing;
  readonly #reader: EventReader;
  #draining = false;

  constructor(config: Config, address: Address, log: Log, clock: Clock = systemClock) {
    this.platform = composePlatform(config, address, clock, log);
    this.drawing = new Drawing(this.platform);
    this.jobs = composeJobs(this.platform, this.drawing);
    this.#reader = composeReader(this.platform, this.jobs);
    this.http = composeHttp(this.platform, this.jobs, this.drawing, () => this.#draining);
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
      await Promise.all([this.#drain(), this.#reader.stop(), this.jobs.stop(drainSeconds)]);
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

function composeJobs(platform: Platform, drawing: Drawing): Jobs {
  const { database, log, config } = platform;
  const enqueue: Jobs['enqueue'] = (...job) => jobs.enqueue(...job);
  const jobs = new Jobs(
    database,
    log,
    [
      mailJob(config, { ...platform, enqueue }),
      tidyJob(platform),
      resetJob({ ...platform, enqueue }),
      ...fileJobs({ ...platform, drawing }, [messaging.releaseFiles]),
      ...products.flatMap((product) => product.jobs({ ...platform, enqueue })),
    ],
    config.roles.includes('worker'),
  );
  return jobs;
}

/** Turns what happens into the jobs of whoever listens to it. */
function composeReader({ database, log }: Platform, jobs: Jobs): EventReader {
  return new EventReader(jobsReader, database, log, async (tx, events) => {
    for (const event of events) await enqueueListener(tx, jobs, event);
    jobs.nudge();
  });
}

async function enqueueListener(tx: Tx, jobs: Jobs, event: EventRow): Promise<void> {
  const { organization, type, subject } = event;
  const name = listens[type];
  if (name) await jobs.enqueue(tx, name, { organization, type, subject });
}

function composeHttp(
  platform: Platform,
  jobs: Jobs,
  drawing: Drawing,
  draining: () => boolean,
): FastifyInstance {
  const { config, log, database, metrics, clock } = platform;
  const edges = [people, ...products].map(({ edge }) => edge);
  const app = createHttp(config, log, edges);
  logRequests(app, log);
  const { room } = platform.files;
  const readiness = { config, database, draining, room, jobs: () => jobs.counts() };
  mountOperations(app, readiness, metrics);
  watch(metrics, database, jobs, room);
  if (!config.roles.includes('web')) return app;
  const door = new Door(app, platform);
  mountOauth(app, { ...platform, keys: platform.signingKeys });
  mountReference(
    app,
    products.map(({ api }) => documentOf(api, config)),
  );
  mountWebsite(app);
  const { files } = platform;
  const services = { database, files, door, clock, log, origin: config.publicUrl };
  mountSignIn(app, { ...platform, enqueue: jobs.enqueue });
  mount(
    app,
    people.api,
    people.routes({ ...platform, enqueue: jobs.enqueue, members: messaging.members }),
    services,
  );
  mount(app, scheduling.api, scheduling.routes(platform), services);
  mount(app, messaging.api, messaging.routes(drawing), services);
  const sources = [messaging.feed];
  const feed = new Feed(platform, sources);
  mount(app, messaging.website, messaging.websiteRoutes(feed, drawing), services);
  mountFeed(app, feed, sources, door);
  mountFiles(app, services, messaging.shelf);
  return app;
}

function documentOf(api: Api, { publicUrl }: Config) {
  const { name, title } = api;
  return { name, title, document: openapi(api, { url: publicUrl, version }) };
}
