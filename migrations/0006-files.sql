-- Images and videos. A file that is embedded nowhere goes when `keep_until` has passed.
create table messaging.file (
  organization_id bigint not null,
  id bigint not null,
  uploader_id bigint not null,
  name text not null,
  mime_type text not null,
  bytes bigint not null,
  -- null: the video does not tell
  width integer,
  height integer,
  -- where the file store has the content
  content_key text not null,
  thumbnail_key text,
  thumbnail_bytes bigint,
  created_at timestamptz(3) not null,
  keep_until timestamptz(3) not null,
  -- its content is being removed from the file store
  deleted_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, id) references messaging.name,
  foreign key (organization_id, uploader_id) references messaging.user,
  check ((thumbnail_key is null) = (thumbnail_bytes is null))
);
create index file_by_keep_until on messaging.file (keep_until);
call platform.wall('messaging.file');

-- Where files are shown: whoever may read the post may read them.
create table messaging.embed (
  organization_id bigint not null,
  file_id bigint not null,
  thread_id bigint,
  comment_id bigint,
  message_id uuid,
  foreign key (organization_id, file_id) references messaging.file,
  foreign key (organization_id, thread_id) references messaging.thread,
  foreign key (organization_id, comment_id) references messaging.comment,
  foreign key (organization_id, message_id) references messaging.message,
  check (num_nonnulls(thread_id, comment_id, message_id) = 1),
  unique nulls not distinct (organization_id, file_id, thread_id, comment_id, message_id)
);
create index on messaging.embed (organization_id, thread_id) where thread_id is not null;
create index on messaging.embed (organization_id, comment_id) where comment_id is not null;
create index on messaging.embed (organization_id, message_id) where message_id is not null;
call platform.wall('messaging.embed', 'select, insert, delete');
