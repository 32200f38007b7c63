-- What a sync was asked to warn of: a row for as long as it holds.
create table sync.alert (
  organization_id bigint not null,
  sync_id text collate "C" not null,
  alert text not null,
  message text not null,
  since timestamptz(3) not null,
  primary key (organization_id, sync_id, alert),
  foreign key (organization_id, sync_id) references sync.sync on delete cascade
);
call platform.wall('sync.alert', 'select, insert, update, delete');

-- When it last came to a good end: what is to be heard of when that is long ago.
alter table sync.sync add column succeeded_at timestamptz(3);
create index on sync.sync (organization_id, id)
  where enabled and settings->'alerts'->>'no_success_for' is not null;
update sync.sync set settings = settings || '{"alerts": {"failed_runs": null, "rejected_percent": null,
  "no_success_for": null, "rows_deviation_percent": null}}';
