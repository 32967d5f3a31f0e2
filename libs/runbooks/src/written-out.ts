import { isMap, isSeq, parse, parseDocument } from 'yaml';

interface WithSteps {
  readonly include?: readonly string[];
  readonly steps?: readonly { readonly id: string }[];
}

/**
 * The text of a runbook with the steps of those it includes in it, so that it is whole by itself; what it says besides, and its
 * comments, stay. Steps stand where the loader puts them: those of the included first, its own of the same id in their place.
 * @param textOf text of the runbook of an id, beside it
 */
export const writtenOut = (text: string, textOf: (id: string) => string): string => {
  const document = parseDocument(text);
  const { include = [], steps: own = [] } = document.toJS() as WithSteps;
  const steps = new Map<string, object>();
  for (const id of include)
    for (const step of (parse(textOf(id)) as WithSteps).steps ?? []) if (!steps.has(step.id)) steps.set(step.id, step);
  // Those of its own as they were written.
  const nodes: unknown = document.get('steps');
  own.forEach((step, at) => {
    const node: unknown = isSeq(nodes) ? nodes.items[at] : undefined;
    steps.set(step.id, isMap(node) ? node : step);
  });
  document.delete('include');
  const all = document.createNode([...steps.values()]);
  // The list itself stays, as what is said before it belongs to it.
  if (isSeq(nodes) && isSeq(all)) nodes.items = all.items;
  else document.set('steps', all);
  return document.toString({ lineWidth: 0 });
};
