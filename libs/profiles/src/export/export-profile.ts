import { callTree } from '../graph/call-tree';
import { type Profile } from '../model/profile';
import { toFolded } from './folded.export';
import { toHtml } from './html.export';
import { toPprof } from './pprof.export';
import { toSpeedscope } from './speedscope.export';
import { toSvg } from './svg.export';

export const EXPORT_FORMATS = ['svg', 'html', 'folded', 'pprof', 'speedscope'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** How files of each format are named, and what they hold. */
export const EXPORT_FILES: Readonly<
  Record<ExportFormat, { readonly title: string; readonly extension: string; readonly mediaType: string }>
> = {
  svg: { title: 'Flame graph (SVG)', extension: 'svg', mediaType: 'image/svg+xml' },
  html: { title: 'Report (HTML)', extension: 'html', mediaType: 'text/html' },
  folded: { title: 'Folded stacks', extension: 'folded.txt', mediaType: 'text/plain' },
  pprof: { title: 'pprof', extension: 'pb.gz', mediaType: 'application/gzip' },
  speedscope: { title: 'speedscope', extension: 'speedscope.json', mediaType: 'application/json' },
};

/**
 * A profile as a file's content. pprof is plain here and gzipped by whoever writes the file, as pprof's tools expect it:
 * Node and browsers have ways of their own to do that.
 */
export const exportProfile = (profile: Profile, format: ExportFormat, title: string): string | Uint8Array => {
  switch (format) {
    case 'svg':
      return toSvg(callTree(profile, { root: 'command' }), { title });
    case 'html':
      return toHtml(profile, title);
    case 'folded':
      return toFolded(profile);
    case 'pprof':
      return toPprof(profile);
    case 'speedscope':
      return JSON.stringify(toSpeedscope(profile, title));
  }
};
