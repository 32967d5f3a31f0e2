import { EXIT } from '@fleetscope/contracts';
import { EXPORT_FORMATS, type ExportFormat, exportProfile, type Profile } from '@fleetscope/profiles';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { CliError } from '../cli-error';
import { note, safe } from '../output';

/** Under a graph of two profiles. */
export const LEGEND = 'purple: a larger share than before; green: a smaller one; width: share after';

export const formatOf = (text: string): ExportFormat => {
  const format = EXPORT_FORMATS.find((one) => one === text);
  if (!format) throw new CliError(`the format is one of ${EXPORT_FORMATS.join(', ')}, not ${safe(text)}`, EXIT.usage);
  return format;
};

export const exported = (profile: Profile, format: ExportFormat, title: string): Uint8Array => {
  const bytes = Buffer.from(exportProfile(profile, format, title));
  return format === 'pprof' ? gzipSync(bytes) : bytes;
};

/** @param output a file; standard output when it is `-` or absent */
export const write = (bytes: Uint8Array, output: string | undefined): void => {
  if (output === undefined || output === '-') {
    process.stdout.write(bytes);
    return;
  }
  try {
    writeFileSync(output, bytes);
  } catch (error) {
    throw new CliError(`${output} can't be written: ${(error as Error).message}`);
  }
  note(`${output}: ${bytes.length} bytes`);
};
