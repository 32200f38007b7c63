import { totalmem } from 'node:os';
import { type Folder, port } from './folder.ts';

/**
 * Passed on the command line rather than written into postgresql.conf, so that an upgrade of
 * Heddle changes them. For two cores and a small memory; fsync, synchronous_commit and
 * full_page_writes stay on, as PostgreSQL has them.
 */
export function settingsOf(folder: Folder, extra: Record<string, string> = {}) {
  const memory = memoryFor(availableMegabytes());
  return { ...addressing(folder), ...memory, ...resources, ...logging, timezone: 'UTC', ...extra };
}

/**
 * An eighth of the machine for what is read again and again, from 128 MB to 1 GB: a search among a
 * million posts takes a third of the time when they fit.
 */
export function memoryFor(megabytes: number): Record<string, string> {
  const shared = Math.min(Math.max(Math.floor(megabytes / 8), 128), 1024);
  const cached = Math.max(Math.floor(megabytes / 4), 512);
  return { shared_buffers: `${shared}MB`, effective_cache_size: `${cached}MB` };
}

/** Of the machine, or of the container if that has less. */
function availableMegabytes(): number {
  const limit = process.constrainedMemory() || Number.POSITIVE_INFINITY;
  return Math.min(totalmem(), limit) / 2 ** 20;
}

function addressing(folder: Folder): Record<string, string> {
  return {
    port: String(port),
    listen_addresses: '',
    unix_socket_directories: `"${folder.sockets.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
}

const resources: Record<string, string> = {
  max_connections: '100',
  maintenance_work_mem: '64MB',
  max_parallel_workers: '2',
  max_parallel_workers_per_gather: '1',
  // Queries here are short: compiling one costs more than running it.
  jit: 'off',
  // Solid-state disks read at random about as fast as in sequence.
  random_page_cost: '1.1',
  // Rarer checkpoints write fewer full pages; recovery after a crash stays within a minute or so.
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  wal_compression: 'pglz',
  // What the base-backup protocol needs.
  wal_level: 'replica',
  track_io_timing: 'on',
  // What is read is mostly in the cache of the system: having workers read it takes longer.
  io_method: 'sync',
};

// One file per weekday, overwritten a week later. Level `log` keeps what the server says about
// itself and leaves out the errors of queries, whose texts quote values ("invalid input syntax
// for type date: …"): the caller gets those, and nothing about patients reaches a file.
const logging: Record<string, string> = {
  logging_collector: 'on',
  log_directory: 'log',
  log_filename: 'postgresql-%a.log',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_truncate_on_rotation: 'on',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_statement: 'none',
};
