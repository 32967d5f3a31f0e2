import * as ipaddr from 'ipaddr.js';
import { isIP } from 'node:net';

/** Metadata services that answer at an address which looks like any other. */
const METADATA = new Set(['168.63.129.16']);

const parsed = (address: string): ipaddr.IPv4 | ipaddr.IPv6 => ipaddr.process(address);

/** A host of a URL without the brackets that an IPv6 address has there; what ends in a dot is the same name. */
export const hostText = (hostname: string): string =>
  hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();

/** Addresses and names that may be called though they are not of the public internet. */
export class AddressRules {
  private readonly names: ReadonlySet<string>;
  private readonly ranges: readonly [ipaddr.IPv4 | ipaddr.IPv6, number][];

  /** `allow` has been checked by `allowProblem`. */
  constructor(allow: readonly string[]) {
    this.names = new Set(allow.filter((entry) => !isRange(entry)).map(hostText));
    this.ranges = allow.filter(isRange).map(rangeOf);
  }

  allowsName(hostname: string): boolean {
    return this.names.has(hostText(hostname));
  }

  /** Why the address may not be called; null when it may. */
  refusal(address: string): string | null {
    const ip = parsed(address);
    if (this.ranges.some(([base, bits]) => ip.kind() === base.kind() && ip.match(base as ipaddr.IPv4, bits)))
      return null;
    const range = METADATA.has(ip.toString()) ? 'metadata' : ip.range();
    return range === 'unicast' ? null : `${ip.toString()} is an address that is not of the public internet (${range})`;
  }
}

const isRange = (entry: string): boolean => isIP(entry.split('/')[0] ?? '') !== 0;

const rangeOf = (entry: string): [ipaddr.IPv4 | ipaddr.IPv6, number] => {
  if (entry.includes('/')) return ipaddr.parseCIDR(entry);
  const ip = ipaddr.parse(entry);
  return [ip, ip.kind() === 'ipv4' ? 32 : 128];
};

/** What is wrong with an entry of FLEETSCOPE_OUTBOUND_ALLOW; null when it is a range, an address or a name. */
export const allowProblem = (entry: string): string | null => {
  try {
    if (isRange(entry)) return rangeOf(entry) && null;
  } catch {
    return entry;
  }
  return /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(entry) && !/^[0-9.]+$/.test(entry) ? null : entry;
};
