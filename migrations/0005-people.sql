-- Addresses are compared as they are stored.
update platform.user set email = lower(email) where email <> lower(email);
alter table platform.user
  add check (email = lower(email)),
  add two_factor_enabled boolean not null default false;
create index on platform.user (email);

alter table platform.member add ended_at timestamptz(3);
create index on platform.member (user_id);
grant update (role, ended_at) on platform.member to heddle_app;
grant update (name) on platform.organization to heddle_app;

-- What follows belongs to people and to no organization, so only heddle_system sees it.
create table platform.session (
  id text primary key,
  token text not null unique,
  user_id text not null references platform.user on delete cascade,
  -- where the person is at work just now
  active_organization_id bigint references platform.organization,
  expires_at timestamptz(3) not null,
  ip_address text,
  user_agent text,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index on platform.session (user_id);
create index on platform.session (expires_at);

-- What somebody must show again: hashes of tokens in mails, challenges, states.
create table platform.verification (
  id text primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index on platform.verification (identifier);
create index on platform.verification (expires_at);

create table platform.two_factor (
  id text primary key,
  user_id text not null references platform.user on delete cascade,
  secret text not null,
  backup_codes text not null,
  verified boolean not null default true,
  failed_verification_count integer not null default 0,
  locked_until timestamptz(3)
);
create index on platform.two_factor (user_id);
create index on platform.two_factor (secret);

create table platform.passkey (
  id text primary key,
  name text,
  public_key text not null,
  user_id text not null references platform.user on delete cascade,
  credential_id text not null unique,
  counter integer not null,
  device_type text not null,
  backed_up boolean not null,
  transports text,
  aaguid text,
  created_at timestamptz(3)
);
create index on platform.passkey (user_id);
grant select, insert, update, delete
  on platform.session, platform.verification, platform.two_factor, platform.passkey
  to heddle_system;

create table platform.invitation (
  organization_id bigint not null references platform.organization,
  id bigint generated always as identity,
  email text not null check (email = lower(email)),
  role text not null check (role in ('owner', 'admin', 'member')),
  token_hash bytea not null unique,
  invited_by bigint not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  accepted_at timestamptz(3),
  revoked_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, invited_by) references platform.member
);
create unique index invitation_pending on platform.invitation (organization_id, email)
  where accepted_at is null and revoked_at is null;
call platform.wall('platform.invitation');

-- A mail with a secret in it forgets its text once it is sent.
alter table platform.mail add confidential boolean not null default false;
