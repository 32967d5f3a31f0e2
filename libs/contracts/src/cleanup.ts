import { z } from 'zod';

/**
 * What the probe found to be left of it on the host when it had ended everything: processes of its session, kernel probes
 * and files of tracing tools that were not there before. A number is null where it could not tell.
 */
export const cleanupSchema = z.object({
  processes: z.int().nullable(),
  probes: z.int().nullable(),
  files: z.int().nullable(),
  /** Names of what is left. */
  names: z.string(),
});
export type Cleanup = z.infer<typeof cleanupSchema>;

const counted = (count: number, one: string, many: string): string =>
  `${count === 0 ? 'no' : count} ${count === 1 ? one : many}`;

/** The proof in words; null is what nobody could look at. */
export const cleanupText = (cleanup: Cleanup | null): string => {
  if (cleanup === null) return 'nobody could look whether anything was left: the probe had not ended in sight of us';
  const { processes, probes, files, names } = cleanup;
  const isLeft = (processes ?? 0) + (probes ?? 0) + (files ?? 0) > 0;
  const parts = [
    processes === null ? 'processes could not be counted' : counted(processes, 'process', 'processes'),
    probes === null
      ? 'kernel probes can not be read by this account'
      : counted(probes, 'kernel probe', 'kernel probes'),
    files === null ? 'files could not be looked for' : counted(files, 'file of its tools', 'files of its tools'),
  ];
  return `${isLeft ? 'left on the host' : 'nothing left on the host'}: ${parts.join(', ')}${isLeft && names ? ` (${names})` : ''}`;
};
