-- What is due of an organization is found without what is due of others that have enough under way.
create index workflow_run_due_of on sync.workflow_run (organization_id, due_at)
  where status in ('queued', 'waiting') and due_at is not null;
