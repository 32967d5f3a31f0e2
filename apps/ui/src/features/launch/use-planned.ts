import { type HostView, type Preview, type Runbook, type Targets } from '@fleetscope/contracts';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ApiProblem } from '../../api/problem';
import { previewQuery } from '../../api/queries';
import { selectHosts } from '../../components/select-hosts';
import { parameterProblem, requestOf, targetsOf, type LaunchForm } from './request';
import { rolloutOf } from './rollout';

/** Typing asks for no preview at every key. */
const PAUSE_MS = 250;

export interface Planned {
  targets: Targets | null;
  /** Names of the hosts that the targets select. */
  selected: string[];
  /** Nothing that was typed can not be. */
  isValid: boolean;
  preview: Preview | undefined;
  /** Why the control plane would not take the request. */
  refusal: ApiProblem | null;
  /** The preview is of the form as it stands, or there will be none. */
  isSettled: boolean;
}

/** What a form comes to: its hosts at once, and what the control plane says of it a moment later. */
export const usePlanned = (
  form: LaunchForm,
  runbook: Runbook | undefined,
  hosts: readonly HostView[] | undefined,
): Planned => {
  const targets = useMemo(() => targetsOf(form, hosts ?? []), [form, hosts]);
  const selected = useMemo(
    () => (targets ? selectHosts(hosts ?? [], targets).map(({ name }) => name) : []),
    [targets, hosts],
  );
  const isValid =
    runbook !== undefined &&
    Object.entries(runbook.parameters).every(
      ([name, parameter]) => parameterProblem(parameter, form.parameters[name] ?? '') === null,
    ) &&
    Object.keys(rolloutOf(form.rollout).problems).length === 0;
  // The words of the reason change nothing of what it would do.
  const request = useMemo(
    () =>
      isValid && targets && selected.length > 0
        ? { ...requestOf({ ...form, runbook: runbook.id }, runbook, targets), reason: '' }
        : null,
    [isValid, targets, selected.length, form, runbook],
  );
  const key = JSON.stringify(request);
  const [asked] = useDebouncedValue({ key, request }, PAUSE_MS);
  const { data, error, isFetching, isPlaceholderData } = useQuery({
    ...previewQuery(asked.request),
    placeholderData: keepPreviousData,
  });
  const isCurrent = asked.key === key;
  return {
    targets: selected.length > 0 ? targets : null,
    selected,
    isValid,
    preview: request === null ? undefined : data,
    refusal: isCurrent && error instanceof ApiProblem ? error : null,
    isSettled: isCurrent && !isFetching && !isPlaceholderData,
  };
};
