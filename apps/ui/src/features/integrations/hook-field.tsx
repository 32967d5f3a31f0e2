import { useQuery } from '@tanstack/react-query';
import { TextInput } from '@mantine/core';
import { hooksQuery } from '../../api/integration-queries';
import { useMay } from '../../app/session';

interface Props {
  label: string;
  placeholder: string;
  required?: boolean;
  className?: string | undefined;
}

/** The name of a hook, the field `hook` of a form; who may list them is offered them. */
export const HookField = ({ label, placeholder, required = false, className }: Props) => {
  const isAdmin = useMay('admin');
  const { data } = useQuery({ ...hooksQuery, enabled: isAdmin });
  return (
    <>
      <TextInput
        name="hook"
        label={label}
        placeholder={placeholder}
        required={required}
        {...(className === undefined ? {} : { className })}
        list="known-hooks"
        autoComplete="off"
        maxLength={64}
      />
      <datalist id="known-hooks">
        {data?.map(({ name, kind }) => (
          <option key={name} value={name}>
            {kind}
          </option>
        ))}
      </datalist>
    </>
  );
};
