import { type EvidenceRef, type Events } from '@fleetscope/contracts';
import { type EvidenceIndex } from './evidence-index';
import { mergeEvidence } from './reading';
import { KERNEL_LOG_SOURCES } from './step-sources';

export type KernelEvent = Events['events'][number];

export interface KernelLines {
  /** Inside the look-back. */
  readonly recent: readonly KernelEvent[];
  /** Without a readable time: they may be as old as the boot, so they are told and not judged as recent. */
  readonly undated: readonly KernelEvent[];
  evidence(events: readonly KernelEvent[]): EvidenceRef[];
}

const NAMES = ['dmesg', 'kernel-log', 'kernel', 'journal'];

/** A step that read the log and found nothing worth an event tells none: it still was read. */
const wasRead = (evidence: EvidenceIndex): boolean =>
  evidence.events(...NAMES).length > 0 ||
  evidence.evidence.steps.some(({ step, state }) => KERNEL_LOG_SOURCES.test(step) && state === 'ok');

/** Whether the kernel's log was read at all; the reason why not otherwise. */
export const kernelLogMissing = (evidence: EvidenceIndex): string | null =>
  wasRead(evidence)
    ? null
    : `the kernel log was not read (${evidence.whyNot(KERNEL_LOG_SOURCES) ?? 'no step reported it'})`;

/**
 * Lines of the kernel log that a rule asks for, by the parser's class or by their text; null when no log was read.
 * A line dated after the collection counts as recent: dmesg's clock runs ahead of the wall clock after a suspend.
 */
export const kernelLines = (
  evidence: EvidenceIndex,
  lookBackSeconds: number,
  wanted: { readonly classes: readonly string[]; readonly text: RegExp; readonly except?: RegExp },
): KernelLines | null => {
  if (!wasRead(evidence)) return null;
  const told = evidence.events(...NAMES);
  const steps = new Map<KernelEvent, string>();
  for (const { step, observation } of told)
    for (const event of observation.events)
      if ((wanted.classes.includes(event.class) || wanted.text.test(event.text)) && !wanted.except?.test(event.text))
        steps.set(event, step);
  const since = evidence.collectedAt - lookBackSeconds * 1000;
  const events = [...steps.keys()];
  return {
    recent: events.filter((event) => event.at !== null && event.at >= since),
    undated: events.filter((event) => event.at === null),
    evidence: (chosen) =>
      mergeEvidence(chosen.map((event) => ({ step: steps.get(event) ?? 'dmesg', lines: [event.line] }))),
  };
};

/** `2 h ago` is left to the reader: a text must not depend on when it is read. Minutes before the collection. */
export const minutesBefore = (evidence: EvidenceIndex, event: KernelEvent): number | null =>
  event.at === null ? null : Math.max(0, Math.round((evidence.collectedAt - event.at) / 60_000));
