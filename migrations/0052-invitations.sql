-- Without a mail server whoever invites hands over the link, which proves no address then.
alter table platform.invitation add is_mailed boolean not null default true;

-- Whoever opened the account came by such a link: until a mail reaches them, they count in this
-- organization only.
alter table platform.user add confined_to bigint references platform.organization;
grant select (confined_to) on platform.user to heddle_app;
