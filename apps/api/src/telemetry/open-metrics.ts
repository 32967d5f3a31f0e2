import { metric, METRICS, type MetricId, type Unit } from '@fleetscope/contracts';

export interface MeasuredRun {
  readonly host: string;
  readonly hostClass: string;
  readonly at: Date;
  readonly values: readonly { readonly metric: MetricId; readonly instance: string | null; readonly value: number }[];
}

interface Family {
  readonly name: string;
  readonly unit: string | null;
  /** From our unit to theirs: OpenMetrics has base units alone, and ratios instead of percentages. */
  readonly factor: number;
}

const UNITS: Record<Unit, { unit: string | null; factor: number }> = {
  '%': { unit: 'ratio', factor: 0.01 },
  ms: { unit: 'seconds', factor: 0.001 },
  s: { unit: 'seconds', factor: 1 },
  B: { unit: 'bytes', factor: 1 },
  'B/s': { unit: 'bytes_per_second', factor: 1 },
  'bit/s': { unit: 'bits_per_second', factor: 1 },
  '1': { unit: null, factor: 1 },
  '1/s': { unit: 'per_second', factor: 1 },
};

/** A name ends with its unit (OpenMetrics 1.0, "Units and Base Units"); one that does already is left as it is. */
export const familyOf = (id: MetricId): Family => {
  const { unit, factor } = UNITS[metric(id).unit];
  const plain = `fleetscope_${id.replaceAll('.', '_')}`;
  return { name: unit === null || plain.endsWith(`_${unit}`) ? plain : `${plain}_${unit}`, unit, factor };
};

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

const labelsOf = ({ host, hostClass }: MeasuredRun, instance: string | null): string =>
  `{host=${quoted(host)},class=${quoted(hostClass)}${instance === null ? '' : `,instance=${quoted(instance)}`}}`;

/** What runs measured, in the text format of OpenMetrics 1.0: a gauge a metric, a sample a host and instance. */
export const openMetrics = (runs: readonly MeasuredRun[]): string => {
  const lines: string[] = [];
  for (const id of METRICS.keys()) {
    const { name, unit, factor } = familyOf(id);
    const samples = runs.flatMap((run) =>
      run.values.flatMap(({ metric: of, instance, value }) =>
        of === id
          ? [`${name}${labelsOf(run, instance)} ${Number((value * factor).toPrecision(12))} ${run.at.getTime() / 1000}`]
          : [],
      ),
    );
    if (samples.length === 0) continue;
    lines.push(`# TYPE ${name} gauge`);
    if (unit !== null) lines.push(`# UNIT ${name} ${unit}`);
    lines.push(`# HELP ${name} ${metric(id).title.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`, ...samples);
  }
  return `${[...lines, '# EOF'].join('\n')}\n`;
};
