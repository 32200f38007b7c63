-- How many of the records of a run its sync has counted already: one that goes on counts the rest.
alter table sync.run add column records_counted bigint not null default 0;
update sync.run set records_counted = records_written
  where status in ('completed', 'failed', 'cancelled') or finished_at is not null;
