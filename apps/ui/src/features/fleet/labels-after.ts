type Labels = Readonly<Record<string, string>>;

/** A host's labels with some set and some taken away; null when that changes nothing. */
export const labelsAfter = (labels: Labels, add: Labels, drop: readonly string[]): Record<string, string> | null => {
  const after = Object.fromEntries(Object.entries({ ...labels, ...add }).filter(([name]) => !drop.includes(name)));
  const isSame =
    Object.keys(after).length === Object.keys(labels).length &&
    Object.entries(after).every(([name, value]) => labels[name] === value);
  return isSame ? null : after;
};
