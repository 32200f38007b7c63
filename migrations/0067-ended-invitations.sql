-- Invitations go some time after they ended, however they did.
create index invitation_by_end on platform.invitation (least(accepted_at, revoked_at, expires_at));
