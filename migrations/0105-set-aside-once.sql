-- What a batch set aside before it was committed is set aside again when the batch is: where the
-- destination stood then (SHA-256) tells which records those are.
alter table sync.rejected add column after_position bytea,
  -- Whether it is known which record of a mirror it would be.
  add column is_known boolean not null default true;
