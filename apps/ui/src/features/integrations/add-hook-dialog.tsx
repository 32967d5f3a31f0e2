import { type CreatedHook, HOOK_KINDS, type HookInput, ROLES } from '@fleetscope/contracts';
import { Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, unwrap } from '../../api/client';
import { hooksQuery } from '../../api/integration-queries';
import { FormEnd } from '../../components/form-end';
import { formText } from '../../components/form-text';
import { scopeFrom, scopeText } from '../../components/scope';
import { ScopeFields } from '../../components/scope-fields';
import { ShownOnce } from '../../components/shown-once';
import { HOOK_PROOF, HOOK_SENDERS, type HookKind } from './hook-words';
import css from '../../components/room.module.css';

/** An address that alerts are sent to, with a secret of its own. */
export const AddHookDialog = ({ onAdded, onClose }: { onAdded(name: string): void; onClose(): void }) => {
  const queries = useQueryClient();
  const [kind, setKind] = useState<HookKind>('alertmanager');
  const [scope, setScope] = useState(scopeText(null));
  const [made, setMade] = useState<CreatedHook | null>(null);
  const add = useMutation({
    // A secret that was given is not kept.
    gcTime: 0,
    mutationFn: (body: HookInput) => unwrap(client.POST('/api/v1/hooks', { body })) as Promise<CreatedHook>,
    onSuccess: async (hook, { secret }) => {
      await queries.invalidateQueries({ queryKey: hooksQuery.queryKey });
      onAdded(hook.name);
      if (secret === undefined) setMade(hook);
      else onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    const text = formText(event);
    const asked = scopeFrom(scope);
    if (asked === undefined) return;
    const secret = text('secret');
    add.mutate({
      ...{ name: text('name'), kind, scope: asked },
      role: ROLES.find((role) => role === text('role')) ?? 'operator',
      ...(secret === '' ? {} : { secret }),
    });
  };
  const makesItsOwn = kind === 'pagerduty';
  return (
    <Modal opened onClose={onClose} title="Add a hook" size={560}>
      {made ? (
        <>
          <ShownOnce secret={made.secret}>The secret of the other side. This is the only time it is shown.</ShownOnce>
          <p className="dim">
            It is called at <code>{`${window.location.origin}${made.path}`}</code>. {HOOK_PROOF[made.kind]}
          </p>
        </>
      ) : (
        <form onSubmit={onSubmit} className={css.form} autoComplete="off">
          <TextInput name="name" label="Name" placeholder="am" required maxLength={64} data-autofocus />
          <NativeSelect
            label="Who sends"
            value={kind}
            onChange={({ currentTarget: { value } }) => setKind(HOOK_KINDS.find((one) => one === value) ?? 'standard')}
            data={(['alertmanager', 'pagerduty', 'standard'] as const).map((value) => ({
              value,
              label: HOOK_SENDERS[value],
            }))}
          />
          <NativeSelect name="role" label="May start as" defaultValue="operator" data={[...ROLES]} />
          <TextInput
            key={kind}
            name="secret"
            type="password"
            label="Secret"
            placeholder={makesItsOwn ? 'that PagerDuty showed' : 'a new one is made'}
            autoComplete="new-password"
            required={makesItsOwn}
            minLength={16}
            maxLength={256}
          />
          <ScopeFields value={scope} onChange={setScope} />
          <FormEnd error={add.error} isPending={add.isPending} submit="Add the hook" />
        </form>
      )}
    </Modal>
  );
};
