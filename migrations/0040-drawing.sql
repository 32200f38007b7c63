-- Thumbnails are drawn after the upload. `draw_at`: when it is tried (again); null: nothing is to do.
alter table messaging.file
  add column draw_at timestamptz(3),
  add column draws smallint not null default 0;
create index on messaging.file (organization_id, id) where draw_at is not null;

-- What the files of an organization take, and may take (null: whatever there is); and when one of its
-- thumbnails was last begun, so that organizations take turns.
create table messaging.storage (
  organization_id bigint primary key references platform.organization,
  bytes bigint not null default 0,
  bytes_max bigint check (bytes_max >= 0),
  drawn_at timestamptz
);
call platform.wall('messaging.storage');
insert into messaging.storage (organization_id, bytes)
  select organization_id, sum(bytes) from messaging.file group by 1;

-- Whoever adds a file holds the sum until the commit: several at once do not pass a quota together.
create function messaging.count_file() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into messaging.storage as s (organization_id, bytes)
      values (new.organization_id, new.bytes)
      on conflict (organization_id) do update set bytes = s.bytes + excluded.bytes;
  else
    update messaging.storage set bytes = bytes - old.bytes
      where organization_id = old.organization_id;
  end if;
  return null;
end $$;
create trigger count_file after insert or delete on messaging.file
  for each row execute function messaging.count_file();
