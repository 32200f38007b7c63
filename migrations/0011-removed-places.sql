-- What was removed is offered no more; bookings that were keep naming it.
alter table scheduling.location add column removed_at timestamptz(3);
alter table scheduling.doctor add column removed_at timestamptz(3);
