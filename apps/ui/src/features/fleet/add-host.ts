import { hostInputSchema, type HostInput } from '@fleetscope/contracts';
import { labelsFromText } from '../../components/select-hosts';

export type HostFormField =
  'name' | 'address' | 'port' | 'user' | 'transport' | 'class' | 'labels' | 'jump' | 'become' | 'identityFile';

/** A form's texts to what the API takes, or what is wrong by field. */
export const hostFromForm = (
  fields: Readonly<Record<string, string>>,
): { host: HostInput } | { problems: Record<string, string> } => {
  const filled = (name: HostFormField): string | undefined => fields[name]?.trim() || undefined;
  const listOf = (name: HostFormField): string[] =>
    filled(name)
      ?.split(/[\s,]+/)
      .filter(Boolean) ?? [];
  const labels = labelsFromText(filled('labels') ?? '');
  if (labels === null) return { problems: { labels: 'expected name=value, such as env=prod' } };
  const parsed = hostInputSchema.safeParse({
    name: filled('name') ?? '',
    address: filled('address'),
    port: filled('port') === undefined ? undefined : Number(filled('port')),
    user: filled('user'),
    transport: filled('transport'),
    class: filled('class'),
    labels,
    jump: listOf('jump'),
    become: filled('become') === 'sudo' ? 'sudo' : null,
    identityFile: filled('identityFile') ?? null,
  });
  if (parsed.success) return { host: parsed.data };
  const problems: Record<string, string> = {};
  for (const issue of parsed.error.issues) problems[String(issue.path[0] ?? 'name')] ??= issue.message;
  return { problems };
};
