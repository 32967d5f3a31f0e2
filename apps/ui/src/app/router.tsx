import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { onUnauthorised } from '../api/client';
import { isUnauthorised, wordsOf } from '../api/problem';
import { meQuery } from '../api/queries';
import { queries } from './queries-client';
import { mayActAs } from './roles';
import {
  auditSearch,
  baselinesSearch,
  compareSearch,
  fleetSearch,
  hostPageSearch,
  investigationSearch,
  loginSearch,
  namedSearch,
  profileSearch,
  rulesSearch,
  tracesSearch,
} from './search';
import { Shell } from './shell';
import { PageProblem } from '../components/page-problem';

const rootRoute = createRootRoute({
  component: Outlet,
  notFoundComponent: () => (
    <PageProblem title="There is no page here" words="Check the address, or start at the list." home />
  ),
  errorComponent: ({ error }) => <PageProblem title="This page could not be shown" words={wordsOf(error)} home />,
});

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/login',
  validateSearch: loginSearch,
  component: lazyRouteComponent(() => import('../features/login/login-page'), 'LoginPage'),
});

/** Everything behind the login. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ location }) => {
    try {
      await queries.ensureQueryData(meQuery);
    } catch (error) {
      if (isUnauthorised(error)) throw redirect({ to: '/login', search: { to: location.href } });
      throw error;
    }
  },
  component: Shell,
});

const indexRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/investigations' });
  },
});
const hostsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/hosts',
  validateSearch: fleetSearch,
  component: lazyRouteComponent(() => import('../features/fleet/fleet-page'), 'FleetPage'),
});
const investigationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/investigations',
  component: lazyRouteComponent(() => import('../features/investigation/list-page'), 'InvestigationListPage'),
});
const investigationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/investigations/$id',
  validateSearch: investigationSearch,
  component: lazyRouteComponent(() => import('../features/investigation/investigation-page'), 'InvestigationPage'),
});
const hostRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/investigations/$id/hosts/$run',
  validateSearch: hostPageSearch,
  component: lazyRouteComponent(() => import('../features/host/host-page'), 'HostPage'),
});
const profileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/investigations/$id/profile',
  validateSearch: profileSearch,
  component: lazyRouteComponent(() => import('../features/profile/profile-page'), 'ProfilePage'),
});
const tracesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/investigations/$id/traces',
  validateSearch: tracesSearch,
  component: lazyRouteComponent(() => import('../features/traces/traces-page'), 'TracesPage'),
});
const compareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/investigations/$id/compare',
  validateSearch: compareSearch,
  component: lazyRouteComponent(() => import('../features/compare/compare-page'), 'ComparePage'),
});
const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../features/audit/audit-page'), 'AuditPage'),
});
const baselinesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/baselines',
  validateSearch: baselinesSearch,
  component: lazyRouteComponent(() => import('../features/baselines/baselines-page'), 'BaselinesPage'),
});
const schedulesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/schedules',
  validateSearch: namedSearch,
  component: lazyRouteComponent(() => import('../features/schedules/schedules-page'), 'SchedulesPage'),
});
const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/readiness' });
  },
});
const readinessRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/readiness',
  component: lazyRouteComponent(() => import('../features/settings/readiness-page'), 'ReadinessPage'),
});
const rulesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/rules',
  validateSearch: rulesSearch,
  component: lazyRouteComponent(() => import('../features/settings/rules-page'), 'RulesPage'),
});
const agentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/agents',
  component: lazyRouteComponent(() => import('../features/settings/agents-page'), 'AgentsPage'),
});
const storageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/storage',
  component: lazyRouteComponent(() => import('../features/settings/storage-page'), 'StoragePage'),
});
const peopleRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/people',
  validateSearch: namedSearch,
  component: lazyRouteComponent(() => import('../features/settings/people-page'), 'PeoplePage'),
});
const approvalsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/approvals',
  component: lazyRouteComponent(() => import('../features/investigation/approvals-page'), 'ApprovalsPage'),
});
const maintenanceRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/schedules/maintenance',
  component: lazyRouteComponent(() => import('../features/schedules/maintenance-page'), 'MaintenancePage'),
});
const armedRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/schedules/armed',
  validateSearch: namedSearch,
  component: lazyRouteComponent(() => import('../features/schedules/armed-page'), 'ArmedPage'),
});
const tokensRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/tokens',
  component: lazyRouteComponent(() => import('../features/settings/tokens-page'), 'TokensPage'),
});

const secretsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/secrets',
  validateSearch: namedSearch,
  component: lazyRouteComponent(() => import('../features/settings/secrets-page'), 'SecretsPage'),
});
const integrationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/integrations',
  beforeLoad: async () => {
    const { role } = await queries.ensureQueryData(meQuery);
    throw redirect({ to: `/settings/integrations/${mayActAs(role, 'admin') ? 'webhooks' : 'alert-rules'}` });
  },
});
const webhooksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/integrations/webhooks',
  validateSearch: namedSearch,
  component: lazyRouteComponent(() => import('../features/integrations/webhooks-page'), 'WebhooksPage'),
});
const hooksRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/integrations/hooks',
  validateSearch: namedSearch,
  component: lazyRouteComponent(() => import('../features/integrations/hooks-page'), 'HooksPage'),
});
const alertRulesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/integrations/alert-rules',
  validateSearch: namedSearch,
  component: lazyRouteComponent(() => import('../features/integrations/alert-rules-page'), 'AlertRulesPage'),
});
const chatUsersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings/integrations/chat-users',
  validateSearch: namedSearch,
  component: lazyRouteComponent(() => import('../features/integrations/chat-users-page'), 'ChatUsersPage'),
});

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    loginRoute,
    shellRoute.addChildren([
      indexRoute,
      hostsRoute,
      investigationsRoute,
      approvalsRoute,
      investigationRoute,
      hostRoute,
      profileRoute,
      tracesRoute,
      compareRoute,
      auditRoute,
      baselinesRoute,
      schedulesRoute,
      maintenanceRoute,
      armedRoute,
      settingsRoute,
      readinessRoute,
      rulesRoute,
      agentsRoute,
      storageRoute,
      peopleRoute,
      tokensRoute,
      secretsRoute,
      integrationsRoute,
      webhooksRoute,
      hooksRoute,
      alertRulesRoute,
      chatUsersRoute,
    ]),
  ]),
  defaultPreload: 'intent',
});

onUnauthorised(() => {
  const { href, pathname } = router.state.location;
  if (pathname === '/login') return;
  queries.removeQueries({ queryKey: meQuery.queryKey });
  void router.navigate({ to: '/login', search: { to: href } });
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
