import { WATCHED, type Watched } from './armed';

/** As it stands behind a number: ` %`, ` ms`, nothing for a count. */
export const watchedUnit = (watched: Watched): string =>
  WATCHED[watched].unit === '1' ? '' : ` ${WATCHED[watched].unit}`;

/** `12.3 %` */
export const readingWords = (watched: Watched, value: number): string => `${value.toFixed(1)}${watchedUnit(watched)}`;

/** Hosts that were not read for the same reason, whose texts differ by the host's name alone; it reads `the host` then. */
export const unreadGroups = (
  unread: readonly { readonly host: string; readonly reason: string }[],
): { hosts: string[]; reason: string }[] => {
  const groups = new Map<string, { host: string; reason: string }[]>();
  for (const one of unread) {
    const shared = one.reason.replaceAll(one.host, 'the host');
    groups.set(shared, [...(groups.get(shared) ?? []), one]);
  }
  return [...groups].map(([shared, members]) => ({
    hosts: members.map(({ host }) => host),
    reason: members.length === 1 ? (members[0]?.reason ?? shared) : shared,
  }));
};
