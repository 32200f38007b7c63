-- In a thread that a member never opened, comments are new that came after they joined its channel.
alter table messaging.channel_member add joined_at timestamptz(3) not null default now();

-- Who is named no more by a post that answers them is told of the answer only.
grant update (reason) on messaging.notice to heddle_app;
