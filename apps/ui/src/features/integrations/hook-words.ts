import { type HOOK_KINDS } from '@fleetscope/contracts';

export type HookKind = (typeof HOOK_KINDS)[number];

export const HOOK_SENDERS: Readonly<Record<HookKind, string>> = {
  alertmanager: 'Alertmanager',
  pagerduty: 'PagerDuty (v3)',
  standard: 'a program (Standard Webhooks)',
};

/** How the other side proves who it is. */
export const HOOK_PROOF: Readonly<Record<HookKind, string>> = {
  alertmanager: 'In a webhook_config of Alertmanager: this URL, and the secret as the credentials of its http_config.',
  pagerduty:
    'In a webhook subscription (v3) of PagerDuty: this URL. The secret that PagerDuty showed signs the messages.',
  standard: 'A POST of {"labels":{…}} or {"alerts":[…]}, signed after Standard Webhooks with the secret.',
};
