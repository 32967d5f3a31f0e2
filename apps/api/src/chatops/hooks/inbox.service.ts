import { type Alert, type AlertResult } from '@fleetscope/contracts';
import { Injectable } from '@nestjs/common';
import { type IncomingHttpHeaders } from 'node:http';
import { AuditService, RateLimits } from '../../access';
import { fieldErrors, notFound, ProblemException } from '../../platform';
import { AlertStarts } from '../alerts/alert-starts.service';
import { ALERTS_IN } from './alerts-in';
import { HooksService, type KnownHook } from './hooks.service';
import { ReceivedMessages } from './received.service';
import { alertmanagerSigned, pagerdutySigned, standardSigned } from './signatures';

const SIGNED = { alertmanager: alertmanagerSigned, pagerduty: pagerdutySigned, standard: standardSigned };

/** Notifications as they come in: proof first, then what they say, then what is started by it. */
@Injectable()
export class Inbox {
  constructor(
    private readonly hooks: HooksService,
    private readonly received: ReceivedMessages,
    private readonly starts: AlertStarts,
    private readonly audit: AuditService,
    private readonly limits: RateLimits,
  ) {}

  /** @throws 401 for what is not signed as it must be, 409 for what was received before. */
  async receive(
    name: string,
    from: { ip: string; headers: IncomingHttpHeaders; body: Buffer },
  ): Promise<AlertResult[]> {
    const hook = await this.hooks.known(name);
    const alerts = this.readable(hook, from.body);
    const signed =
      hook && alerts !== undefined ? SIGNED[hook.kind](hook.secret, from.headers, from.body, Date.now()) : null;
    if (!hook || !signed || 'refused' in signed) {
      await this.limits.take('strangers', from.ip);
      const why = signed && 'refused' in signed ? signed.refused : 'there is no such hook, or its message is no JSON';
      if (hook) await this.audit.record(`hook:${name}`, 'alert.receive', name, 'denied', { why });
      throw new ProblemException(401, `the message is refused: ${why}`);
    }
    await this.limits.take('launches', `hook ${name}`);
    const parsed = ALERTS_IN[hook.kind].safeParse(alerts);
    if (!parsed.success)
      throw new ProblemException(400, `the message is not one of ${hook.kind}`, {
        errors: fieldErrors(parsed.error, alerts),
      });
    return this.once(name, hook, signed.id, parsed.data);
  }

  /** What would come of a payload, without a signature and without starting anything. @throws 404 */
  async rehearse(name: string, payload: unknown): Promise<AlertResult[]> {
    const hook = await this.hooks.known(name);
    if (!hook) throw notFound(`hook ${name}`, 'GET /api/v1/hooks shows them');
    const parsed = ALERTS_IN[hook.kind].safeParse(payload);
    if (!parsed.success)
      throw new ProblemException(400, `the payload is not one of ${hook.kind}`, {
        errors: fieldErrors(parsed.error, payload),
      });
    return this.starts.rehearse(name, parsed.data, hook.identity);
  }

  private async once(
    name: string,
    { identity }: KnownHook,
    id: string | null,
    alerts: Alert[],
  ): Promise<AlertResult[]> {
    const source = `hook:${name}`;
    if (id !== null && !(await this.received.isFirst(source, id))) {
      await this.audit.record(source, 'alert.receive', name, 'denied', { why: 'received before', id });
      throw new ProblemException(409, 'the message was received before');
    }
    try {
      const results = await this.starts.start(name, alerts, identity);
      const few = results.slice(0, 50).map(({ alert, rule, outcome, why, investigation }) => ({
        ...{ alert, rule, outcome, why, investigation },
      }));
      await this.audit.record(source, 'alert.receive', name, 'done', { alerts: alerts.length, results: few });
      return results;
    } catch (error) {
      if (id !== null) await this.received.forget(source, id);
      throw error;
    }
  }

  /** Undefined for what is no JSON: nothing of it is said to somebody who has not proved who they are. */
  private readable(hook: KnownHook | null, body: Buffer): unknown {
    if (!hook) return undefined;
    try {
      return JSON.parse(body.toString('utf8')) as unknown;
    } catch {
      return undefined;
    }
  }
}
