import { metric, METRICS, type MetricId, type Unit } from '@fleetscope/contracts';
import { type MeasuredRun } from './open-metrics';

/** From our unit to UCUM's, as OTLP wants them, and to base units. */
const UNITS: Record<Unit, { unit: string; factor: number }> = {
  '%': { unit: '1', factor: 0.01 },
  ms: { unit: 's', factor: 0.001 },
  s: { unit: 's', factor: 1 },
  B: { unit: 'By', factor: 1 },
  'B/s': { unit: 'By/s', factor: 1 },
  'bit/s': { unit: 'bit/s', factor: 1 },
  '1': { unit: '1', factor: 1 },
  '1/s': { unit: '1/s', factor: 1 },
};

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}
interface Metric {
  readonly name: string;
  readonly description: string;
  readonly unit: string;
  readonly gauge: {
    readonly dataPoints: readonly {
      readonly attributes: readonly Attribute[];
      /** 64 bits as text: the JSON mapping of protobuf. */
      readonly timeUnixNano: string;
      readonly asDouble: number;
    }[];
  };
}

const attributes = (given: Readonly<Record<string, string>>): Attribute[] =>
  Object.entries(given).map(([key, stringValue]) => ({ key, value: { stringValue } }));

const metricOf = (id: MetricId, { at, values }: MeasuredRun): Metric[] => {
  const { unit, factor } = UNITS[metric(id).unit];
  const dataPoints = values.flatMap(({ metric: of, instance, value }) =>
    of === id
      ? [
          {
            attributes: attributes(instance === null ? {} : { instance }),
            timeUnixNano: `${at.getTime()}000000`,
            asDouble: Number((value * factor).toPrecision(12)),
          },
        ]
      : [],
  );
  if (dataPoints.length === 0) return [];
  return [{ name: `fleetscope.${id}`, description: metric(id).title, unit, gauge: { dataPoints } }];
};

/**
 * What runs measured as an ExportMetricsServiceRequest of OTLP/HTTP in JSON (opentelemetry-proto 1.x, metrics/v1): a resource a
 * host, a gauge a metric, at the time at which the run ended. No investigation is named: each would be a series of its own.
 */
export const otlpMetrics = (runs: readonly MeasuredRun[], version: string) => ({
  resourceMetrics: runs.map((run) => ({
    resource: {
      attributes: attributes({
        ...{ 'service.name': 'fleetscope', 'service.version': version },
        ...{ 'host.name': run.host, 'fleetscope.class': run.hostClass },
      }),
    },
    scopeMetrics: [
      { scope: { name: 'fleetscope', version }, metrics: [...METRICS.keys()].flatMap((id) => metricOf(id, run)) },
    ],
  })),
});
