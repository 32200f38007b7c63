import Type from 'typebox';

/** The roles of members; only owners and admins change roles. */
export const roles = ['owner', 'admin', 'member'] as const;
export type Role = (typeof roles)[number];

export const Role = Type.Unsafe<Role>({ type: 'string', enum: [...roles] });

export const nameLengthMax = 100;
export const passwordLengthMin = 8;
export const passwordLengthMax = 128;

export const Name = Type.String({ minLength: 1, maxLength: nameLengthMax, pattern: '\\S' });
export const Email = Type.String({ format: 'idn-email', maxLength: 254 });
export const Password = Type.String({
  minLength: passwordLengthMin,
  maxLength: passwordLengthMax,
});

export const OrganizationName = Type.Object({ id: Type.String(), name: Type.String() });

export const Time = Type.String({ format: 'date-time' });
export const PathId = Type.String({ minLength: 1, maxLength: 64 });
