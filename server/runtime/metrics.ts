import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from './database/database.ts';
import type { Room } from './disk/room.ts';
import { selectHorizon, selectLead, selectReaderLag } from './events/store.ts';
import type { Jobs } from './jobs/jobs.ts';

export type Metrics = ReturnType<typeof createMetrics>;

/** Counters of one process in the Prometheus format; labels never carry personal data. */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'heddle_http_request_seconds',
    help: 'Duration of requests by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const refusals = new Counter({
    name: 'heddle_rate_limited_total',
    help: 'Requests that were refused because of a rate limit.',
    registers: [registry],
  });
  return { registry, requests, refusals };
}

/** Adds figures that are read from the database and the queue whenever metrics are requested. */
export function watch({ registry }: Metrics, database: Database, jobs: Jobs, room: Room): void {
  const registers = [registry];
  watchEvents(registers, database);
  watchDisk(registers, room);
  new Gauge({
    name: 'heddle_database_connections',
    help: 'Connections of this process by pool and state.',
    labelNames: ['pool', 'state'],
    registers,
    collect() {
      for (const { name, total, idle, waiting } of database.pools()) {
        this.set({ pool: name, state: 'busy' }, total - idle);
        this.set({ pool: name, state: 'idle' }, idle);
        this.set({ pool: name, state: 'waiting' }, waiting);
      }
    },
  });
  new Gauge({
    name: 'heddle_jobs',
    help: 'Jobs by queue and state.',
    labelNames: ['queue', 'state'],
    registers,
    async collect() {
      for (const { name, ...states } of await jobs.counts().catch(() => [])) {
        for (const [state, count] of Object.entries(states))
          this.set({ queue: name, state }, count);
      }
    },
  });
}

function watchEvents(registers: Registry[], database: Database): void {
  new Gauge({
    name: 'heddle_event_lag_seconds',
    help: 'Age of the oldest event that a reader has not taken; alert when it stays above 60.',
    labelNames: ['reader'],
    registers,
    async collect() {
      const lags = await selectReaderLag(database.system.reading).catch(() => []);
      for (const { name, seconds } of lags) this.set({ reader: name }, seconds);
    },
  });
  new Gauge({
    name: 'heddle_event_horizon_transactions',
    help: 'Transactions begun since the oldest one that still writes; the event log waits for it.',
    registers,
    async collect() {
      const [row] = await selectHorizon(database.system.reading).catch(() => []);
      if (row) this.set(row.transactions);
    },
  });
  new Gauge({
    name: 'heddle_event_lead_transactions',
    help: 'By how many transactions the event log is ahead of its database; above 0: heddle adopt.',
    registers,
    async collect() {
      const lead = await selectLead(database.system.reading).catch(() => undefined);
      if (lead) this.set(lead.transactions);
    },
  });
}

function watchDisk(registers: Registry[], room: Room): void {
  new Gauge({
    name: 'heddle_disk_free_bytes',
    help: 'Free on the disk of the data folder; alert well above heddle_disk_reserve_bytes.',
    registers,
    async collect() {
      const free = await room.freeBytes().catch(() => undefined);
      if (free !== undefined) this.set(free);
    },
  });
  new Gauge({
    name: 'heddle_disk_reserve_bytes',
    help: 'Below so much free room uploads are refused.',
    registers,
  }).set(room.reserveBytes);
}
