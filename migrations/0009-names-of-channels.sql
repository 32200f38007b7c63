-- A private channel takes its name from nobody who may not read it: a refusal would tell of it.
-- Of the public ones each has a name of its own.
drop index messaging.channel_by_name;
create index channel_by_name on messaging.channel (organization_id, lower(name));
create unique index public_channel_by_name on messaging.channel (organization_id, lower(name))
  where not is_private;
