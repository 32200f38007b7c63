-- How often whoever did a step of a run was not heard of any more, since the last step that ended.
alter table sync.workflow_run add column takeovers integer not null default 0;
