-- How many workflows write records whose keys only their system knows: once all are known, whatever else is
-- seen there is nobody's doing.
alter table sync.cause add column open integer not null default 0;
