-- What was due when a copy of the database was made may have been done since, where it was copied
-- from. It waits here for somebody to decide.
create table platform.held (
  id bigint generated always as identity primary key,
  -- of the job
  name text not null,
  data jsonb not null,
  made_at timestamptz(3) not null
);
grant select, insert, update, delete on platform.held to heddle_system;

-- Counts the databases that this one came from: positions of an earlier one mean nothing here. An
-- adoption replaces it.
create function platform.life() returns bigint
language sql stable parallel safe
return 0;
