import { ROLES, type Role } from '@fleetscope/contracts';

export type SessionRole = Role;
export const mayActAs = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);
