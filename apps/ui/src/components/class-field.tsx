import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { hostsQuery } from '../api/queries';
import { facets } from './select-hosts';

/** All hosts, or those of one class; the field `class` of a form. */
export const ClassField = ({ className }: { className?: string }) => {
  const { data: hosts } = useQuery(hostsQuery);
  return (
    <NativeSelect
      name="class"
      label="Hosts"
      {...(className === undefined ? {} : { className })}
      data={[
        { value: '', label: 'all of them' },
        ...facets(hosts ?? []).classes.map(([name, count]) => ({ value: name, label: `class ${name} (${count})` })),
      ]}
    />
  );
};
