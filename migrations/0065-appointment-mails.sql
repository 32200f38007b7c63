-- What patient and practice were told last of an appointment, and as which SEQUENCE; null: nothing.
alter table scheduling.appointment add told jsonb;

-- Mails of one topic to one recipient go out in their order, and what has not gone when a later one
-- comes goes no more. taken_until: it is being handed over, or was when its process died.
alter table platform.mail
  add topic text,
  add reply_to text,
  add taken_until timestamptz(3);
create index mail_by_topic on platform.mail (organization_id, topic, id) where topic is not null;

-- Which number patients call.
alter table scheduling.practice add phone text;
-- What to dial once the number has answered.
alter table scheduling.patient add phone_extension text not null default '';

-- Of what is to come, what the mails have told so far.
update scheduling.appointment a
set told = jsonb_build_object(
  'sequence', 0, 'status', 'scheduled',
  'practice_id', a.practice_id, 'location_id', l.id, 'doctor_id', d.id,
  'starts_at', a.starts_at, 'ends_at', a.ends_at,
  'doctor_name', d.name, 'location_name', l.name, 'timezone', l.timezone,
  'location_address', concat_ws(', ', nullif(l.street_address, ''),
    nullif(l.secondary_address, ''), nullif(l.city, ''),
    nullif(concat_ws(' ', nullif(l.state, ''), nullif(l.zip, '')), '')))
from scheduling.patient t, scheduling.location l, scheduling.booking b, scheduling.doctor d
where a.status = 'scheduled' and a.ends_at > now()
  and t.organization_id = a.organization_id and t.id = a.patient_id
  and l.organization_id = a.organization_id and l.id = t.location_id
  and b.organization_id = a.organization_id and b.id = a.booking_id
  and d.organization_id = a.organization_id and d.id = b.doctor_id
  and exists (
    select from platform.mail m
    where m.organization_id = a.organization_id
      and m.key = 'appointment ' || a.guid || ' scheduled patient');
