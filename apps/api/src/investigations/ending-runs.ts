import { type Tx } from '../platform';

/** Rows at a time: reading one page, and handing it to a thread, takes a few milliseconds. */
const PAGE = 100;

/**
 * The runs of an investigation as its conclusion takes them, each as JSON text made by the store, page by page. What each
 * rule said of what is fine is most of an analysis, and no verdict asks for it. By host, so that the same runs are concluded in the same order.
 */
export async function* endingRuns(tx: Tx, investigation: string): AsyncGenerator<readonly string[]> {
  const all = await tx.$queryRaw<{ host: string }[]>`
    SELECT host_name AS host FROM run WHERE investigation_id = ${investigation}::uuid ORDER BY host_name`;
  for (let from = 0; from < all.length; from += PAGE) {
    // By their names, each found in the index: a page that begins after the last name would sort all rows again.
    const hosts = all.slice(from, from + PAGE).map(({ host }) => host);
    const page = await tx.$queryRaw<{ run: string }[]>`
      SELECT jsonb_build_object('host', host_name, 'hostClass', host_class, 'labels', host_labels, 'facts', facts,
        'state', state, 'reason', reason, 'headline', headline, 'analysis', analysis - 'outcomes')::text AS run
      FROM run WHERE investigation_id = ${investigation}::uuid AND host_name = ANY(${hosts}::text[]) ORDER BY host_name`;
    yield page.map(({ run }) => run);
  }
}
