-- How a sync writes whose mode is decided by what its source is: known once it has run.
alter table sync.sync add column mode text check (mode in ('upsert', 'append', 'replace', 'mirror'));
