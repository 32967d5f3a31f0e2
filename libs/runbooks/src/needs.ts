import { type Alternative, type Runbook } from '@fleetscope/contracts';

/** What an alternative can ask of a host; the preflight answers each with one fact. */
export type Need =
  | { readonly kind: 'tool'; readonly text: string; readonly tool: string }
  | { readonly kind: 'file'; readonly text: string; readonly path: string }
  | { readonly kind: 'tracepoint'; readonly text: string; readonly category: string; readonly event: string }
  | { readonly kind: 'root' | 'btf' | 'kernel-headers' | 'few-switches' | 'calm'; readonly text: string };

export const TOOL_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/;
const TRACEPOINT_PATTERN = /^tracepoint:([a-z0-9_-]+)\/([a-z0-9_]+)$/i;
const FILE_PATTERN = /^file:(\/[A-Za-z0-9._@+/-]+)$/;

/** Null when the text is no form of need that we know. */
export const parseNeed = (text: string): Need | null => {
  if (text === 'root' || text === 'btf' || text === 'kernel-headers' || text === 'few-switches' || text === 'calm')
    return { kind: text, text };
  const tracepoint = TRACEPOINT_PATTERN.exec(text);
  if (tracepoint) return { kind: 'tracepoint', text, category: tracepoint[1] ?? '', event: tracepoint[2] ?? '' };
  const file = FILE_PATTERN.exec(text);
  if (file) return { kind: 'file', text, path: file[1] ?? '' };
  return TOOL_PATTERN.test(text) ? { kind: 'tool', text, tool: text } : null;
};

/** The key of the fact that answers a need: `tool:iostat`, `file:/proc/kcore`, `root`. */
export const factOfNeed = (need: Need): string => (need.kind === 'tool' ? `tool:${need.tool}` : need.text);

/** What is missing, in words for people. */
export const missingText = (need: Need): string => {
  switch (need.kind) {
    case 'tool':
      return `${need.tool} is not installed`;
    case 'file':
      return `${need.path} can't be read`;
    case 'tracepoint':
      return `tracepoint ${need.category}:${need.event} is not there or not permitted`;
    case 'root':
      return 'not root';
    case 'btf':
      return 'the kernel has no BTF';
    case 'kernel-headers':
      return 'kernel headers are not installed';
    case 'calm':
      return 'the host is too busy for it';
    case 'few-switches':
      return 'more than 100,000 context switches a second and CPU: tracing each would slow the host (give a pid or a command)';
  }
};

/** Needs of an alternative: what it says, and the tool that it obviously takes. */
export const needsOf = (alternative: Alternative): Need[] => {
  const texts = new Set(alternative.needs);
  for (const argv of [alternative.run ?? [], ...(alternative.pipe ?? [])])
    if (argv[0] !== undefined) texts.add(argv[0]);
  if (alternative.program !== undefined) texts.add('bpftrace');
  if (alternative.binary === true || alternative.compressed === true) texts.add('base64');
  if (alternative.compressed === true) texts.add('gzip');
  return [...texts].map(parseNeed).filter((need): need is Need => need !== null);
};

/** Every need of a catalogue, so that one preflight can answer `readiness` for all its runbooks. */
export const allNeeds = (runbooks: Iterable<Runbook>): string[] => {
  const texts = new Set<string>();
  for (const runbook of runbooks)
    for (const step of runbook.steps)
      for (const alternative of step.prefer)
        for (const need of needsOf(alternative))
          // What holds for the moment only is no readiness.
          if (need.kind !== 'few-switches' && need.kind !== 'calm') texts.add(need.text);
  return [...texts].sort();
};
