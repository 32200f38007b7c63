-- Behind row-level security an index is used for what is leakproof only: neither by && nor by lower(),
-- nor by coalesce().

-- Which promise of a doctor is the first to end after a time: whether an opening can still be had.
create index booking_promised on scheduling.booking (organization_id, doctor_id, ends_at)
  where status in ('pending', 'booked');

drop index scheduling.patient_by_arrival;
drop index scheduling.appointment_by_arrival;
create index patient_by_arrival on scheduling.patient
  (organization_id, practice_id, greatest(moved_at, created_at), id);
create index appointment_by_arrival on scheduling.appointment
  (organization_id, practice_id, greatest(moved_at, created_at), id);

alter table messaging.channel add name_key text not null generated always as (lower(name)) stored;
alter table messaging.chat add name_key text not null generated always as (lower(name)) stored;
drop index messaging.channel_by_name;
create index channel_by_name on messaging.channel (organization_id, name_key);
drop index messaging.chat_by_name;
create index chat_by_name on messaging.chat (organization_id, name_key) where deleted_at is null;
