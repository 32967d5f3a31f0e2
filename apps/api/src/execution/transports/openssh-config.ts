import { type HostPublicKey, type TransportTarget } from './transport';

export interface OpenSshFiles {
  /** Holds the files of one run: configuration and known keys. */
  readonly dir: string;
  /** Holds the sockets of connections to jump hosts, which several runs share. */
  readonly sockets: string;
  /** The operator's own configuration; what it says holds wherever ours says nothing. */
  readonly include: readonly string[];
  readonly connectSeconds: number;
}

/**
 * What no configuration of the operator's may loosen, jump hosts included: ssh takes the first value that it finds. VERBOSE
 * makes ssh say when it is logged in.
 */
const FIRM = [
  'BatchMode yes',
  'StrictHostKeyChecking yes',
  'UpdateHostKeys no',
  'ConnectionAttempts 1',
  'ServerAliveInterval 5',
  'ServerAliveCountMax 3',
  'ClearAllForwardings yes',
  'ForwardAgent no',
  'ForwardX11 no',
  'PermitLocalCommand no',
  'RemoteCommand none',
  'RequestTTY no',
  'EscapeChar none',
  'LogLevel VERBOSE',
] as const;

const hopName = (at: number): string => `fleetscope-hop-${at}`;
/** ssh_config(5): `%` begins a token, and quotes hold blanks together. */
const quoted = (path: string): string => `"${path.replaceAll('%', '%%').replaceAll('"', '')}"`;

const identitiesOf = ({ identities }: TransportTarget): string[] =>
  identities.flatMap((one) => (one.kind === 'file' ? [`IdentityFile ${quoted(one.path)}`] : []));

/** ssh_config(5) for one target: what is firm, then its hops and its own record, then the operator's files. */
export const openSshConfig = (target: TransportTarget, files: OpenSshFiles): string => {
  const hops = target.jump.flatMap((hop, at) => [
    `Host ${hopName(at)}`,
    `  HostName ${hop.address}`,
    `  Port ${hop.port}`,
    ...(hop.userIsDefault ? [] : [`  User ${hop.user}`]),
    ...identitiesOf(hop).map((line) => `  ${line}`),
    // Where it helps: one login to a jump host serves all runs behind it, and goes half a minute after the last.
    '  ControlMaster auto',
    `  ControlPath ${quoted(files.sockets)}/%C`,
    '  ControlPersist 30',
    ...(at > 0 ? [`  ProxyJump ${hopName(at - 1)}`] : []),
  ]);
  const last = target.jump.length - 1;
  return [
    'Host *',
    ...FIRM.map((line) => `  ${line}`),
    `  ConnectTimeout ${files.connectSeconds}`,
    `  GlobalKnownHostsFile ${quoted(`${files.dir}/known_hosts`)} /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2`,
    ...hops,
    `Host ${target.address}`,
    ...(target.port === 22 ? [] : [`  Port ${target.port}`]),
    ...(target.userIsDefault ? [] : [`  User ${target.user}`]),
    ...identitiesOf(target).map((line) => `  ${line}`),
    ...(last >= 0 ? [`  ProxyJump ${hopName(last)}`] : []),
    '  ControlMaster no',
    '  ControlPath none',
    'Host *',
    ...files.include.map((file) => `  Include ${quoted(file)}`),
    '',
  ].join('\n');
};

/** The name under which ssh looks for a host's keys. */
const knownName = (address: string, port: number): string => (port === 22 ? address : `[${address}]:${port}`);

/** sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": the keys that are trusted here, of the target under each of its names. */
export const knownHosts = (target: TransportTarget, names: readonly string[]): string => {
  const lines = (name: string, { trustedKeys, revokedKeys }: TransportTarget): string[] => {
    const line = ({ type, publicKey }: HostPublicKey): string => `${name} ${type} ${publicKey}`;
    return [...trustedKeys.map(line), ...revokedKeys.map((key) => `@revoked ${line(key)}`)];
  };
  return [
    ...target.jump.flatMap((hop) => lines(knownName(hop.address, hop.port), hop)),
    ...new Set([knownName(target.address, target.port), ...names].flatMap((name) => lines(name, target))),
    '',
  ].join('\n');
};

/** What ssh made of its configuration, of `ssh -G`: names in lower case. */
export const settingsOf = (printed: string): ReadonlyMap<string, string> =>
  new Map(
    printed.split('\n').map((line) => {
      const blank = line.indexOf(' ');
      return [line.slice(0, blank), line.slice(blank + 1)] as const;
    }),
  );

/** Names under which ssh looks for the keys of the host that these settings lead to. */
export const namesIn = (settings: ReadonlyMap<string, string>): string[] => {
  const [alias, host, port] = ['hostkeyalias', 'hostname', 'port'].map((name) => settings.get(name));
  if (alias !== undefined && alias !== '' && alias !== 'none') return [alias];
  return host === undefined ? [] : [knownName(host, Number(port ?? 22))];
};
