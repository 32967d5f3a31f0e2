import { type Finding, type Severity } from '@fleetscope/contracts';
import { rankFindings, SEVERITY_RANK } from './ranking';

/** Findings of one host that belong together: the likely cause, and what it shows itself in. */
export interface Cause {
  /** Id of the pattern that joined them; the rule's id for a finding that stands alone. */
  readonly id: string;
  /** What probably happens, in words; null for a finding that stands alone. */
  readonly text: string | null;
  readonly cause: Finding;
  readonly symptoms: readonly Finding[];
}

interface Pattern {
  readonly id: string;
  readonly text: string;
  /** Rules of the cause, the likeliest first. */
  readonly causes: readonly string[];
  /** At least one of these must be found too. */
  readonly needs: readonly string[];
  /** Rules that are part of it when they are found. */
  readonly also?: readonly string[];
  readonly sameInstance?: boolean;
  /** A cause that is milder than what it would explain does not explain it. */
  readonly outweighs?: boolean;
  /** A symptom's instance has to be named in the cause's text (the kernel log names the disk). */
  readonly namesInstance?: boolean;
}

/** Most specific first: a finding belongs to the first pattern that takes it. */
const PATTERNS: readonly Pattern[] = [
  {
    id: 'failing-disk',
    text: 'A disk reports errors: retries make it slow.',
    causes: ['disk-errors'],
    needs: ['disk-await', 'disk-pressure', 'disk-queue', 'cpu-iowait'],
    also: ['disk-utilization'],
    namesInstance: true,
  },
  {
    id: 'writeback',
    text: 'Dirty pages are flushed on a disk that cannot take them: writers and fsync wait behind them.',
    causes: ['mem-dirty'],
    needs: ['disk-await', 'writeback-burst'],
    also: ['writeback-burst', 'disk-queue', 'disk-pressure', 'disk-utilization', 'cpu-iowait', 'cpu-load'],
  },
  {
    id: 'memory-shortage',
    text: 'Memory is short: threads reclaim pages themselves, and what they evict is read back from disk.',
    causes: ['mem-oom', 'mem-reclaim', 'mem-swapping', 'mem-available', 'mem-pressure'],
    needs: ['mem-major-faults', 'mem-pressure', 'mem-swapping', 'mem-oom', 'cpu-iowait', 'mem-available'],
    also: [
      'disk-pressure',
      'disk-await',
      'disk-queue',
      'disk-utilization',
      'cpu-load',
      'cpu-system',
      'mem-alloc-failures',
    ],
  },
  {
    id: 'packet-cpu',
    text: 'Packet processing fills one CPU: spread the interrupts (RSS, RPS) before adding cores.',
    causes: ['cpu-softirq'],
    needs: ['cpu-imbalance'],
    also: ['net-drops'],
    sameInstance: true,
  },
  {
    id: 'packet-backlog',
    text: 'Packet processing cannot keep up on a CPU, and packets are dropped.',
    causes: ['cpu-softirq'],
    needs: ['net-drops'],
    also: ['tcp-retransmits', 'udp-errors'],
  },
  {
    id: 'stolen-cpu',
    text: 'The hypervisor takes CPU time away: waiting here comes from neighbours, not from this load.',
    causes: ['cpu-steal'],
    needs: ['cpu-load', 'cpu-runqueue', 'cpu-pressure'],
    // A few percent stolen make some threads wait, not a queue several times as long as there are CPUs.
    outweighs: true,
  },
  {
    id: 'bad-link',
    text: 'The link itself is bad: frames are lost, and TCP sends them again.',
    causes: ['net-link', 'net-errors'],
    needs: ['tcp-retransmits', 'net-drops'],
  },
  {
    id: 'local-drops',
    text: 'Packets are lost on this host, and TCP sends them again.',
    causes: ['net-drops', 'net-utilization', 'net-conntrack', 'tcp-memory'],
    needs: ['tcp-retransmits', 'udp-errors'],
  },
  {
    id: 'one-cpu',
    text: 'One CPU is full while others have time: threads queue for that one, and more CPUs would not help.',
    causes: ['cpu-imbalance'],
    needs: ['cpu-runqueue', 'cpu-pressure', 'cpu-load'],
    // A queue that is worse than one full CPU is of all of them.
    outweighs: true,
  },
  {
    id: 'cpu-saturation',
    text: 'More threads want to run than there are CPUs.',
    causes: ['cpu-runqueue', 'cpu-pressure', 'cpu-utilization', 'cpu-throttled'],
    needs: ['cpu-utilization', 'cpu-pressure', 'cpu-load', 'cpu-imbalance'],
    also: ['cpu-switches', 'cpu-system'],
  },
  {
    id: 'slow-disk',
    text: 'A disk answers slowly and threads wait for it.',
    causes: ['disk-await'],
    needs: ['cpu-iowait', 'disk-pressure', 'disk-queue', 'cpu-load', 'disk-utilization'],
  },
  {
    id: 'accept-queue',
    text: 'The application accepts connections too slowly, or its backlog is small.',
    causes: ['tcp-listen-overflows'],
    needs: ['tcp-syn-drops', 'tcp-resets', 'tcp-close-wait', 'tcp-retransmits'],
  },
];

