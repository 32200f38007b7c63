-- How many batches of the run the destination had when a record was set aside: one that has lost some of
-- them gets them again.
alter table sync.rejected add column after_batch bigint;
