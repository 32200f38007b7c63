-- A place counts what is posted in it, under its row lock, so that numbers are in the order of the
-- commits and "read up to here" is one number.
alter table messaging.channel
  add last_number bigint not null default 0,
  add revision integer not null default 1;
alter table messaging.thread
  -- of its last activity in the channel
  add number bigint,
  add last_number bigint not null default 0,
  add mention_ids bigint[] not null default '{}',
  -- [{"emoji": "👍", "user_ids": ["12345678901"]}, …]
  add reactions jsonb not null default '[]',
  add revision integer not null default 1;
alter table messaging.comment
  add number bigint,
  add channel_id bigint,
  add mention_ids bigint[] not null default '{}',
  add reactions jsonb not null default '[]',
  add revision integer not null default 1;
alter table messaging.chat
  add last_number bigint not null default 0,
  add last_at timestamptz(3),
  -- of a chat of two: their numbers, the lower first; its name is empty
  add direct_key text,
  add revision integer not null default 1;
alter table messaging.message
  add number bigint,
  add mention_ids bigint[] not null default '{}',
  add reactions jsonb not null default '[]',
  add revision integer not null default 1;
alter table messaging.user add last_notice bigint not null default 0;
alter table platform.api_key add created_by bigint;

update messaging.thread t set number = n.number
from (select organization_id, id,
        row_number() over (partition by organization_id, channel_id order by active_at, id) as number
      from messaging.thread) n
where n.organization_id = t.organization_id and n.id = t.id;
update messaging.comment m set number = n.number, channel_id = n.channel_id
from (select c.organization_id, c.id, t.channel_id,
        row_number() over (partition by c.organization_id, c.thread_id order by c.created_at, c.id)
          as number
      from messaging.comment c
      join messaging.thread t on t.organization_id = c.organization_id and t.id = c.thread_id) n
where n.organization_id = m.organization_id and n.id = m.id;
update messaging.message m set number = n.number
from (select organization_id, id,
        row_number() over (partition by organization_id, chat_id order by sequence) as number
      from messaging.message) n
where n.organization_id = m.organization_id and n.id = m.id;
update messaging.channel c set last_number = n.number
from (select organization_id, channel_id, max(number) as number from messaging.thread group by 1, 2) n
where n.organization_id = c.organization_id and n.channel_id = c.id;
update messaging.thread t set last_number = n.number
from (select organization_id, thread_id, max(number) as number from messaging.comment group by 1, 2) n
where n.organization_id = t.organization_id and n.thread_id = t.id;
update messaging.chat c set last_number = n.number, last_at = n.created_at
from (select organization_id, chat_id, max(number) as number, max(created_at) as created_at
      from messaging.message group by 1, 2) n
where n.organization_id = c.organization_id and n.chat_id = c.id;

alter table messaging.thread alter number set not null;
alter table messaging.comment alter number set not null, alter channel_id set not null,
  add foreign key (organization_id, channel_id) references messaging.channel;
alter table messaging.message alter number set not null, drop column sequence;

drop index messaging.thread_by_activity;
create unique index thread_by_number on messaging.thread (organization_id, channel_id, number);
drop index messaging.comment_by_thread;
create unique index comment_by_number on messaging.comment (organization_id, thread_id, number);
create unique index message_by_number on messaging.message (organization_id, chat_id, number);
create unique index chat_direct on messaging.chat (organization_id, direct_key);

-- What a user's inbox is made of. Its numbers are given under the lock of the user's row.
create table messaging.notice (
  organization_id bigint not null,
  user_id bigint not null,
  number bigint not null,
  reason text not null check (reason in ('mention', 'reply')),
  thread_id bigint,
  comment_id bigint,
  message_id uuid,
  created_at timestamptz(3) not null,
  primary key (organization_id, user_id, number),
  foreign key (organization_id, user_id) references messaging.user,
  foreign key (organization_id, thread_id) references messaging.thread,
  foreign key (organization_id, comment_id) references messaging.comment,
  foreign key (organization_id, message_id) references messaging.message,
  check (num_nonnulls(thread_id, comment_id, message_id) = 1)
);
create index on messaging.notice (organization_id, thread_id) where thread_id is not null;
create index on messaging.notice (organization_id, comment_id) where comment_id is not null;
create index on messaging.notice (organization_id, message_id) where message_id is not null;
call platform.wall('messaging.notice', 'select, insert, delete');

insert into messaging.notice
  (organization_id, user_id, number, reason, thread_id, comment_id, message_id, created_at)
select organization_id, user_id,
  row_number() over (partition by organization_id, user_id order by created_at), 'mention',
  thread_id, comment_id, message_id, created_at
from messaging.mention;
update messaging.user u set last_notice = n.number
from (select organization_id, user_id, max(number) as number from messaging.notice group by 1, 2) n
where n.organization_id = u.organization_id and n.user_id = u.id;
update messaging.thread t set mention_ids = m.ids
from (select organization_id, thread_id, array_agg(user_id) as ids from messaging.mention group by 1, 2) m
where m.organization_id = t.organization_id and m.thread_id = t.id;
update messaging.comment t set mention_ids = m.ids
from (select organization_id, comment_id, array_agg(user_id) as ids from messaging.mention group by 1, 2) m
where m.organization_id = t.organization_id and m.comment_id = t.id;
update messaging.message t set mention_ids = m.ids
from (select organization_id, message_id, array_agg(user_id) as ids from messaging.mention group by 1, 2) m
where m.organization_id = t.organization_id and m.message_id = t.id;
drop table messaging.mention;

-- How far each member has read in each place; with none of the three it is the inbox.
create table messaging.reading (
  organization_id bigint not null,
  user_id bigint not null,
  channel_id bigint,
  thread_id bigint,
  chat_id uuid,
  number bigint not null,
  foreign key (organization_id, user_id) references messaging.user,
  foreign key (organization_id, channel_id) references messaging.channel,
  foreign key (organization_id, thread_id) references messaging.thread,
  foreign key (organization_id, chat_id) references messaging.chat,
  check (num_nonnulls(channel_id, thread_id, chat_id) <= 1),
  unique nulls not distinct (organization_id, user_id, channel_id, thread_id, chat_id)
);
call platform.wall('messaging.reading', 'select, insert, update, delete');
