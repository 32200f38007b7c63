-- What was removed is offered no more; bookings that were keep naming it.
alter table scheduling.location add column removed_at timestamptz(3);
alter table scheduling.doctor add column removed_at timestamptz(3);

-- What nobody has come for, to be withdrawn with its consumer, doctor or location; what is over is told
-- by the index alone.
create index booking_unclaimed_by_consumer on scheduling.booking
  (organization_id, consumer_id, id, ends_at) where status in ('open', 'pending');
create index booking_unclaimed_by_doctor on scheduling.booking
  (organization_id, doctor_id, id, ends_at) where status in ('open', 'pending');
create index booking_unclaimed_by_location on scheduling.booking
  (organization_id, location_id, id, ends_at) where status in ('open', 'pending');
