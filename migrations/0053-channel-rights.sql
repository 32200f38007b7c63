alter table messaging.channel
  -- whether members add people and say what it is about, or only those who run it
  add members_may_change boolean not null default true,
  add archived_at timestamptz(3);

-- It tells what was done to its channel, and its author neither edits nor deletes it.
alter table messaging.thread add is_announcement boolean not null default false;
