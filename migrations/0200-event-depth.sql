-- How deep whatever made it happen stands: 0 where no workflow did. A transaction of what a workflow does
-- says so by `heddle.depth`.
alter table platform.event add column depth integer not null
  default coalesce(nullif(current_setting('heddle.depth', true), '')::integer, 0);
