import { type Alert, type HookInput } from '@fleetscope/contracts';
import { createHash } from 'node:crypto';
import { z } from 'zod';

const textRecord = z.record(z.string().max(128), z.string().max(2_000));
const MAX_ALERTS = 500;

/** The same text for the same labels, in whatever order they came. */
const digestOf = (labels: Record<string, string>): string =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex')
    .slice(0, 16);
const cut = (text: string | undefined): string => (text ?? '').slice(0, 500);

/** Alertmanager's webhook, version 4. What fires again after it was resolved has another `startsAt`. */
const alertmanager = z
  .looseObject({
    version: z.literal('4'),
    alerts: z
      .array(
        z.looseObject({
          status: z.enum(['firing', 'resolved']),
          labels: textRecord,
          annotations: textRecord.default({}),
          startsAt: z.string().max(64).default(''),
          fingerprint: z.string().max(128).optional(),
        }),
      )
      .max(MAX_ALERTS),
  })
  .transform(({ alerts }): Alert[] =>
    alerts.map(({ status, labels, annotations, startsAt, fingerprint }) => ({
      fingerprint: `${fingerprint ?? digestOf(labels)} ${startsAt}`,
      firing: status === 'firing',
      labels,
      summary: cut(annotations['summary'] ?? annotations['description'] ?? labels['alertname']),
    })),
  );

const reference = z.looseObject({ id: z.string().max(128), summary: z.string().max(2_000).optional() });
/** PagerDuty's webhooks, version 3: an incident that is new or open again starts something. */
const pagerduty = z
  .looseObject({
    event: z.looseObject({
      event_type: z.string().max(128),
      data: z.looseObject({
        id: z.string().max(128),
        title: z.string().max(2_000).default(''),
        urgency: z.string().max(64).default(''),
        service: reference.nullish(),
        priority: reference.nullish(),
        custom_details: z.record(z.string(), z.unknown()).optional(),
      }),
    }),
  })
  .transform(({ event: { event_type: type, data } }): Alert[] => {
    const details = Object.entries(data.custom_details ?? {}).flatMap(([key, value]) =>
      typeof value === 'string' && key.length <= 128 ? [[key, value.slice(0, 2_000)] as const] : [],
    );
    return [
      {
        fingerprint: data.id,
        firing: ['incident.triggered', 'incident.reopened'].includes(type),
        labels: {
          ...Object.fromEntries(details),
          ...{ event_type: type, incident: data.id, title: data.title, urgency: data.urgency },
          ...(data.service?.summary ? { service: data.service.summary } : {}),
          ...(data.priority?.summary ? { priority: data.priority.summary } : {}),
        },
        summary: cut(data.title),
      },
    ];
  });

const single = z.looseObject({
  labels: textRecord,
  id: z.string().max(128).optional(),
  firing: z.boolean().default(true),
  summary: z.string().max(2_000).optional(),
});
/** Anybody else's: one alert, or a list of them under `alerts`. */
const standard = z
  .union([
    z.looseObject({ alerts: z.array(single).max(MAX_ALERTS) }),
    single.transform((alert) => ({ alerts: [alert] })),
  ])
  .transform(({ alerts }): Alert[] =>
    alerts.map(({ labels, id, firing, summary }) => ({
      ...{ fingerprint: id ?? digestOf(labels), firing, labels, summary: cut(summary) },
    })),
  );

export const ALERTS_IN: Record<HookInput['kind'], z.ZodType<Alert[]>> = { alertmanager, pagerduty, standard };
