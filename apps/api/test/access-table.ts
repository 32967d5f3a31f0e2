import { type Role } from '@fleetscope/contracts';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../test/support/server';
import { type RouteReach } from '../src/access/reach';

const { paths } = JSON.parse(readFileSync(join(ROOT, 'openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, unknown>>;
  'POST /api/v1/secrets/rotate': ['admin', 'fleet'];
  'GET /api/v1/users': ['admin', 'fleet'];
  'POST /api/v1/users': ['admin', 'fleet'];
  'PATCH /api/v1/users/{name}': ['admin', 'fleet'];
  'PUT /api/v1/users/{name}/password': ['admin', 'fleet'];
};
/** Method and path of every route of the API's description. */
export const ROUTES = Object.entries(paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
);

/** Opened by no token: signing in, the agent's program (no secret), an enrolment (by its own token, once), hooks and
 * Slack (by their own signatures). */
const PUBLIC = [
  'POST /api/v1/session',
  'GET /api/v1/session/ways',
  'GET /api/v1/session/provider',
  'GET /api/v1/session/provider/callback',
  'GET /api/v1/agent/program',
  'POST /api/v1/agent/enrol',
  'POST /api/v1/hooks/{name}',
  'POST /api/v1/chat/slack/command',
  'POST /api/v1/chat/slack/actions',
];
/** Opened by an agent's signature alone. */
export const SIGNED = ['POST /api/v1/agent/lease', 'POST /api/v1/agent/runs/{id}/chunks'];
export const WITHOUT_TOKEN: ReadonlySet<string> = new Set([...PUBLIC, ...SIGNED]);

/** The least role of every route, and what it reaches; a route that is missing here is one nobody decided on. */
export const NEEDED: Readonly<Record<string, readonly [Role, RouteReach]>> = {
  'GET /api/v1/chat/users': ['admin', 'fleet'],
  'PUT /api/v1/chat/users/{id}': ['admin', 'fleet'],
  'DELETE /api/v1/chat/users/{id}': ['admin', 'fleet'],
  'GET /api/v1/webhooks': ['admin', 'fleet'],
  'POST /api/v1/webhooks': ['admin', 'fleet'],
  'DELETE /api/v1/webhooks/{name}': ['admin', 'fleet'],
  'POST /api/v1/webhooks/{name}/test': ['admin', 'fleet'],
  'GET /api/v1/hooks': ['admin', 'fleet'],
  'POST /api/v1/hooks': ['admin', 'fleet'],
  'DELETE /api/v1/hooks/{name}': ['admin', 'fleet'],
  'GET /api/v1/alert-rules': ['commander', 'fleet'],
  'POST /api/v1/alert-rules': ['commander', 'fleet'],
  'POST /api/v1/alert-rules/test': ['commander', 'fleet'],
  'DELETE /api/v1/alert-rules/{name}': ['commander', 'fleet'],
  'GET /api/v1/investigations/{id}/red': ['viewer', 'whole-investigation'],
  'GET /api/v1/schedules': ['viewer', 'fleet'],
  'POST /api/v1/schedules': ['operator', 'fleet'],
  'GET /api/v1/schedules/{name}': ['viewer', 'fleet'],
  'GET /api/v1/schedules/{name}/history': ['viewer', 'fleet'],
  'POST /api/v1/schedules/{name}/pause': ['operator', 'fleet'],
  'POST /api/v1/schedules/{name}/resume': ['operator', 'fleet'],
  'POST /api/v1/schedules/{name}/run-now': ['operator', 'fleet'],
  'DELETE /api/v1/schedules/{name}': ['operator', 'fleet'],
  'GET /api/v1/freeze': ['viewer', 'nothing'],
  'PUT /api/v1/freeze': ['operator', 'fleet'],
  'DELETE /api/v1/freeze': ['commander', 'fleet'],
  'GET /api/v1/maintenance': ['viewer', 'fleet'],
  'POST /api/v1/maintenance': ['operator', 'fleet'],
  'DELETE /api/v1/maintenance/{id}': ['operator', 'fleet'],
  'GET /api/v1/storage': ['viewer', 'fleet'],
  'PUT /api/v1/storage/retention/{kind}': ['admin', 'fleet'],
  'POST /api/v1/storage/sweep': ['admin', 'fleet'],
  'PUT /api/v1/investigations/{id}/hold': ['operator', 'whole-investigation'],
  'DELETE /api/v1/investigations/{id}/hold': ['operator', 'whole-investigation'],
  'GET /api/v1/investigations/{id}/metrics': ['viewer', 'whole-investigation'],
  'GET /api/v1/me': ['viewer', 'nothing'],
  'GET /api/v1/tokens': ['admin', 'fleet'],
  'POST /api/v1/tokens': ['admin', 'fleet'],
  'DELETE /api/v1/tokens/{id}': ['admin', 'fleet'],
  'POST /api/v1/login-links': ['viewer', 'nothing'],
  'DELETE /api/v1/session': ['viewer', 'nothing'],
  'GET /api/v1/audit': ['commander', 'fleet'],
  'GET /api/v1/audit/check': ['admin', 'fleet'],
  'PUT /api/v1/hosts/{name}/hold': ['operator', 'host'],
  'DELETE /api/v1/hosts/{name}/hold': ['operator', 'host'],
  'GET /api/v1/agents': ['viewer', 'scoped'],
  'POST /api/v1/agents/enrolments': ['commander', 'scoped'],
  'GET /api/v1/agents/{name}': ['viewer', 'host'],
  'POST /api/v1/agents/{name}/revoke': ['commander', 'host'],
  'GET /api/v1/hosts': ['viewer', 'scoped'],
  'POST /api/v1/hosts': ['commander', 'scoped'],
  'POST /api/v1/hosts/import': ['commander', 'fleet'],
  'GET /api/v1/hosts/{name}': ['viewer', 'host'],
  'PATCH /api/v1/hosts/{name}': ['commander', 'host'],
  'DELETE /api/v1/hosts/{name}': ['commander', 'host'],
  'POST /api/v1/hosts/{name}/check': ['operator', 'host'],
  'GET /api/v1/hosts/{name}/presented-key': ['operator', 'host'],
  'POST /api/v1/hosts/{name}/trust': ['commander', 'host'],
  'GET /api/v1/secrets': ['admin', 'fleet'],
  'PUT /api/v1/secrets/{name}': ['admin', 'fleet'],
  'DELETE /api/v1/secrets/{name}': ['admin', 'fleet'],
  'GET /api/v1/runbooks': ['viewer', 'nothing'],
  'GET /api/v1/runbooks/{name}': ['viewer', 'nothing'],
  'POST /api/v1/investigations': ['operator', 'scoped'],
  'POST /api/v1/investigations/preview': ['operator', 'scoped'],
  'GET /api/v1/investigations': ['viewer', 'scoped'],
  'GET /api/v1/investigations/{id}': ['viewer', 'investigation'],
  'GET /api/v1/investigations/{id}/matrix': ['viewer', 'investigation'],
  'GET /api/v1/runs/{id}/peers': ['viewer', 'run'],
  'GET /api/v1/investigations/{id}/report': ['viewer', 'investigation'],
  'GET /api/v1/investigations/{id}/report.html': ['operator', 'investigation'],
  'GET /api/v1/investigations/{id}/evidence.zip': ['operator', 'whole-investigation'],
  'GET /api/v1/investigations/{id}/events': ['viewer', 'investigation'],
  'POST /api/v1/investigations/{id}/cancel': ['operator', 'whole-investigation'],
  'GET /api/v1/runs/{id}': ['viewer', 'run'],
  'GET /api/v1/runs/{id}/evidence': ['viewer', 'run'],
  'GET /api/v1/runs/{id}/evidence/{step}': ['operator', 'run'],
  'GET /api/v1/runs/{id}/observations': ['viewer', 'run'],
  'POST /api/v1/imports': ['operator', 'scoped'],
  'POST /api/v1/imports/evidence': ['operator', 'scoped'],
  'GET /api/v1/rules': ['viewer', 'scoped'],
  'GET /api/v1/rules/{rule}': ['viewer', 'scoped'],
  'PUT /api/v1/rules/{rule}/thresholds': ['commander', 'scoped'],
  'GET /api/v1/thresholds': ['viewer', 'scoped'],
  'GET /api/v1/baselines': ['viewer', 'scoped'],
  'GET /api/v1/baselines/{hostClass}/{runbook}': ['viewer', 'scoped'],
  'GET /api/v1/marks': ['viewer', 'scoped'],
  'GET /api/v1/comparisons': ['viewer', 'scoped'],
  'GET /api/v1/investigations/{id}/notes': ['viewer', 'investigation'],
  'POST /api/v1/investigations/{id}/notes': ['operator', 'investigation'],
  'GET /api/v1/investigations/{id}/similar': ['viewer', 'investigation'],
  'GET /api/v1/investigations/{id}/profiles': ['viewer', 'investigation'],
  'GET /api/v1/investigations/{id}/profiles/merged': ['viewer', 'investigation'],
  'GET /api/v1/investigations/{id}/profiles/compare': ['viewer', 'investigation'],
  'GET /api/v1/runs/{id}/profiles/{step}': ['viewer', 'run'],
  'GET /api/v1/runs/{id}/profiles/{step}/export': ['operator', 'run'],
  'POST /api/v1/investigations/{id}/reanalyse': ['operator', 'whole-investigation'],
  'GET /api/v1/investigations/{id}/analyses': ['viewer', 'whole-investigation'],
  'GET /api/v1/runs/{id}/analyses/{version}': ['viewer', 'run'],
  'GET /api/v1/runs/{id}/why': ['operator', 'run'],
  'PUT /api/v1/investigations/{id}/mark': ['operator', 'whole-investigation'],
  'DELETE /api/v1/investigations/{id}/mark': ['operator', 'whole-investigation'],
  'GET /api/v1/approvals': ['viewer', 'scoped'],
  'POST /api/v1/approvals/{id}/approve': ['commander', 'whole-investigation'],
  'POST /api/v1/approvals/{id}/reject': ['commander', 'whole-investigation'],
  'POST /api/v1/secrets/rotate': ['admin', 'fleet'],
  'GET /api/v1/users': ['admin', 'fleet'],
  'POST /api/v1/users': ['admin', 'fleet'],
  'PATCH /api/v1/users/{name}': ['admin', 'fleet'],
  'PUT /api/v1/users/{name}/password': ['admin', 'fleet'],
};
