import {
  type AuditEntry,
  type BaselineView,
  type Comparison,
  type HostView,
  type Identity,
  type InvestigationRequest,
  type InvestigationView,
  type NoteView,
  type MatrixRun,
  type Observation,
  type Preview,
  type ProfileSummary,
  type Runbook,
  type SimilarInvestigation,
  type LatestResults,
  type MetricId,
  type PeerValues,
  type RunDetail,
  unpackMatrix,
  type Aspect,
  type CellWhy,
  type Resource,
} from '@fleetscope/contracts';
import { queryOptions, skipToken } from '@tanstack/react-query';
import { client, unwrap } from './client';

const SECOND = 1_000;

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => unwrap(client.GET('/api/v1/me')) as Promise<Identity>,
  staleTime: 60 * SECOND,
  retry: false,
});

export const hostsQuery = queryOptions({
  queryKey: ['hosts'],
  queryFn: () => unwrap(client.GET('/api/v1/hosts')) as Promise<HostView[]>,
  staleTime: 10 * SECOND,
});

/** What the last triage of each host said, with one metric. */
export const latestQuery = (metric: MetricId | undefined) =>
  queryOptions({
    queryKey: ['latest', metric ?? null],
    queryFn: () =>
      unwrap(client.GET('/api/v1/fleet/latest', { params: { query: { metric } } })) as Promise<LatestResults>,
    staleTime: 10 * SECOND,
    placeholderData: (before: LatestResults | undefined) => before,
  });

export const runbooksQuery = queryOptions({
  queryKey: ['runbooks'],
  queryFn: () => unwrap(client.GET('/api/v1/runbooks')) as unknown as Promise<Runbook[]>,
  staleTime: 300 * SECOND,
});

export const isEnded = ({ state }: Pick<InvestigationView, 'state'>): boolean =>
  state !== 'queued' && state !== 'running';

export const investigationsQuery = queryOptions({
  queryKey: ['investigations'],
  queryFn: () =>
    unwrap(client.GET('/api/v1/investigations', { params: { query: { limit: 100 } } })) as Promise<InvestigationView[]>,
  refetchInterval: ({ state }) => (state.data?.some((one) => !isEnded(one)) ? 2 * SECOND : 20 * SECOND),
});

export const investigationKey = (id: string): readonly string[] => ['investigation', id];

export const investigationQuery = (id: string) =>
  queryOptions({
    queryKey: investigationKey(id),
    queryFn: async () =>
      unpackMatrix(await unwrap(client.GET('/api/v1/investigations/{id}/matrix', { params: { path: { id } } }))),
    // The websocket keeps it; comparing thousands of runs in depth on every batch would cost more than drawing them.
    staleTime: Infinity,
    structuralSharing: false,
    refetchOnWindowFocus: false,
    // 5,000 hosts are some megabytes: going back is quick for a minute, then they are let go.
    gcTime: 60 * SECOND,
  });

const versions = new WeakMap<MatrixRun, number>();
let latest = 0;
/** Changes whenever the run does: an event makes a new object of the run that it changes. */
export const versionOf = (run: MatrixRun): number => {
  const known = versions.get(run);
  if (known !== undefined) return known;
  latest += 1;
  versions.set(run, latest);
  return latest;
};

/** `version` changes when the run does; what is shown meanwhile is what was read before. */
export const runQuery = (runId: string, version: number) =>
  queryOptions({
    queryKey: ['run', runId, version],
    queryFn: () =>
      unwrap(client.GET('/api/v1/runs/{id}', { params: { path: { id: runId } } })) as unknown as Promise<RunDetail>,
    staleTime: 300 * SECOND,
    gcTime: 60 * SECOND,
    placeholderData: (before: RunDetail | undefined) => before,
  });

export interface StepObservations {
  step: string;
  parser: string;
  observations: Observation[];
}

export const observationsQuery = (runId: string) =>
  queryOptions({
    queryKey: ['observations', runId],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/runs/{id}/observations', { params: { path: { id: runId }, query: { clock: 'ours' } } }),
      ) as unknown as Promise<StepObservations[]>,
    staleTime: 300 * SECOND,
    structuralSharing: false,
  });

