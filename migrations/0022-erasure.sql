-- The log outlives what it tells of: of posts and patients it has references only. What older events
-- have besides, the tidying takes away in batches, until it finds no more.
insert into platform.setting (name, value)
select 'events_to_strip', 'true' where exists (select from platform.event);

-- Since when nothing is known of them.
alter table scheduling.patient add erased_at timestamptz(3);
create index appointment_by_patient on scheduling.appointment (organization_id, patient_id);

-- What was sent long ago and has its text still.
create index mail_with_text on platform.mail (coalesce(sent_at, failed_at))
  where body <> '' and coalesce(sent_at, failed_at) is not null;
