import { type Targets } from '@fleetscope/contracts';
import { listed } from './format';

/** "class web, db" · "all hosts" · "db-07, db-03": what was aimed at. */
export const targetWords = (targets: Targets): string => {
  const parts: string[] = [];
  if (targets.hosts?.length) parts.push(listed(targets.hosts, 2));
  if (targets.classes?.length) parts.push(`class ${targets.classes.join(', ')}`);
  const labels = Object.entries(targets.labels ?? {}).map(([key, value]) => `${key}=${value}`);
  if (labels.length > 0) parts.push(labels.join(', '));
  return parts.length > 0 ? parts.join(' · ') : 'all hosts';
};
