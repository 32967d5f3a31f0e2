import {
  ASPECTS,
  hostClassSchema,
  hostNameSchema,
  RESOURCES,
  severitySchema,
  type BaselineSummary,
  type BaselineView,
  type CellWhy,
  type EvidenceView,
  type InvestigationSnapshot,
  type InvestigationView,
  type Report,
} from '@fleetscope/contracts';
import { z } from 'zod';
import { firstOf } from '../bounded';
import { RouteRefusal, type Routes } from '../own-routes.service';
import { investigationId, limit, tool, type Tool } from './tool';

/** More is read with the CLI: a server should not unpack a capture for a few lines. */
const MAX_EVIDENCE = 8 * 1024 * 1024;
const MAX_LINE = 1_000;

const path = (id: string, rest = ''): string => `/api/v1/investigations/${id}${rest}`;

const line = ({ id, runbook, state, reason, requestedBy, hosts, createdAt, verdict }: InvestigationView): object => ({
  ...{ id, runbook, state, reason, requestedBy, hosts, createdAt },
  says: verdict?.statements.map(({ severity, text }) => `${severity}: ${text}`) ?? null,
});

/** @throws RouteRefusal for a host that the investigation has none of. */
const runOf = async (routes: Routes, investigation: string, host: string): Promise<string> => {
  const { runs } = await routes.json<InvestigationSnapshot>('GET', path(investigation));
  const run = runs.find((one) => one.host === host);
  if (!run) throw new RouteRefusal(`there is no run on ${host} in investigation ${investigation}`);
  return run.id;
};

/** What was found out, and what it stands on. */
export const REVIEW_TOOLS: readonly Tool[] = [
  tool({
    name: 'list_investigations',
    description: 'Investigations, latest first, with what their verdict says.',
    input: z.strictObject({
      limit: limit(50, 20),
      before: z.iso.datetime().optional().describe('Those that began before this time, to go on where a list was cut'),
    }),
    run: async ({ limit: most, before }, routes) => ({
      investigations: (
        await routes.json<InvestigationView[]>('GET', '/api/v1/investigations', { query: { limit: most, before } })
      ).map(line),
    }),
  }),
  tool({
    name: 'get_report',
    description:
      'How an investigation stands: coverage, verdict, and the oddest hosts with what is not ok of their USE table. While it ' +
      'runs, the verdict is of what has answered so far.',
    input: z.strictObject({ investigation: investigationId, hosts: limit(100, 10) }),
    run: async ({ investigation, hosts: most }, routes) => {
      const { hosts, findings, coverage, ...rest } = await routes.json<Report>('GET', path(investigation, '/report'));
      const bad = hosts.map(({ use, cost: _, ...host }) => ({
        ...host,
        use: use.filter(({ state }) => state === 'warn' || state === 'crit'),
      }));
      return {
        ...rest,
        coverage: { ...coverage, reasons: coverage.reasons.slice(0, most) },
        findings: findings.length,
        ...firstOf('hosts', bad, most),
      };
    },
  }),
  tool({
    name: 'list_findings',
    description: 'Findings of an investigation, worst first: rule, host, value, threshold, and the lines of evidence.',
    input: z.strictObject({
      investigation: investigationId,
      host: hostNameSchema.optional(),
      rule: z.string().max(64).optional(),
      severity: severitySchema.optional(),
      limit: limit(200, 50),
    }),
    run: async ({ investigation, host, rule, severity, limit: most }, routes) => {
      const { findings } = await routes.json<Report>('GET', path(investigation, '/report'));
      const wanted = findings.filter(
        (one) =>
          (host === undefined || one.host === host) &&
          (rule === undefined || one.rule === rule) &&
          (severity === undefined || one.severity === severity),
      );
      return firstOf('findings', wanted, most);
    },
  }),
  tool({
    name: 'explain_cell',
    description:
      'A cell of a host’s USE table opened: the rules that judged it, samples, and the lines of evidence. Needs the role operator.',
    input: z.strictObject({
      investigation: investigationId,
      host: hostNameSchema,
      resource: z.enum(RESOURCES),
      aspect: z.enum(ASPECTS),
    }),
    run: async ({ investigation, host, resource, aspect }, routes) => {
      const run = await runOf(routes, investigation, host);
      const why = await routes.json<CellWhy>('GET', `/api/v1/runs/${run}/why`, { query: { resource, aspect } });
      const reasons = why.reasons.map(({ samples, ...reason }) => ({ ...reason, samples: samples.slice(-30) }));
      return { ...why, reasons };
    },
  }),
  tool({
    name: 'read_evidence',
    description:
      'Lines of what a tool printed on a host, by number, as findings cite them. Needs the role operator; who reads is in the audit log.',
    input: z.strictObject({
      investigation: investigationId,
      host: hostNameSchema,
      step: z.string().min(1).max(64).describe('The step, as a finding’s evidence names it'),
      from: z.int().min(1).default(1).describe('The first line'),
      lines: limit(200, 40),
    }),
    run: async ({ investigation, host, step, from, lines: most }, routes) => {
      const run = await runOf(routes, investigation, host);
      const stored = await routes.json<EvidenceView[]>('GET', `/api/v1/runs/${run}/evidence`);
      const { size = 0 } = stored.find((one) => one.step === step && one.stream === 'stdout') ?? {};
      if (size > MAX_EVIDENCE)
        throw new RouteRefusal(
          `the output of ${step} on ${host} has ${size} bytes, more than are read here: fleetscope evidence reads it`,
        );
      const text = await routes.text(`/api/v1/runs/${run}/evidence/${encodeURIComponent(step)}`);
      const all = text.replace(/\n$/, '').split('\n');
      const wanted = all.slice(from - 1, from - 1 + most);
      return {
        ...{ host, step, ofLines: all.length },
        lines: wanted.map((content, n) => ({ line: from + n, text: content.slice(0, MAX_LINE) })),
      };
    },
  }),
  tool({
    name: 'list_baselines',
    description: 'Classes and runbooks that have a baseline: how things usually are.',
    input: z.strictObject({ limit: limit(200, 50) }),
    run: async ({ limit: most }, routes) =>
      firstOf('baselines', await routes.json<BaselineSummary[]>('GET', '/api/v1/baselines'), most),
  }),
  tool({
    name: 'get_baseline',
    description: 'The usual distribution of each metric of a class, and whether it drifts or changed its level.',
    input: z.strictObject({
      class: hostClassSchema,
      runbook: z.string().min(1).max(64),
      metric: z.string().max(100).optional().describe('This metric alone, such as disk.write_await'),
      limit: limit(100, 40),
    }),
    run: async ({ class: hostClass, runbook, metric, limit: most }, routes) => {
      const { metrics, ...rest } = await routes.json<BaselineView>(
        'GET',
        `/api/v1/baselines/${encodeURIComponent(hostClass)}/${encodeURIComponent(runbook)}`,
      );
      const wanted = metrics.flatMap(({ points: _, ...one }) =>
        metric === undefined || one.metric === metric ? [one] : [],
      );
      return { ...rest, ...firstOf('metrics', wanted, most) };
    },
  }),
];
