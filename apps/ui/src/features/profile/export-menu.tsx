import { type ProfileSummary } from '@fleetscope/contracts';
import { EXPORT_FILES, EXPORT_FORMATS, type ExportFormat, exportProfile, type Profile } from '@fleetscope/profiles';
import { useState } from 'react';
import { useMay } from '../../app/session';
import { Menu } from '../../components/menu';
import { saveFile } from '../../components/save-file';

interface Props {
  chosen: readonly ProfileSummary[];
  /** Merged, where several hosts are chosen. */
  profile: Profile | null;
  title: string;
}

const exportOf = ({ run, step }: ProfileSummary, format: ExportFormat): string =>
  `/api/v1/runs/${run}/profiles/${encodeURIComponent(step)}/export?format=${format}`;

/** The bundled viewer; it fetches the profile itself, with the same session. */
const viewerOf = (one: ProfileSummary): string =>
  `/speedscope/index.html#profileURL=${encodeURIComponent(exportOf(one, 'speedscope'))}`;

/** One host's profile comes from the control plane, which notes who took it; a merged one is written here. */
export const ExportMenu = ({ chosen, profile, title }: Props) => {
  const mayExport = useMay('operator');
  const [problem, setProblem] = useState<string | null>(null);
  const [only] = chosen;
  if (!mayExport || !profile || !only) return null;
  return (
    <>
      <Menu label="Export">
        {(close) => [
          ...(chosen.length === 1
            ? [
                <a key="viewer" href={viewerOf(only)} target="_blank" rel="noopener" onClick={close}>
                  Open in speedscope
                </a>,
              ]
            : []),
          ...EXPORT_FORMATS.map((format) =>
            chosen.length === 1 ? (
              <a
                key={format}
                href={exportOf(only, format)}
                download={`${only.host}-${only.step}.${EXPORT_FILES[format].extension}`}
                onClick={close}
              >
                {EXPORT_FILES[format].title}
              </a>
            ) : (
              <button
                key={format}
                type="button"
                onClick={() => {
                  close();
                  written(profile, format, title).then(
                    (blob) => saveFile(blob, `merged-${only.step}.${EXPORT_FILES[format].extension}`),
                    (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
                  );
                }}
              >
                {EXPORT_FILES[format].title}
              </button>
            ),
          ),
        ]}
      </Menu>
      {problem && (
        <p className="crit" role="alert">
          It could not be written: {problem}
        </p>
      )}
    </>
  );
};

const written = async (profile: Profile, format: ExportFormat, title: string): Promise<Blob> => {
  const content = exportProfile(profile, format, title);
  const blob = new Blob([typeof content === 'string' ? content : new Uint8Array(content)], {
    type: EXPORT_FILES[format].mediaType,
  });
  return format === 'pprof' ? new Response(blob.stream().pipeThrough(new CompressionStream('gzip'))).blob() : blob;
};
