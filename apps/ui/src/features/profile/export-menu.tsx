import { type ProfileSummary } from '@fleetscope/contracts';
import { callTree, type Profile, toFolded, toPprof, toSpeedscope, toSvg } from '@fleetscope/profiles';
import { useState } from 'react';
import { useMay } from '../../app/session';
import { Menu } from '../../components/menu';

const FORMATS = [
  { format: 'svg', label: 'Flame graph (SVG)', file: 'svg' },
  { format: 'folded', label: 'Folded stacks', file: 'folded.txt' },
  { format: 'pprof', label: 'pprof', file: 'pb.gz' },
  { format: 'speedscope', label: 'speedscope', file: 'speedscope.json' },
] as const;
type Format = (typeof FORMATS)[number]['format'];

interface Props {
  chosen: readonly ProfileSummary[];
  /** Merged, where several hosts are chosen. */
  profile: Profile | null;
  title: string;
}

const exportOf = ({ run, step }: ProfileSummary, format: Format): string =>
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
          ...FORMATS.map(({ format, label, file }) =>
            chosen.length === 1 ? (
              <a
                key={format}
                href={exportOf(only, format)}
                download={`${only.host}-${only.step}.${file}`}
                onClick={close}
              >
                {label}
              </a>
            ) : (
              <button
                key={format}
                type="button"
                onClick={() => {
                  close();
                  written(profile, format, title).then(
                    (blob) => save(blob, `merged-${only.step}.${file}`),
                    (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
                  );
                }}
              >
                {label}
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

const written = async (profile: Profile, format: Format, title: string): Promise<Blob> => {
  switch (format) {
    case 'svg':
      return new Blob([toSvg(callTree(profile, { root: 'command' }), { title })], { type: 'image/svg+xml' });
    case 'folded':
      return new Blob([toFolded(profile)], { type: 'text/plain' });
    case 'speedscope':
      return new Blob([JSON.stringify(toSpeedscope(profile, title))], { type: 'application/json' });
    case 'pprof': {
      const packed = new Blob([new Uint8Array(toPprof(profile))]).stream().pipeThrough(new CompressionStream('gzip'));
      return new Response(packed).blob();
    }
  }
};

const save = (blob: Blob, name: string): void => {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
};
