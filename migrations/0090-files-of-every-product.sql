-- Stored files are the platform's: every product that takes uploads shares their pictures, their quota
-- and their tidying. A product keeps who uploaded one, and who may read it.
create table platform.file (
  organization_id bigint not null references platform.organization,
  -- where the file store has the content, and what a product knows the file by
  content_key text not null,
  name text not null,
  mime_type text not null,
  bytes bigint not null,
  -- null: the video does not tell
  width integer,
  height integer,
  thumbnail_key text,
  thumbnail_bytes bigint,
  -- when its thumbnail is drawn (again); null: nothing is to be drawn
  draw_at timestamptz(3),
  draws smallint not null default 0,
  created_at timestamptz(3) not null,
  -- no product has it any more: its content is being removed from the file store
  deleted_at timestamptz(3),
  primary key (organization_id, content_key),
  check ((thumbnail_key is null) = (thumbnail_bytes is null))
);
call platform.wall('platform.file');

insert into platform.file
  select organization_id, content_key, name, mime_type, bytes, width, height, thumbnail_key,
    thumbnail_bytes, draw_at, draws, created_at, deleted_at
  from messaging.file;

create index on platform.file (organization_id, content_key) where draw_at is not null;
create index on platform.file (organization_id, content_key) where deleted_at is not null;

-- Whoever adds a file holds the sum until the commit: several at once do not pass a quota together.
drop trigger count_file on messaging.file;
drop function messaging.count_file();
alter table messaging.storage set schema platform;
create function platform.count_file() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    insert into platform.storage as s (organization_id, bytes)
      values (new.organization_id, new.bytes)
      on conflict (organization_id) do update set bytes = s.bytes + excluded.bytes;
  else
    update platform.storage set bytes = bytes - old.bytes
      where organization_id = old.organization_id;
  end if;
  return null;
end $$;
create trigger count_file after insert or delete on platform.file
  for each row execute function platform.count_file();

-- In messaging a file has a number, an uploader, and a time until which it is kept though no post shows it.
delete from messaging.file where deleted_at is not null;
alter table messaging.file
  drop column name,
  drop column mime_type,
  drop column bytes,
  drop column width,
  drop column height,
  drop column thumbnail_key,
  drop column thumbnail_bytes,
  drop column created_at,
  drop column deleted_at,
  drop column draw_at,
  drop column draws,
  add foreign key (organization_id, content_key) references platform.file;
create unique index on messaging.file (organization_id, content_key);
