-- Why a record was set aside may quote it: a reason is encrypted like the record. Reasons that were
-- kept until now go.
alter table sync.rejected drop column reason,
  add column encrypted_reason bytea,
  -- by what the source finds it again, whatever became of it on its way
  add column encrypted_key bytea;
