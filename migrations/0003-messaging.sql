create schema messaging;
grant usage on schema messaging to heddle_app, heddle_system;

-- Threads, comments, channels, users and files share one number space, so that a number names one
-- thing. The numbers are random: none can be guessed from another.
create table messaging.name (
  organization_id bigint not null references platform.organization,
  id bigint not null check (id between 10000000000 and 99999999999),
  kind text not null check (kind in ('user', 'channel', 'thread', 'comment', 'file')),
  primary key (organization_id, id)
);
call platform.wall('messaging.name', 'select, insert');

-- Who posts: a member, or the bot of an API key.
create table messaging.user (
  organization_id bigint not null,
  id bigint not null,
  name text not null,
  member_id bigint,
  api_key_id bigint,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, id) references messaging.name,
  foreign key (organization_id, member_id) references platform.member,
  foreign key (organization_id, api_key_id) references platform.api_key,
  unique (organization_id, member_id),
  unique (organization_id, api_key_id),
  check (num_nonnulls(member_id, api_key_id) = 1)
);
call platform.wall('messaging.user');

create table messaging.channel (
  organization_id bigint not null,
  id bigint not null,
  name text not null,
  description text not null default '',
  is_private boolean not null default false,
  -- null: the operator
  created_by bigint,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  foreign key (organization_id, id) references messaging.name,
  foreign key (organization_id, created_by) references messaging.user
);
create unique index channel_by_name on messaging.channel (organization_id, lower(name));
call platform.wall('messaging.channel');

create table messaging.channel_member (
  organization_id bigint not null,
  channel_id bigint not null,
  user_id bigint not null,
  primary key (organization_id, channel_id, user_id),
  foreign key (organization_id, channel_id) references messaging.channel,
  foreign key (organization_id, user_id) references messaging.user
);
create index on messaging.channel_member (organization_id, user_id);
call platform.wall('messaging.channel_member', 'select, insert, update, delete');

-- A deleted thread keeps its row, and its comments theirs; the text is gone.
create table messaging.thread (
  organization_id bigint not null,
  id bigint not null,
  channel_id bigint not null,
  author_id bigint not null,
  blocks text[] not null,
  plain text not null,
  search tsvector generated always as (to_tsvector('simple', plain)) stored,
  share_token text not null,
  comment_count integer not null default 0,
  created_at timestamptz(3) not null,
  active_at timestamptz(3) not null,
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, id) references messaging.name,
  foreign key (organization_id, channel_id) references messaging.channel,
  foreign key (organization_id, author_id) references messaging.user
);
create index thread_by_activity on messaging.thread (organization_id, channel_id, active_at, id)
  where deleted_at is null;
create index thread_search on messaging.thread using gin (search);
call platform.wall('messaging.thread');

create table messaging.comment (
  organization_id bigint not null,
  id bigint not null,
  thread_id bigint not null,
  -- null: it answers the thread itself
  parent_id bigint,
  author_id bigint not null,
  blocks text[] not null,
  plain text not null,
  search tsvector generated always as (to_tsvector('simple', plain)) stored,
  created_at timestamptz(3) not null,
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, id) references messaging.name,
  foreign key (organization_id, thread_id) references messaging.thread,
  foreign key (organization_id, parent_id) references messaging.comment,
  foreign key (organization_id, author_id) references messaging.user
);
create index comment_by_thread on messaging.comment (organization_id, thread_id, created_at, id);
create index comment_search on messaging.comment using gin (search);
call platform.wall('messaging.comment');

create table messaging.chat (
  organization_id bigint not null references platform.organization,
  id uuid not null default gen_random_uuid(),
  name text not null,
  -- null: the operator
  created_by bigint,
  created_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, created_by) references messaging.user
);
create index chat_by_name on messaging.chat (organization_id, lower(name)) where deleted_at is null;
call platform.wall('messaging.chat');

create table messaging.chat_member (
  organization_id bigint not null,
  chat_id uuid not null,
  user_id bigint not null,
  primary key (organization_id, chat_id, user_id),
  foreign key (organization_id, chat_id) references messaging.chat,
  foreign key (organization_id, user_id) references messaging.user
);
create index on messaging.chat_member (organization_id, user_id);
call platform.wall('messaging.chat_member', 'select, insert, update, delete');

create table messaging.message (
  organization_id bigint not null,
  id uuid not null default gen_random_uuid(),
  -- the order within a chat
  sequence bigint generated always as identity,
  chat_id uuid not null,
  author_id bigint not null,
  body text not null,
  plain text not null,
  search tsvector generated always as (to_tsvector('simple', plain)) stored,
  created_at timestamptz(3) not null,
  edited_at timestamptz(3),
  deleted_at timestamptz(3),
  primary key (organization_id, id),
  foreign key (organization_id, chat_id) references messaging.chat,
  foreign key (organization_id, author_id) references messaging.user
);
create index message_by_chat on messaging.message (organization_id, chat_id, sequence);
create index message_search on messaging.message using gin (search);
call platform.wall('messaging.message');

-- Where users are named: what their inbox is made of.
create table messaging.mention (
  organization_id bigint not null,
  user_id bigint not null,
  thread_id bigint,
  comment_id bigint,
  message_id uuid,
  created_at timestamptz(3) not null,
  foreign key (organization_id, user_id) references messaging.user,
  foreign key (organization_id, thread_id) references messaging.thread,
  foreign key (organization_id, comment_id) references messaging.comment,
  foreign key (organization_id, message_id) references messaging.message,
  check (num_nonnulls(thread_id, comment_id, message_id) = 1)
);
create index on messaging.mention (organization_id, user_id, created_at);
call platform.wall('messaging.mention', 'select, insert, delete');

-- An organization sees the people who are its members, and of them what it shows.
alter table platform.user enable row level security;
create policy members on platform.user for select to heddle_app using (exists (
  select from platform.member m where m.user_id = platform.user.id));
create policy everything on platform.user to heddle_system using (true);
grant select (id, name, email, image) on platform.user to heddle_app;

-- Members that were there before are users, too.
do $$
declare
  one record;
  number bigint;
begin
  for one in
    select m.organization_id, m.id, m.created_at, u.name
    from platform.member m join platform.user u on u.id = m.user_id
  loop
    loop
      number := 10000000000
        + ('x' || substr(replace(gen_random_uuid()::text, '-', ''), 16))::bit(60)::bigint
          % 90000000000;
      insert into messaging.name values (one.organization_id, number, 'user') on conflict do nothing;
      exit when found;
    end loop;
    insert into messaging.user (organization_id, id, name, member_id, created_at)
    values (one.organization_id, number, one.name, one.id, one.created_at);
  end loop;
end $$;
