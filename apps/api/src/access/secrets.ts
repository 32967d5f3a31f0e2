import { createHash, randomBytes } from 'node:crypto';

export const SESSION_COOKIE = 'fleetscope_session';

/** 256 random bits: no dictionary can find them, so one round of SHA-256 is hash enough. */
export const newSecret = (prefix: string): string => `${prefix}_${randomBytes(32).toString('base64url')}`;
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');
