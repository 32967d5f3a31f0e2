import { rolloutSchema, type Rollout } from '@fleetscope/contracts';

/** The fields of a rollout as people typed them; empty is not asked for. */
export interface RolloutForm {
  canaryHosts: string;
  canaryShare: string;
  batch: string;
  total: string;
  perClass: string;
  perJump: string;
  label: string;
  perLabel: string;
  failures: string;
  failureShare: string;
  cpuShare: string;
}
export const NO_ROLLOUT: RolloutForm = {
  canaryHosts: '',
  canaryShare: '',
  batch: '',
  total: '',
  perClass: '',
  perJump: '',
  label: '',
  perLabel: '',
  failures: '',
  failureShare: '',
  cpuShare: '',
};
type Field = keyof RolloutForm;

/** What stands beside each field. A share is typed in per cent. */
export const ROLLOUT_FIELDS: readonly {
  title: string;
  fields: readonly { name: Field; label: string; placeholder: string }[];
}[] = [
  {
    title: 'First a few',
    fields: [
      { name: 'canaryHosts', label: 'Canary hosts', placeholder: 'none' },
      { name: 'canaryShare', label: 'Of these answer, %', placeholder: '100' },
      { name: 'batch', label: 'Then so many at a time', placeholder: 'all others at once' },
    ],
  },
  {
    title: 'At most so many under way',
    fields: [
      { name: 'total', label: 'In all', placeholder: 'no limit' },
      { name: 'perClass', label: 'In a class', placeholder: 'no limit' },
      { name: 'perJump', label: 'Behind a jump host', placeholder: 'no limit' },
      { name: 'label', label: 'By this label', placeholder: 'rack' },
      { name: 'perLabel', label: 'With one value of it', placeholder: 'no limit' },
    ],
  },
  {
    title: 'Stop everywhere when',
    fields: [
      { name: 'failures', label: 'Silent hosts exceed', placeholder: 'never' },
      { name: 'failureShare', label: 'Silent share exceeds, %', placeholder: 'never' },
      { name: 'cpuShare', label: 'Probe’s CPU exceeds, %', placeholder: 'never' },
    ],
  },
];

const BOUNDS: Partial<Record<Field, { most: number; share: boolean }>> = {
  canaryShare: { most: 100, share: true },
  failureShare: { most: 100, share: true },
  cpuShare: { most: 6_400, share: true },
};
const MOST_HOSTS = 100_000;

const problemOf = (name: Field, text: string): string | null => {
  if (text === '' || name === 'label') return null;
  const bound = BOUNDS[name];
  if (bound) {
    const percent = Number(text.replace(',', '.'));
    return percent > 0 && percent <= bound.most ? null : `expected more than 0, at most ${bound.most} %`;
  }
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  return count >= 1 && count <= MOST_HOSTS ? null : 'expected a whole number, 1 or more';
};

export interface ReadRollout {
  /** Null: on all hosts at once. */
  rollout: Rollout | null;
  problems: Partial<Record<Field, string>>;
}

/** The rollout that a form asks for, or what is wrong with which of its fields. */
export const rolloutOf = (form: RolloutForm): ReadRollout => {
  const problems: Partial<Record<Field, string>> = {};
  for (const name of Object.keys(form) as Field[]) {
    const problem = problemOf(name, form[name]);
    if (problem !== null) problems[name] = problem;
  }
  if (form.canaryShare !== '' && form.canaryHosts === '') problems.canaryHosts ??= 'how many hosts first?';
  if (form.label !== '' && form.perLabel === '') problems.perLabel ??= 'how many with one value of it?';
  if (form.perLabel !== '' && form.label === '') problems.label ??= 'which label?';
  if (Object.keys(problems).length > 0) return { rollout: null, problems };
  const count = (name: Field): number | undefined => (form[name] === '' ? undefined : Number(form[name]));
  const share = (name: Field): number | undefined =>
    form[name] === '' ? undefined : Number(form[name].replace(',', '.')) / 100;
  const known = <T extends object>(part: T): T | undefined =>
    Object.values(part).some((value) => value !== undefined) ? part : undefined;
  const hosts = count('canaryHosts');
  const runs = count('perLabel');
  const asked = known({
    canary: hosts === undefined ? undefined : { hosts, share: share('canaryShare') },
    batch: count('batch'),
    concurrency: known({
      total: count('total'),
      perClass: count('perClass'),
      perJump: count('perJump'),
      perLabel: runs === undefined ? undefined : { label: form.label, runs },
    }),
    stopWhen: known({
      failures: count('failures'),
      failureShare: share('failureShare'),
      cpuShare: share('cpuShare'),
    }),
  });
  return { rollout: asked ? rolloutSchema.parse(asked) : null, problems };
};
