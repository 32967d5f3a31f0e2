import { type EvidenceService } from '../../evidence';

/** Standard output of one run's steps as text, each read once; null when it is not kept any more. */
export const evidenceTexts = (evidence: EvidenceService, runId: string): ((step: string) => Promise<string | null>) => {
  const texts = new Map<string, Promise<string | null>>();
  return (step) => {
    const known = texts.get(step);
    if (known) return known;
    const read = evidence.read(runId, step, 'stdout').then(
      ({ bytes }) => bytes.toString('utf8'),
      () => null,
    );
    texts.set(step, read);
    return read;
  };
};
