import {
  type ArmedView,
  type AgentView,
  type AuditCheck,
  type BaselineSummary,
  type BaselineView,
  type DueTimes,
  type FiringView,
  type FreezeView,
  type InvestigationView,
  type MaintenanceView,
  type MarkView,
  type paths,
  type PersonView,
  type RuleDetail,
  type RuleView,
  type ScheduleView,
  type StorageView,
  type TokenView,
} from '@fleetscope/contracts';
import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';

/** What the rooms beside the investigations read: baselines, rules, agents, tokens, the audit log's chain. */
const SECOND = 1_000;

export const baselinesKey = ['baselines'] as const;

export const baselinesQuery = (days: number) =>
  queryOptions({
    queryKey: [...baselinesKey, days],
    queryFn: () =>
      unwrap(client.GET('/api/v1/baselines', { params: { query: { days } } })) as Promise<BaselineSummary[]>,
    staleTime: 30 * SECOND,
  });

export const baselineOverQuery = (hostClass: string, runbook: string, days: number) =>
  queryOptions({
    queryKey: [...baselinesKey, hostClass, runbook, days],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/baselines/{hostClass}/{runbook}', {
          params: { path: { hostClass, runbook }, query: { days } },
        }),
      ) as unknown as Promise<BaselineView>,
    staleTime: 60 * SECOND,
    retry: false,
  });

export const marksQuery = queryOptions({
  queryKey: ['marks'],
  queryFn: () => unwrap(client.GET('/api/v1/marks')) as unknown as Promise<MarkView[]>,
  staleTime: 30 * SECOND,
});

export const rulesQuery = queryOptions({
  queryKey: ['rules'],
  queryFn: () => unwrap(client.GET('/api/v1/rules')) as unknown as Promise<RuleView[]>,
  staleTime: 60 * SECOND,
});

export const ruleQuery = (rule: string) =>
  queryOptions({
    queryKey: ['rules', rule],
    queryFn: () =>
      unwrap(client.GET('/api/v1/rules/{rule}', { params: { path: { rule } } })) as unknown as Promise<RuleDetail>,
    staleTime: 30 * SECOND,
    retry: false,
  });

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: () => unwrap(client.GET('/api/v1/agents')) as unknown as Promise<AgentView[]>,
  refetchInterval: 10 * SECOND,
});

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: () => unwrap(client.GET('/api/v1/tokens')) as unknown as Promise<TokenView[]>,
});

/** A secret as the API tells of it: never what it holds. */
export type SecretView = paths['/api/v1/secrets']['get']['responses']['200']['content']['application/json'][number];

export const secretsQuery = queryOptions({
  queryKey: ['secrets'],
  queryFn: (): Promise<SecretView[]> => unwrap(client.GET('/api/v1/secrets')),
});

/** Reads the whole log: asked for by hand. */
export const auditCheckQuery = queryOptions({
  queryKey: ['audit-check'],
  queryFn: () => unwrap(client.GET('/api/v1/audit/check')) as unknown as Promise<AuditCheck>,
  enabled: false,
  retry: false,
});

export const schedulesQuery = queryOptions({
  queryKey: ['schedules'],
  queryFn: () => unwrap(client.GET('/api/v1/schedules')) as unknown as Promise<ScheduleView[]>,
  refetchInterval: 10 * SECOND,
});

export const scheduleHistoryQuery = (name: string) =>
  queryOptions({
    queryKey: ['schedules', name, 'history'],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/schedules/{name}/history', { params: { path: { name }, query: { limit: 50 } } }),
      ) as unknown as Promise<FiringView[]>,
    refetchInterval: 10 * SECOND,
  });

/** Whether new work may start at all; every page says so while it may not. */
export const freezeQuery = queryOptions({
  queryKey: ['freeze'],
  queryFn: () => unwrap(client.GET('/api/v1/freeze')) as unknown as Promise<FreezeView>,
  refetchInterval: 15 * SECOND,
  retry: false,
});

/** Requests that wait for a second person's word. */
export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: () => unwrap(client.GET('/api/v1/approvals')) as unknown as Promise<InvestigationView[]>,
  refetchInterval: 10 * SECOND,
  retry: false,
});

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: () => unwrap(client.GET('/api/v1/users')) as unknown as Promise<PersonView[]>,
});

export const maintenanceQuery = queryOptions({
  queryKey: ['maintenance'],
  queryFn: () => unwrap(client.GET('/api/v1/maintenance')) as unknown as Promise<MaintenanceView[]>,
  refetchInterval: 30 * SECOND,
});

export const armedQuery = queryOptions({
  queryKey: ['armed'],
  queryFn: () => unwrap(client.GET('/api/v1/armed-captures')) as unknown as Promise<ArmedView[]>,
  refetchInterval: 5 * SECOND,
});

export const storageQuery = queryOptions({
  queryKey: ['storage'],
  queryFn: () => unwrap(client.GET('/api/v1/storage')) as Promise<StorageView>,
  staleTime: 30 * SECOND,
});

/** When a cron expression would be due next. */
export const dueTimesQuery = (cron: string, tz: string) =>
  queryOptions({
    queryKey: ['due-times', cron, tz],
    queryFn: () =>
      unwrap(client.POST('/api/v1/schedules/times', { body: { cron, tz } })) as unknown as Promise<DueTimes>,
    enabled: cron !== '' && tz !== '',
    staleTime: 30 * SECOND,
    retry: false,
  });
