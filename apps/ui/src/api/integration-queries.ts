import {
  type ChatUserView,
  type DeliveryView,
  type HookView,
  type StoredAlertRule,
  type WebhookView,
} from '@fleetscope/contracts';
import { queryOptions } from '@tanstack/react-query';
import { client, unwrap } from './client';

/** Who is told of what happens here, and who may start something from outside. */
const SECOND = 1_000;

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: () => unwrap(client.GET('/api/v1/webhooks')) as Promise<WebhookView[]>,
  refetchInterval: 10 * SECOND,
});

/** What became of the latest messages to one of them. */
export const deliveriesQuery = (name: string) =>
  queryOptions({
    queryKey: ['webhook-deliveries', name],
    queryFn: () =>
      unwrap(
        client.GET('/api/v1/webhooks/{name}/deliveries', { params: { path: { name }, query: { limit: 50 } } }),
      ) as Promise<DeliveryView[]>,
    refetchInterval: 5 * SECOND,
  });

export const hooksQuery = queryOptions({
  queryKey: ['hooks'],
  queryFn: () => unwrap(client.GET('/api/v1/hooks')) as unknown as Promise<HookView[]>,
});

export const alertRulesQuery = queryOptions({
  queryKey: ['alert-rules'],
  queryFn: () => unwrap(client.GET('/api/v1/alert-rules')) as unknown as Promise<StoredAlertRule[]>,
});

export const chatUsersQuery = queryOptions({
  queryKey: ['chat-users'],
  queryFn: () => unwrap(client.GET('/api/v1/chat/users')) as unknown as Promise<ChatUserView[]>,
});
