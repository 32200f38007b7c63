-- What a connection may do at most, over all processes: requests a second, and connections at once.

-- When the next request may begin. Written often: room for that is left in every page.
create table sync.pace (
  organization_id bigint not null,
  connection_id text collate "C" not null,
  next_at timestamptz not null,
  primary key (organization_id, connection_id),
  foreign key (organization_id, connection_id) references sync.connection on delete cascade
) with (fillfactor = 20);
call platform.wall('sync.pace', 'select, insert, update, delete');

-- Places for connections, each taken by at most one. Who does not renew it in time has lost it.
create table sync.lease (
  organization_id bigint not null,
  connection_id text collate "C" not null,
  place integer not null check (place > 0),
  holder uuid not null,
  until timestamptz not null,
  primary key (organization_id, connection_id, place),
  foreign key (organization_id, connection_id) references sync.connection on delete cascade
) with (fillfactor = 50);
create index on sync.lease (until);
call platform.wall('sync.lease', 'select, insert, update, delete');
