/** The columns of our tables for better-auth's fields. */
const times = { createdAt: 'created_at', updatedAt: 'updated_at' };

/** better-auth knows people by what `signInName` makes of their address. */
export const user = {
  fields: { email: 'sign_in_name', emailVerified: 'email_verified', ...times },
};

export const session = {
  fields: {
    userId: 'user_id',
    expiresAt: 'expires_at',
    ipAddress: 'ip_address',
    userAgent: 'user_agent',
    ...times,
  },
  additionalFields: {
    activeOrganizationId: {
      type: 'number',
      fieldName: 'active_organization_id',
      required: false,
      input: false,
      returned: false,
    },
  },
} as const;

export const account = {
  fields: {
    userId: 'user_id',
    accountId: 'account_id',
    providerId: 'provider_id',
    accessToken: 'access_token',
    refreshToken: 'refresh_token',
    idToken: 'id_token',
    accessTokenExpiresAt: 'access_token_expires_at',
    refreshTokenExpiresAt: 'refresh_token_expires_at',
    ...times,
  },
};

export const verification = { fields: { expiresAt: 'expires_at', ...times } };

export const twoFactor = {
  user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
  twoFactor: {
    modelName: 'two_factor',
    fields: {
      userId: 'user_id',
      backupCodes: 'backup_codes',
      failedVerificationCount: 'failed_verification_count',
      lockedUntil: 'locked_until',
    },
  },
};

export const passkey = {
  passkey: {
    fields: {
      publicKey: 'public_key',
      userId: 'user_id',
      credentialID: 'credential_id',
      deviceType: 'device_type',
      backedUp: 'backed_up',
      createdAt: 'created_at',
    },
  },
};