/** Most patterns need rules that found nothing on this host: they need no closer look. */
const mayMatch = ({ causes, needs }: Pattern, rules: ReadonlySet<string>): boolean =>
  causes.some((rule) => rules.has(rule)) && needs.some((rule) => rules.has(rule));

const match = (pattern: Pattern, left: readonly Finding[]): Cause | null => {
  // Of the causes that are there the most severe leads: it is what the sentence will be about.
  const candidates = pattern.causes
    .flatMap((rule) => left.filter((finding) => finding.rule === rule))
    .sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity]);
  const parts = new Set([...pattern.causes, ...pattern.needs, ...(pattern.also ?? [])]);
  for (const cause of candidates) {
    const near = ({ resource, instance }: Finding): boolean =>
      (!pattern.sameInstance || resource !== cause.resource || instance === cause.instance) &&
      (!pattern.namesInstance || instance === null || cause.text.includes(instance));
    const others = left.filter((finding) => finding !== cause && near(finding));
    if (!others.some((finding) => pattern.needs.includes(finding.rule))) continue;
    const symptoms = others.filter((finding) => parts.has(finding.rule));
    if (pattern.outweighs && worstSeverity([cause, ...symptoms].map(({ severity }) => severity)) !== cause.severity)
      continue;
    return { id: pattern.id, text: pattern.text, cause, symptoms: rankFindings(symptoms) };
  }
  return null;
};

/** Info of none. */
export const worstSeverity = (severities: readonly Severity[]): Severity =>
  severities.reduce((worst, one) => (SEVERITY_RANK[one] < SEVERITY_RANK[worst] ? one : worst), 'info');

/** The worst severity among a cause and its symptoms. */
export const severityOf = ({ cause, symptoms }: Cause): Severity =>
  symptoms.length === 0 ? cause.severity : worstSeverity([cause, ...symptoms].map(({ severity }) => severity));

/**
 * Joins the findings of one host into causes: every finding stands in exactly one of them. Info findings join nothing:
 * they are facts to know.
 */
export const correlate = (findings: readonly Finding[]): Cause[] => {
  let left = rankFindings(findings.filter(({ severity }) => severity !== 'info'));
  const causes: Cause[] = [];
  const rules = new Set(left.map(({ rule }) => rule));
  for (const pattern of PATTERNS) {
    if (!mayMatch(pattern, rules)) continue;
    for (let joined = match(pattern, left); joined; joined = match(pattern, left)) {
      const taken = new Set([joined.cause, ...joined.symptoms]);
      causes.push(joined);
      left = left.filter((finding) => !taken.has(finding));
    }
  }
  const alone = [...left, ...findings.filter(({ severity }) => severity === 'info')];
  causes.push(...alone.map((cause) => ({ id: cause.rule, text: null, cause, symptoms: [] })));
  const order = new Map(rankFindings(findings).map((finding, rank) => [finding, rank]));
  const rankOf = ({ cause }: Cause): number => order.get(cause) ?? 0;
  return causes
    .map((one) => ({ one, severity: SEVERITY_RANK[severityOf(one)], rank: rankOf(one) }))
    .sort((a, b) => a.severity - b.severity || a.rank - b.rank)
    .map(({ one }) => one);
};
