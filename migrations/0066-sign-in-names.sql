-- The name by which better-auth knows a person: the address, or a digest of one that it would refuse.
create function platform.sign_in_name(email text) returns text
language plpgsql immutable strict parallel safe as $$
begin
  if email ~ '^(?!\.)(?!.*\.\.)[a-z0-9_''+.-]*[a-z0-9_+-]@([a-z0-9][a-z0-9-]*\.)+[a-z]{2,}$' then
    return email;
  end if;
  return encode(sha256(convert_to(email, 'UTF8')), 'hex') || '@address.invalid';
end $$;
alter table platform.user
  add sign_in_name text not null generated always as (platform.sign_in_name(email)) stored;
create unique index on platform.user (sign_in_name);