/** Which hosts of an investigation have stacks; asked again when `version` changes. */
export const profilesQuery = (id: string, version: number) =>
  queryOptions({
    queryKey: ['profiles', id, version],
    queryFn: () =>
      unwrap(client.GET('/api/v1/investigations/{id}/profiles', { params: { path: { id } } })) as Promise<
        ProfileSummary[]
      >,
    staleTime: 300 * SECOND,
  });

export type Stream = 'stdout' | 'stderr';

export const evidencePath = (runId: string, step: string, stream: Stream): string =>
  `/api/v1/runs/${runId}/evidence/${encodeURIComponent(step)}?stream=${stream}`;

/** Raw output as text. Evidence is write-once: what was read once stays true. */
export const evidenceQuery = (runId: string, step: string, stream: Stream) =>
  queryOptions({
    queryKey: ['evidence', runId, step, stream],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/runs/{id}/evidence/{step}', {
          params: { path: { id: runId, step }, query: { stream } },
          parseAs: 'text',
        }),
      ) as unknown as Promise<string>,
    staleTime: Infinity,
    retry: false,
    structuralSharing: false,
  });

export const auditQuery = (before: number | undefined) =>
  queryOptions({
    queryKey: ['audit', before ?? null],
    queryFn: () =>
      unwrap(client.GET('/api/v1/audit', { params: { query: { limit: 200, before } } })) as Promise<AuditEntry[]>,
  });

/** The candidate `a` against the reference `b`; see COMPARABLE in contracts for what either may be. */
export const comparisonQuery = (a: string, b: string) =>
  queryOptions({
    queryKey: ['comparison', a, b],
    queryFn: () =>
      unwrap(client.GET('/api/v1/comparisons', { params: { query: { a, b } } })) as unknown as Promise<Comparison>,
    staleTime: 60 * SECOND,
  });

export const baselineQuery = (hostClass: string, runbook: string) =>
  queryOptions({
    queryKey: ['baseline', hostClass, runbook],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/baselines/{hostClass}/{runbook}', { params: { path: { hostClass, runbook } } }),
      ) as unknown as Promise<BaselineView>,
    staleTime: 60 * SECOND,
    retry: false,
  });

/** What stands behind a cell of a run that was judged; it does not change any more. */
export const whyQuery = (id: string, resource: Resource, aspect: Aspect) =>
  queryOptions({
    queryKey: ['why', id, resource, aspect],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/runs/{id}/why', { params: { path: { id }, query: { resource, aspect } } }),
      ) as Promise<CellWhy>,
    staleTime: Infinity,
  });

/** A cell's number on the other hosts of the class. */
export const peersQuery = (id: string, resource: Resource, aspect: Aspect, isRunning: boolean) =>
  queryOptions({
    queryKey: ['peers', id, resource, aspect, isRunning],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/runs/{id}/peers', { params: { path: { id }, query: { resource, aspect } } }),
      ) as Promise<PeerValues>,
    staleTime: 60 * SECOND,
    structuralSharing: false,
  });

export const notesQuery = (id: string) =>
  queryOptions({
    queryKey: ['notes', id],
    queryFn: () =>
      unwrap(client.GET('/api/v1/investigations/{id}/notes', { params: { path: { id } } })) as Promise<NoteView[]>,
  });

export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ['similar', id],
    queryFn: () =>
      unwrap(client.GET('/api/v1/investigations/{id}/similar', { params: { path: { id } } })) as unknown as Promise<
        SimilarInvestigation[]
      >,
    staleTime: 60 * SECOND,
  });

/** What a request would do, in numbers; the same body as the request itself. */
export const previewQuery = (request: InvestigationRequest | null) =>
  queryOptions({
    queryKey: ['preview', request],
    queryFn:
      request === null
        ? skipToken
        : () => unwrap(client.POST('/api/v1/investigations/preview', { body: request })) as Promise<Preview>,
    staleTime: 10 * SECOND,
    retry: false,
  });
