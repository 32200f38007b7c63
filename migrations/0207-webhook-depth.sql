-- How deep what is told stands: a webhook may lead back here.
alter table sync.webhook_event add column depth integer not null default 0;
