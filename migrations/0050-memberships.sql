-- Keys know who made them: they end with that membership.
alter table platform.api_key
  add foreign key (organization_id, created_by) references platform.member;
create index api_key_by_maker on platform.api_key (organization_id, created_by, created_at)
  where created_by is not null;
create index invitation_by_inviter on platform.invitation (organization_id, invited_by)
  where accepted_at is null and revoked_at is null;
create index on platform.verification using hash (value);

-- Ends what lets somebody in by a membership: the sessions that work there, and, of a person who is
-- a member nowhere else, passkeys, trusted devices and links in mails as well. What is a person's own
-- heddle_app sees nothing of, so this belongs to the owner; it asks for both halves of the key.
create function platform.end_access(organization bigint, ended bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  person text;
begin
  select user_id into person from platform.member where organization_id = organization and id = ended;
  delete from platform.session
  where user_id = person and active_organization_id = organization;
  if exists (
    select from platform.member
    where user_id = person and ended_at is null and (organization_id, id) <> (organization, ended))
  then
    return;
  end if;
  delete from platform.session where user_id = person;
  delete from platform.passkey where user_id = person;
  delete from platform.verification where value = person;
end $$;
revoke execute on function platform.end_access from public;
grant execute on function platform.end_access to heddle_app, heddle_system;

-- Channels that every new member joins: until now those of the operator. Who opened a channel is
-- forgotten when they leave, and must not make it one of these.
alter table messaging.channel add is_for_all boolean not null default false;
update messaging.channel set is_for_all = true where created_by is null;

-- A chat of two of which one has left is read by the other, and written in by nobody. Should they
-- come back, they have a new one.
alter table messaging.chat add closed_at timestamptz(3);
drop index messaging.chat_direct;
create unique index chat_direct on messaging.chat (organization_id, direct_key)
  where closed_at is null;

-- What memberships left behind that ended before.
update platform.api_key k set revoked_at = now()
from platform.member m
where m.organization_id = k.organization_id and m.id = k.created_by and m.ended_at is not null
  and k.revoked_at is null;
update platform.invitation i set revoked_at = now()
from platform.member m
where m.organization_id = i.organization_id and m.id = i.invited_by and i.accepted_at is null
  and i.revoked_at is null
  and (m.ended_at is not null or m.role = 'member' or m.role = 'admin' and i.role = 'owner');
create temporary table departed on commit drop as
  select u.organization_id, u.id
  from messaging.user u
  join platform.member m on m.organization_id = u.organization_id and m.id = u.member_id
  where m.ended_at is not null;
update messaging.channel c set created_by = null from departed d
where c.organization_id = d.organization_id and c.created_by = d.id;
update messaging.chat c set created_by = null from departed d
where c.organization_id = d.organization_id and c.created_by = d.id;
update messaging.chat c set closed_at = now()
from messaging.chat_member m join departed d on d.organization_id = m.organization_id and d.id = m.user_id
where c.organization_id = m.organization_id and c.id = m.chat_id and c.direct_key is not null;
delete from messaging.channel_member r using departed d
where r.organization_id = d.organization_id and r.user_id = d.id;
delete from messaging.chat_member r using departed d
where r.organization_id = d.organization_id and r.user_id = d.id;
delete from messaging.reading r using departed d
where r.organization_id = d.organization_id and r.user_id = d.id;
delete from messaging.notice r using departed d
where r.organization_id = d.organization_id and r.user_id = d.id;
select platform.end_access(organization_id, id) from platform.member where ended_at is not null;
