import { type HostScope, type Scope } from '@fleetscope/contracts';
import { labelsFromText } from './select-hosts';

/** A scope as it is typed: classes by comma or space, labels as name=value. Both empty is the whole fleet. */
export interface ScopeText {
  classes: string;
  labels: string;
}

export const scopeText = (scope: Scope): ScopeText => ({
  classes: scope?.classes.join(' ') ?? '',
  labels: Object.entries(scope?.labels ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join(' '),
});

/** Undefined: the labels are none. */
export const scopeFrom = ({ classes, labels }: ScopeText): Scope | undefined => {
  const pairs = labelsFromText(labels);
  if (!pairs) return undefined;
  const scope: HostScope = { classes: classes.split(/[\s,]+/).filter(Boolean), labels: pairs };
  return scope.classes.length + Object.keys(pairs).length > 0 ? scope : null;
};

export const scopeWords = (scope: Scope): string => {
  if (scope === null) return 'the whole fleet';
  const { classes, labels } = scopeText(scope);
  return [classes && `class ${scope.classes.join(', ')}`, labels].filter(Boolean).join(' with ');
};
