import { Counter, Registry } from 'prom-client';

/** What this process counts for Prometheus; what all processes share is asked of the database when it is scraped. */
export const REGISTRY = new Registry();

/** One for each attempt, so that a host that is tried three times counts three times. */
export const handshakeFailures = new Counter({
  name: 'fleetscope_handshake_failures_total',
  help: 'Attempts to reach a host that failed before its probe began, by what went wrong',
  labelNames: ['kind'] as const,
  registers: [REGISTRY],
});

/** Of this process, which holds what waits. */
export const measurementsDropped = new Counter({
  name: 'fleetscope_otlp_measurements_dropped_total',
  help: 'Runs whose measurements the OTLP receiver did not get: it was away for too long, or refused them',
  registers: [REGISTRY],
});
