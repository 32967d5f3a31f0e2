/** Events between two ends of a connection are counted by their ends, in a table for each kind. */
export const EDGE_TABLES = ['tcp-retransmits', 'tcp-resets'] as const;
export type EdgeTable = (typeof EDGE_TABLES)[number];

export const EDGES_OF: Readonly<Record<string, EdgeTable | undefined>> = Object.assign(
  Object.create(null) as object,
  {
    retransmit: 'tcp-retransmits',
    synack: 'tcp-retransmits',
    'reset-sent': 'tcp-resets',
    'reset-received': 'tcp-resets',
  } as const,
);

/** What tells one row from another: fields of the event, and the event itself. */
export const EDGE_COLUMNS = {
  event: 'event',
  saddr: 'source',
  sport: 'source_port',
  daddr: 'destination',
  dport: 'port',
  state: 'state',
  reason: 'reason',
  netns: 'netns',
} as const;

export const EDGE_KEYS: Readonly<Record<EdgeTable, readonly (keyof typeof EDGE_COLUMNS)[]>> = {
  'tcp-retransmits': ['saddr', 'sport', 'daddr', 'dport', 'state', 'netns'],
  'tcp-resets': ['event', 'saddr', 'sport', 'daddr', 'dport', 'reason', 'netns'],
};

export const EDGE_COUNTS: Readonly<Record<EdgeTable, readonly ('events' | 'segments')[]>> = {
  'tcp-retransmits': ['events', 'segments'],
  'tcp-resets': ['events'],
};

/** States of a TCP socket by number (include/net/tcp_states.h). */
export const TCP_STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
  'NEW_SYN_RECV',
] as const;

/**
 * Why a reset is sent, by number (enum sk_rst_reason of include/net/rstreason.h, Linux 6.10 and newer). Numbers beyond
 * these mean different things from version to version, and are kept as numbers.
 */
export const RESET_REASONS = [
  'not specified',
  'no socket',
  'invalid ACK sequence',
  'PAWS',
  'too old ACK',
  'ACK of unsent data',
  'flags',
  'old ACK',
  'data after close',
] as const;
