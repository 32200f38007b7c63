-- Whoever follows the feed hears that a session has ended, or works for another organization now, in
-- every process, whoever ended it. Sessions that have run out are deleted by the thousand, and in
-- silence.
create function platform.announce_session() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_notify('heddle', 'session ' || old.id);
  return null;
end $$;
create trigger announce_end after delete on platform.session
  for each row when (old.expires_at > now()) execute function platform.announce_session();
create trigger announce_move after update of active_organization_id on platform.session
  for each row when (old.active_organization_id is distinct from new.active_organization_id)
  execute function platform.announce_session();

-- Codes of authenticators that were taken: each holds once (RFC 6238, section 5.2).
create table platform.used_code (
  user_id text not null references platform.user on delete cascade,
  code text not null,
  used_at timestamptz(3) not null,
  primary key (user_id, code)
);
grant select, insert, update, delete on platform.used_code to heddle_system;

-- Whatever somebody may show in place of the second factor ends with a new password and with the
-- second factor itself, whoever changes them: devices that are trusted, sign-ins and links under way.
create function platform.end_trust() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from platform.verification where value = old.user_id;
  return null;
end $$;
create trigger end_trust after update of password on platform.account
  for each row when (old.password is distinct from new.password)
  execute function platform.end_trust();
create trigger end_trust after delete on platform.two_factor
  for each row execute function platform.end_trust();
