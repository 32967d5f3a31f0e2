import { type Parameter, type ParameterValues, type Runbook } from '@fleetscope/contracts';
import { windowParameter, windowSeconds } from './parameters';

/**
 * `{window}`, `{window+1}`, `{pid}`; `{pid|0}` with what stands for an absent parameter, as programs need it. Text with a
 * space after the brace (awk's `{ print }`) is no placeholder.
 */
const PLACEHOLDER = /\{([a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:([+-])([0-9]{1,4}))?(?:\|([A-Za-z0-9-]{0,32}))?\}/g;

export const placeholdersIn = (text: string): string[] =>
  [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');

/** The names that may stand in a runbook's placeholders. */
export const knownPlaceholders = (runbook: Runbook): Set<string> => {
  const names = new Set(Object.keys(runbook.parameters));
  if (windowParameter(runbook) !== null) names.add('window');
  return names;
};

const textOf = (parameter: Parameter | undefined, value: number | string | null): string | null => {
  if (value === null) return null;
  // Tools take whole seconds.
  if (parameter?.type === 'duration') return String(Math.ceil(Number(value) / 1000));
  return String(value);
};

/** Replaces placeholders; null when one of them stands for an absent parameter (the argument is left out then). */
export const fillPlaceholders = (text: string, runbook: Runbook, values: ParameterValues): string | null => {
  let absent = false;
  const filled = text.replace(
    PLACEHOLDER,
    (whole, name: string, sign?: string, offset?: string, otherwise?: string) => {
      const isWindow = name === 'window' && windowParameter(runbook) !== null;
      if (!isWindow && !Object.hasOwn(runbook.parameters, name)) return whole;
      const value = isWindow
        ? String(windowSeconds(runbook, values))
        : textOf(runbook.parameters[name], values[name] ?? null);
      if (value === null) {
        if (otherwise !== undefined) return otherwise;
        absent = true;
        return '';
      }
      return sign === undefined ? value : String(Number(value) + (sign === '+' ? 1 : -1) * Number(offset));
    },
  );
  return absent ? null : filled;
};
