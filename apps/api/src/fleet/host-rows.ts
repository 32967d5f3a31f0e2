import {
  type Hold,
  type HostFacts,
  type HostKeyView,
  type HostView,
  type Labels,
  type Scope,
  type TransportName,
} from '@fleetscope/contracts';
import { type Host, type HostKey, type Prisma } from '../generated/prisma/client';
import { notFound } from '../platform';

export type HostRow = Host & { keys: HostKey[] };

/** Until its time is over. */
const holdOf = (hold: Hold | null): Hold | null =>
  hold !== null && (hold.until === null || Date.parse(hold.until) > Date.now()) ? hold : null;

/** Rows of the store as the contract's shape. */
export const hostView = ({ keys, ...row }: HostRow): HostView => ({
  ...row,
  transport: row.transport as TransportName,
  become: row.become as HostView['become'],
  labels: row.labels as Labels,
  facts: row.facts as HostFacts | null,
  hold: holdOf(row.hold as Hold | null),
  reachability: row.reachability as HostView['reachability'],
  checkedAt: row.checkedAt?.toISOString() ?? null,
  createdAt: row.createdAt.toISOString(),
  updatedAt: row.updatedAt.toISOString(),
  hostKeys: keys.map((key) => ({
    type: key.type,
    fingerprint: key.fingerprint,
    source: key.source as HostKeyView['source'],
    trustedAt: key.trustedAt.toISOString(),
    trustedBy: key.trustedBy,
  })),
});

/** The hosts of a scope, as the store is asked for them. */
export const hostsWithin = (scope: Scope): Prisma.HostWhereInput =>
  scope === null
    ? {}
    : {
        AND: [
          ...(scope.classes.length > 0 ? [{ class: { in: scope.classes } }] : []),
          ...Object.entries(scope.labels).map(([key, value]) => ({ labels: { path: [key], equals: value } })),
        ],
      };

const FEW = 5;

/** @throws 404 with the first names that no host was found for */
export const mustBeFound = (asked: readonly string[], found: readonly { readonly name: string }[], hint: string) => {
  const known = new Set(found.map(({ name }) => name));
  const missing = asked.filter((name) => !known.has(name));
  if (missing.length === 0) return;
  const more = missing.length > FEW ? ` and ${missing.length - FEW} more` : '';
  throw notFound(`host ${missing.slice(0, FEW).join(', ')}${more}`, hint);
};
