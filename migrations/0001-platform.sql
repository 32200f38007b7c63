create extension if not exists btree_gist;

-- Neither role owns anything. heddle_app sees one organization at a time (row-level security);
-- heddle_system looks up credentials, reads the event log and runs the job queue.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['heddle_app', 'heddle_system'] loop
    begin
      execute format('create role %I login', role_name);
    exception
      when duplicate_object or unique_violation then null;
    end;
    if not pg_has_role(current_user, role_name, 'set') then
      execute format('grant %I to current_user with set true', role_name);
    end if;
  end loop;
end $$;

create schema platform;
grant usage on schema platform to heddle_app, heddle_system;

create table platform.migration (
  name text primary key,
  checksum text not null,
  applied_at timestamptz not null default now()
);
grant select on platform.migration to heddle_app, heddle_system;

-- The organization that the current transaction works for.
create function platform.organization() returns bigint
language sql stable parallel safe
return nullif(current_setting('heddle.organization', true), '')::bigint;

-- Walls a table: heddle_app sees and writes the rows of its organization, heddle_system all.
create procedure platform.wall(
  walled regclass,
  app_may text default 'select, insert, update',
  organization_column text default 'organization_id'
)
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', walled);
  execute format(
    'create policy tenant on %s to heddle_app using (%I = platform.organization())',
    walled, organization_column
  );
  execute format('create policy everything on %s to heddle_system using (true)', walled);
  execute format('grant %s on %s to heddle_app', app_may, walled);
  execute format('grant select, insert, update, delete on %s to heddle_system', walled);
end $$;

create table platform.organization (
  id bigint generated always as identity primary key,
  name text not null,
  created_at timestamptz(3) not null
);
call platform.wall('platform.organization', 'select', 'id');

-- People sign in once and may be members of several organizations.
create table platform.user (
  id text primary key,
  name text not null,
  email text not null,
  email_verified boolean not null default false,
  image text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create unique index on platform.user (lower(email));

create table platform.account (
  id text primary key,
  user_id text not null references platform.user on delete cascade,
  account_id text not null,
  provider_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz(3),
  refresh_token_expires_at timestamptz(3),
  scope text,
  password text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  unique (provider_id, account_id)
);
create index on platform.account (user_id);
grant select, insert, update, delete on platform.user, platform.account to heddle_system;

create table platform.member (
  organization_id bigint not null references platform.organization,
  id bigint generated always as identity,
  user_id text not null references platform.user,
  role text not null check (role in ('owner', 'admin', 'member')),
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  unique (organization_id, user_id)
);
call platform.wall('platform.member', 'select');

create table platform.consumer (
  organization_id bigint not null references platform.organization,
  id bigint generated always as identity,
  client_id text not null unique,
  secret_hash bytea not null,
  name text not null,
  scopes text[] not null,
  -- null: every practice of the organization
  practice_ids bigint[],
  plan text not null,
  -- counts secrets; a token carries the one that it was issued to
  generation integer not null default 1,
  created_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  primary key (organization_id, id)
);
call platform.wall('platform.consumer', 'select');

create table platform.api_key (
  organization_id bigint not null references platform.organization,
  id bigint generated always as identity,
  name text not null,
  kind text not null check (kind in ('sync', 'threads')),
  hash bytea not null unique,
  last_four text not null,
  plan text not null,
  created_at timestamptz(3) not null,
  last_used_at timestamptz(3),
  revoked_at timestamptz(3),
  primary key (organization_id, id)
);
call platform.wall('platform.api_key', 'select');

-- Secrets at rest: sealed under the master key that is named inside the sealed bytes.
create table platform.secret (
  name text primary key,
  sealed bytea not null,
  created_at timestamptz(3) not null
);

create table platform.signing_key (
  kid text primary key,
  public_jwk jsonb not null,
  sealed_private_key bytea not null,
  created_at timestamptz(3) not null,
  -- it signs no more, but what it signed is still checked against it for a while
  retired_at timestamptz(3)
);
create unique index signing_key_one_signs on platform.signing_key ((true)) where retired_at is null;

create table platform.setting (
  name text primary key,
  value jsonb not null
);
grant select, insert, update, delete
  on platform.secret, platform.signing_key, platform.setting to heddle_system;

-- The event log. Its order is (transaction, sequence): by sequence alone, a transaction that commits
-- late would be skipped.
create table platform.event (
  transaction xid8 not null default pg_current_xact_id(),
  sequence bigint generated always as identity,
  organization bigint not null references platform.organization,
  type text not null,
  subject text not null,
  data jsonb not null,
  created_at timestamptz(3) not null,
  primary key (transaction, sequence)
);
create index on platform.event (created_at);
call platform.wall('platform.event', 'select, insert', 'organization');

create table platform.event_reader (
  name text primary key,
  transaction xid8 not null,
  sequence bigint not null
);
grant select, insert, update, delete on platform.event_reader to heddle_system;

create table platform.audit (
  organization_id bigint not null references platform.organization,
  id bigint generated always as identity,
  actor text not null,
  action text not null,
  subject text not null,
  request_id text,
  created_at timestamptz(3) not null,
  primary key (organization_id, id)
);
call platform.wall('platform.audit', 'select, insert');

create table platform.idempotency (
  organization_id bigint not null references platform.organization,
  actor text not null,
  key text not null,
  fingerprint bytea not null,
  -- null while the first call is under way
  answer jsonb,
  created_at timestamptz(3) not null,
  primary key (organization_id, actor, key)
);
create index on platform.idempotency (created_at);
call platform.wall('platform.idempotency', 'select, insert, update, delete');

-- The outbox: written with what causes the mail, sent by a job.
create table platform.mail (
  organization_id bigint not null references platform.organization,
  id bigint generated always as identity,
  -- what the mail is about, so that a repeated job writes no second one
  key text not null,
  recipient text not null,
  subject text not null,
  body text not null,
  calendar text,
  calendar_method text,
  created_at timestamptz(3) not null,
  sent_at timestamptz(3),
  failed_at timestamptz(3),
  failure text,
  primary key (organization_id, id),
  unique (organization_id, key)
);
create index on platform.mail (created_at);
create index mail_unsent on platform.mail (organization_id, id)
  where sent_at is null and failed_at is null;
call platform.wall('platform.mail');
