-- Connectors that an organization has registered for itself; each version is a row.
create table sync.extension (
  organization_id bigint not null references platform.organization,
  id text collate "C" not null,
  provider text not null,
  version text not null,
  name text not null,
  type text not null check (type in ('http', 'javascript')),
  url text,
  code text,
  manifest jsonb not null,
  -- of http: by what requests are signed, and the secret before as long as that holds, too
  sealed_secrets bytea,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (organization_id, id),
  unique (organization_id, provider, version),
  check ((type = 'http') = (url is not null and sealed_secrets is not null)),
  check ((type = 'javascript') = (code is not null))
);
call platform.wall('sync.extension', 'select, insert, update, delete');

-- Null where the provider is built in, or its extension was deleted.
alter table sync.connection add column provider_version text,
  add foreign key (organization_id, provider, provider_version)
    references sync.extension (organization_id, provider, version);
create index on sync.connection (organization_id, provider, provider_version)
  where provider_version is not null;
