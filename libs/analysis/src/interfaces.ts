import { type CellValue, type MetricId } from '@fleetscope/contracts';
import { collectAll } from './collect';
import { type EvidenceIndex } from './evidence-index';

export const isLoopback = (name: string): boolean => name === 'lo' || /^lo\d+$/.test(name);

/** Interfaces of any of the metrics. */
export const interfacesOf = (evidence: EvidenceIndex, metrics: readonly MetricId[]): string[] =>
  [...new Set(collectAll(metrics, (metric) => evidence.instances(metric)))].sort();

/** Every interface's value of a link property (`duplex`): `eth0.duplex` of any facts, or `duplex` of facts named after it. */
export const linkFacts = (
  evidence: EvidenceIndex,
  property: string,
): { name: string; value: CellValue; step: string }[] =>
  evidence.factSets().flatMap(({ step, observation: { name, facts } }) =>
    Object.entries(facts).flatMap(([key, value]) => {
      const dotted = new RegExp(`^(.+)[./ ]${property}$`, 'i').exec(key)?.[1];
      if (dotted !== undefined) return [{ name: dotted, value, step }];
      if (key.toLowerCase() !== property) return [];
      return [{ name: name.replace(/^(link|ethtool|interface|net)[:. /]+/, ''), value, step }];
    }),
  );
