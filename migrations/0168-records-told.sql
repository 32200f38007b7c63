-- What a sync has written and somebody is to be told of: from before it is committed at the destination
-- until it stands in the event log.
create table sync.told (
  organization_id bigint not null,
  id bigint generated always as identity,
  sync_id text collate "C" not null,
  -- Whose position it comes before: of a sync, or of a run over a part.
  state_id text collate "C" not null,
  -- How many batches are committed once it is; null where no position says.
  batch bigint,
  type text collate "C" not null,
  object text,
  connection_id text collate "C" not null,
  about text,
  sealed bytea not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, sync_id) references sync.sync on delete cascade
);
create index on sync.told (organization_id, state_id, id);
create index on sync.told (organization_id, about) where about is not null;
create index on sync.told (created_at);
call platform.wall('sync.told', 'select, insert, update, delete');

-- What the log tells of somebody who is gone is found, and what is sealed in it is sealed anew.
create index event_about on platform.event (organization, (data ->> 'about'))
  where data ->> 'about' is not null;
create index event_sealed on platform.event (transaction, sequence)
  where data ->> 'sealed' is not null;
