import {
  type AgentView,
  type AuditCheck,
  type BaselineSummary,
  type BaselineView,
  type MarkView,
  type RuleDetail,
  type RuleView,
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

/** Reads the whole log: asked for by hand. */
export const auditCheckQuery = queryOptions({
  queryKey: ['audit-check'],
  queryFn: () => unwrap(client.GET('/api/v1/audit/check')) as unknown as Promise<AuditCheck>,
  enabled: false,
  retry: false,
});
