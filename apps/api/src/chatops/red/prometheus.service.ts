import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';
import { RUNTIME, type Runtime } from '../../platform';
import { Outbound, OutboundError } from '../outbound/outbound.service';

/** A value with its time, epoch milliseconds; null where Prometheus has no number (`NaN`, `+Inf`). */
export interface Sample {
  readonly at: number;
  readonly value: number | null;
}

const answerSchema = z.union([
  z.object({
    status: z.literal('success'),
    data: z.object({
      resultType: z.literal('matrix'),
      result: z.array(z.object({ values: z.array(z.tuple([z.number(), z.string()])).max(20_000) })).max(1_000),
    }),
  }),
  z.object({ status: z.literal('error'), error: z.string() }),
]);

/** The configured Prometheus: its address was given by whoever installed this, and is guarded like any other. */
@Injectable()
export class Prometheus {
  constructor(
    private readonly outbound: Outbound,
    @Inject(RUNTIME) private readonly runtime: Pick<Runtime, 'prometheus'>,
  ) {}

  get isConfigured(): boolean {
    return this.runtime.prometheus !== null;
  }

  /** @throws OutboundError, also for more than one series: a service is one. */
  async range(query: string, fromMs: number, toMs: number, stepSeconds: number): Promise<Sample[]> {
    const { prometheus } = this.runtime;
    if (!prometheus) throw new OutboundError('no Prometheus is configured (FLEETSCOPE_PROMETHEUS)');
    const asked = new URLSearchParams({
      ...{ query, start: String(fromMs / 1_000), end: String(toMs / 1_000), step: String(stepSeconds) },
    });
    const { status, text } = await this.outbound.call(`${prometheus.url}/api/v1/query_range?${asked.toString()}`, {
      headers: {
        accept: 'application/json',
        ...(prometheus.token === null ? {} : { authorization: `Bearer ${prometheus.token}` }),
      },
    });
    const parsed = answerSchema.safeParse(jsonOf(text));
    if (!parsed.success) throw new OutboundError(`Prometheus answered ${status}, and not as its API does`);
    if (parsed.data.status === 'error') throw new OutboundError(`Prometheus: ${parsed.data.error.slice(0, 300)}`);
    const { result } = parsed.data.data;
    if (result.length > 1)
      throw new OutboundError(`the query gives ${result.length} series; let sum() or the like make one of them`);
    return (result[0]?.values ?? []).map(([at, value]) => ({
      at: at * 1_000,
      value: Number.isFinite(Number(value)) ? Number(value) : null,
    }));
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
};
