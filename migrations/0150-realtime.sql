-- Connections that syncs follow in realtime: one process at a time holds each.
create table sync.feed (
  organization_id bigint not null,
  connection_id text collate "C" not null,
  -- under this name the source keeps for us what it has not told yet
  slot text not null,
  -- to the source nothing later was said to be stored for good
  confirmed text collate "C",
  fence bigint not null default 0,
  lease_until timestamptz(3),
  primary key (organization_id, connection_id),
  foreign key (organization_id, connection_id) references sync.connection on delete cascade
);
call platform.wall('sync.feed', 'select, insert, update, delete');

-- The syncs for which a source keeps what changes: while one is here, nothing of that is lost.
create table sync.following (
  organization_id bigint not null,
  sync_id text collate "C" not null,
  connection_id text collate "C" not null,
  -- as the source describes it, and by what it is known that it is the same
  object text not null,
  object_id text not null,
  -- a position of another joining says nothing
  joining text not null,
  -- everything up to here was in what was read first
  joined_at text collate "C",
  -- the last place that the destination has committed
  written text collate "C",
  -- everything before is at the destination, or was nothing for it
  stored text collate "C",
  -- why it is not kept for any more, in place of an end that nobody would see
  ended text,
  lag_seconds double precision,
  lag_bytes bigint,
  wal_status text,
  primary key (organization_id, sync_id),
  foreign key (organization_id, sync_id) references sync.sync on delete cascade,
  foreign key (organization_id, connection_id) references sync.feed on delete cascade
);
create index on sync.following (organization_id, connection_id);
call platform.wall('sync.following', 'select, insert, update, delete');
