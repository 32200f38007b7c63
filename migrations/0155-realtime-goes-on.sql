-- What a run in realtime had moved when it last had done all that there was: null before that.
alter table sync.run add column settled jsonb;

-- As the last run found it, where the sync names none and is polled.
alter table sync.sync add column cursor_found text collate "C";
