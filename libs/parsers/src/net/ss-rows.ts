import { words } from '../core/line-splitter';
import { isInteger } from '../core/numbers';

export interface SocketRow {
  readonly netid: string | null;
  readonly state: string;
  readonly receiveQueue: number;
  readonly sendQueue: number;
  readonly local: string;
  readonly peer: string;
  /** What stands behind the addresses on the same line. */
  readonly rest: string;
}

export const STATES: ReadonlySet<string> = new Set([
  'ESTAB',
  'LISTEN',
  'SYN-SENT',
  'SYN-RECV',
  'FIN-WAIT-1',
  'FIN-WAIT-2',
  'TIME-WAIT',
  'CLOSE-WAIT',
  'LAST-ACK',
  'CLOSING',
  'UNCONN',
  'CLOSED',
  'NEW-SYN-RECV',
  'UNKNOWN',
]);
export const NETIDS: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'raw',
  'dccp',
  'sctp',
  'mptcp',
  'u_str',
  'u_dgr',
  'u_seq',
  'p_raw',
  'p_dgr',
  'nl',
  'v_str',
  'v_dgr',
  'icmp6',
  'ti_st',
  'tipc',
  'xdp',
  '???',
]);

const STATE_LIST = [...STATES];
const NETID_LIST = [...NETIDS];

export const isSocketHeading = (line: string): boolean =>
  line.includes('Recv-Q') && line.includes('Send-Q') && line.includes('Address');

/**
 * A row of ss. Its columns may touch where a value is wider than its column (`tcp   ESTAB 0      0`, `LISTEN0`), so the row is
 * read by what the words are: perhaps a netid, a state, two whole numbers, two addresses.
 */
export const socketRow = (line: string, stateLess = false): SocketRow | null => {
  const tokens = words(line);
  let at = 0;
  let netid: string | null = null;
  const first = tokens[0] ?? '';
  if (NETIDS.has(first)) {
    netid = first;
    at = 1;
  } else if (!STATES.has(first)) {
    const glued = NETID_LIST.find((name) => first.startsWith(name) && STATES.has(first.slice(name.length)));
    if (glued !== undefined) {
      netid = glued;
      tokens[0] = first.slice(glued.length);
    }
  }
  let state = tokens[at] ?? '';
  if (STATES.has(state)) at++;
  else {
    const glued = STATE_LIST.find((name) => state.startsWith(name) && isInteger(state.slice(name.length)));
    if (glued !== undefined) {
      tokens[at] = state.slice(glued.length);
      state = glued;
    } else if (stateLess && isInteger(state)) state = '';
    else return null;
  }
  const [receive, send, local, peer] = [tokens[at], tokens[at + 1], tokens[at + 2], tokens[at + 3]];
  if (receive === undefined || send === undefined || local === undefined || peer === undefined) return null;
  if (!isInteger(receive) || !isInteger(send) || !local.includes(':')) return null;
  return {
    netid,
    state,
    receiveQueue: Number(receive),
    sendQueue: Number(send),
    local,
    peer,
    rest: tokens.length > at + 4 ? tokens.slice(at + 4).join(' ') : '',
  };
};

/** The processes of `users:(("nginx",pid=612,fd=6),("nginx",pid=611,fd=6))`, as `nginx/612`. */
export const processesOf = (text: string): string[] => {
  const found: string[] = [];
  let at = text.indexOf('users:((');
  if (at === -1) return found;
  at += 7;
  while (found.length < 100) {
    const open = text.indexOf('("', at);
    const pid = text.indexOf('",pid=', open);
    if (open === -1 || pid === -1) break;
    let end = pid + 6;
    while (isInteger(text.charAt(end))) end++;
    found.push(`${text.slice(open + 2, pid)}/${text.slice(pid + 6, end)}`);
    at = end;
  }
  return found;
};
