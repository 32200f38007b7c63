-- Validated apart from where they were added, so that nobody waits for the whole table to be read.
alter table scheduling.series validate constraint series_one_owner;
alter table scheduling.series validate constraint series_member;
alter table scheduling.booking validate constraint booking_one_owner;
alter table scheduling.booking validate constraint booking_member;
alter table scheduling.appointment validate constraint appointment_one_owner;
alter table scheduling.appointment validate constraint appointment_member;
