-- What a workflow has written is known again by where in the log of its system that was written, or by a hash
-- of what was: `since_place` and `to_place`, where `pending` says how many writes are under way, or `fields`
-- and `value_hash`. `rounds`: how often it was written without a pause.
alter table sync.cause add column since_place text collate "C", add column to_place text collate "C",
  add column pending integer not null default 0, add column fields text[], add column value_hash bytea,
  add column rounds integer not null default 1;
