import { createHmac, timingSafeEqual } from 'node:crypto';
import { type IncomingHttpHeaders } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** How far the time in a signed message may be off, either way. */
export const TOLERANCE_MS = 5 * 60_000;

/** Why a message is refused; or by which id it is known again. */
export type Signed = { readonly refused: string } | { readonly id: string | null };

const same = (a: string, b: string): boolean => {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
};
const hmac = (secret: string, text: string | Buffer): string => createHmac('sha256', secret).update(text).digest('hex');
const one = (headers: IncomingHttpHeaders, name: string): string => {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
};
const isStale = (ms: number, now: number): boolean => !(Math.abs(ms - now) <= TOLERANCE_MS);
const WRONG = { refused: 'the signature is not right' } as const;
const STALE = { refused: 'its time is more than five minutes off' } as const;

/** Slack's v0: HMAC-SHA256 over `v0:TIMESTAMP:BODY`. The signature itself is the id: it is over the time and all of the body. */
export const slackSigned = (secret: string, headers: IncomingHttpHeaders, body: Buffer, now: number): Signed => {
  const [time, signature] = [one(headers, 'x-slack-request-timestamp'), one(headers, 'x-slack-signature')];
  if (!/^[0-9]{1,12}$/.test(time)) return WRONG;
  const expected = `v0=${hmac(secret, Buffer.concat([Buffer.from(`v0:${time}:`), body]))}`;
  if (!same(signature, expected)) return WRONG;
  return isStale(Number(time) * 1_000, now) ? STALE : { id: signature };
};

/** Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
export const standardSigned = (secret: string, headers: IncomingHttpHeaders, body: Buffer, now: number): Signed => {
  const [id, time] = [one(headers, 'webhook-id'), one(headers, 'webhook-timestamp')];
  if (id === '' || id.length > 256 || !/^[0-9]{1,12}$/.test(time)) return WRONG;
  const expected = new Webhook(secret).sign(id, new Date(Number(time) * 1_000), body);
  const shown = one(headers, 'webhook-signature').split(' ').slice(0, 10);
  if (!shown.some((signature) => same(signature, expected))) return WRONG;
  return isStale(Number(time) * 1_000, now) ? STALE : { id };
};

/** PagerDuty v3: `v1=HEX`, several while its secret is changed. Its time and id are in the event. */
export const pagerdutySigned = (secret: string, headers: IncomingHttpHeaders, body: Buffer, now: number): Signed => {
  const expected = `v1=${hmac(secret, body)}`;
  const shown = one(headers, 'x-pagerduty-signature').split(',').slice(0, 10);
  if (!shown.some((signature) => same(signature.trim(), expected))) return WRONG;
  const { event } = JSON.parse(body.toString('utf8')) as { event?: { id?: unknown; occurred_at?: unknown } };
  if (typeof event?.id !== 'string' || typeof event.occurred_at !== 'string')
    return { refused: 'it names no event.id and event.occurred_at' };
  return isStale(Date.parse(event.occurred_at), now) ? STALE : { id: event.id };
};

/** Alertmanager signs nothing: it shows the secret, or a proxy before it signs as Standard Webhooks says. */
export const alertmanagerSigned = (secret: string, headers: IncomingHttpHeaders, body: Buffer, now: number): Signed => {
  if (headers['webhook-signature'] !== undefined) return standardSigned(secret, headers, body, now);
  return same(one(headers, 'authorization'), `Bearer ${secret}`) ? { id: null } : { refused: 'the token is not right' };
};
