-- Webhooks: whom this server tells of what happens.
create table sync.webhook (
  organization_id bigint not null references platform.organization,
  id text collate "C" not null,
  url text not null,
  description text not null default '',
  events text[] not null,
  enabled boolean not null,
  filter_connection_id text collate "C",
  filter_sync_id text collate "C",
  filter_object text,
  -- 1: in their order
  max_in_flight integer not null default 1 check (max_in_flight between 1 and 20),
  -- who may know what it is told of a product of this server: whoever made or changed it last
  agent jsonb,
  header_names text[] not null default '{}',
  -- the secret, the one before it, the headers
  sealed bytea not null,
  -- what is sent is signed by the secret before, too
  previous_until timestamptz(3),
  -- not by those who use it
  disabled_at timestamptz(3),
  disabled_reason text,
  -- grows with every change: what was begun before goes on anew
  version integer not null default 1,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id)
);
call platform.wall('sync.webhook', 'select, insert, update, delete');

-- Who sends to a webhook at the moment, and how that goes.
create table sync.webhook_sending (
  organization_id bigint not null,
  webhook_id text collate "C" not null,
  fence bigint not null default 0,
  -- by the clock of the database; kept when it has ended, to serve those next who wait longest
  lease_until timestamptz not null default '-infinity',
  -- it keeps those waiting that do not answer at once
  is_slow boolean not null default false,
  -- in a row, of whatever kind
  strikes integer not null default 0,
  -- then one is tried
  paused_until timestamptz(3),
  -- since the last success: the first failure that counts, and how many
  failing_since timestamptz(3),
  failures integer not null default 0,
  primary key (organization_id, webhook_id),
  foreign key (organization_id, webhook_id) references sync.webhook on delete cascade
);
call platform.wall('sync.webhook_sending', 'select, insert, update, delete');

-- What is told, once for all who are told the same.
create table sync.webhook_event (
  organization_id bigint not null,
  id text collate "C" not null,
  -- whom or what it tells of: it goes when that does
  subject text,
  -- without it neither this nor what was answered to it can be read
  salt bytea not null,
  encrypted bytea not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
create index on sync.webhook_event (organization_id, subject) where subject is not null;
create index on sync.webhook_event (created_at);
call platform.wall('sync.webhook_event', 'select, insert, delete');

-- Without a reference to the webhook: what is left of a deleted one goes with time, not at once.
create table sync.delivery (
  organization_id bigint not null,
  id text collate "C" not null,
  webhook_id text collate "C" not null,
  -- in the order of what happened
  number bigint not null generated always as identity,
  event_id text collate "C" not null,
  type text not null,
  status text not null default 'pending' check (status in ('pending', 'succeeded', 'failed')),
  -- null: it was never tried, and its turn is by number
  due_at timestamptz(3),
  -- the first attempt since it was made, or was to be sent again
  began_at timestamptz(3),
  -- since then
  failures integer not null default 0,
  -- the last ones; what was answered is encrypted
  attempts jsonb not null default '[]',
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
-- what is to be sent, however much has been
create index delivery_pending on sync.delivery (organization_id, webhook_id, due_at, number)
  where status = 'pending';
create index delivery_failed on sync.delivery (organization_id, webhook_id, number)
  where status = 'failed';
create index on sync.delivery (organization_id, webhook_id, number);
create index on sync.delivery (created_at);
call platform.wall('sync.delivery', 'select, insert, update, delete');
