import { type Folder, port } from './folder.ts';

/**
 * Passed on the command line rather than written into postgresql.conf, so that an upgrade of
 * Heddle changes them. For two cores and a small memory; fsync, synchronous_commit and
 * full_page_writes stay on, as PostgreSQL has them.
 */
export function settingsOf(folder: Folder, extra: Record<string, string> = {}) {
  return { ...addressing(folder), ...resources, ...logging, timezone: 'UTC', ...extra };
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
  shared_buffers: '128MB',
  effective_cache_size: '512MB',
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
