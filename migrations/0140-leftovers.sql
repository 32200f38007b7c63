-- What runs have left at their destinations for themselves, and is to be deleted there: tables of a stage
-- and of keys, and rows of its state. Tried again until it is done, or for a day.
create table sync.leftover (
  organization_id bigint not null,
  connection_id text collate "C" not null,
  object text not null,
  -- by whom the destination knows it: a sync, or a run of a part
  owner_id text collate "C" not null,
  -- of the last one who may have written for it
  fence bigint not null,
  -- its state is not asked for again, and goes, too
  is_gone boolean not null,
  attempts integer not null default 0,
  due_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, connection_id, object, owner_id),
  -- without its credentials nobody comes there any more
  foreign key (organization_id, connection_id) references sync.connection on delete cascade
);
create index on sync.leftover (due_at);
call platform.wall('sync.leftover', 'select, insert, update, delete');
