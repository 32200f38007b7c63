-- Who has, from now on, what a revoked consumer had: until all of it is handed over, this says whose it
-- is, and that it is not to be withdrawn.
alter table platform.consumer
  add successor_id bigint,
  add foreign key (organization_id, successor_id) references platform.consumer;

-- What a consumer has, to be withdrawn or handed over; what is over is told by the index alone.
create index booking_by_consumer on scheduling.booking (organization_id, consumer_id, id, ends_at)
  where status <> 'closed';
drop index scheduling.booking_unclaimed_by_consumer;
create index appointment_by_consumer on scheduling.appointment
  (organization_id, consumer_id, id, ends_at) where status = 'scheduled';

-- The series that end with their consumer, doctor or location.
create index series_by_consumer on scheduling.series (organization_id, consumer_id, id)
  where last_index is null;
create index series_by_doctor on scheduling.series (organization_id, doctor_id, id)
  where last_index is null;
create index series_by_location on scheduling.series (organization_id, location_id, id)
  where last_index is null;

-- Who else has the address of a patient who is erased.
create index patient_by_email on scheduling.patient (organization_id, lower(email)) where email <> '';
