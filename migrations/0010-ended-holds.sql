-- Whoever claims time of a doctor opens the holds that have ended over it.
create index booking_by_doctor_hold on scheduling.booking (organization_id, doctor_id, starts_at)
  where held_until is not null;
