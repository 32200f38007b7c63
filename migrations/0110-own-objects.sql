-- Connections of Sync to the other products of this server.

-- Who acts for such a connection: kept by its product.
alter table sync.connection add column agent jsonb;

-- The key of a bot of a connection is called as the connection is.
grant update (name) on platform.api_key to heddle_app;

-- How far a run has written into a product: its rows and this are committed together.
create table sync.own_state (
  organization_id bigint not null,
  -- of a sync, or of a run that reads a part again
  id text collate "C" not null,
  run_id text collate "C" not null,
  fence bigint not null,
  position text,
  primary key (organization_id, id),
  foreign key (organization_id, run_id) references sync.run on delete cascade
);
create index on sync.own_state (organization_id, run_id);
call platform.wall('sync.own_state', 'select, insert, update, delete');

-- What is written of the batch under way, so that it is not written again.
create table sync.own_written (
  organization_id bigint not null,
  state_id text collate "C" not null,
  record bytea not null,
  primary key (organization_id, state_id, record),
  foreign key (organization_id, state_id) references sync.own_state on delete cascade
);
call platform.wall('sync.own_written', 'select, insert, delete');

-- Whom a record that was set aside tells of: it goes when that does.
alter table sync.rejected add column subject text collate "C";
create index on sync.rejected (organization_id, subject) where subject is not null;
