-- A run that was cancelled says nothing of how its sync goes: nothing was ever written for it.
alter table sync.sync drop constraint sync_outcome_check,
  add constraint sync_outcome_check check (outcome in ('completed', 'failed'));
