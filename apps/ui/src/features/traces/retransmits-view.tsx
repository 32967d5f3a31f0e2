import { useMemo } from 'react';
import { type Column, DataTable } from '../../components/data-table';
import { listed, plural } from '../../components/format';
import { visibleText } from '../../components/visible-text';
import { type Edge, matrixOf } from './traces-model';
import { edgeWords } from './words';
import { WhoToWhomGraph } from './who-to-whom-graph';
import css from './traces-page.module.css';

const COLUMNS: readonly Column<Edge>[] = [
  { id: 'source', title: 'From', value: ({ source }) => visibleText(source) },
  { id: 'destination', title: 'To', value: ({ destination }) => visibleText(destination) },
  { id: 'port', title: 'Port', value: ({ port }) => port, isNumber: true },
  {
    id: 'segments',
    title: 'Segments',
    value: ({ segments }) => segments,
    render: ({ segments }) => segments.toLocaleString('en-GB'),
    isNumber: true,
  },
  {
    id: 'events',
    title: 'Events',
    value: ({ events }) => events,
    render: ({ events }) => events.toLocaleString('en-GB'),
    isNumber: true,
  },
  { id: 'connections', title: 'Connections', value: ({ connections }) => connections, isNumber: true },
  { id: 'state', title: 'State', value: ({ states }) => visibleText(states.join(', ')) },
  { id: 'netns', title: 'Namespace', value: ({ netns }) => netns || null },
  {
    id: 'seen',
    title: 'Seen by',
    value: ({ seenBy }) => seenBy.length,
    render: ({ seenBy }) => <span title={seenBy.join(', ')}>{listed(seenBy, 2)}</span>,
  },
];

/** Who sends again to whom: as lines, as a matrix where the dark cells are, and every pair with its numbers. */
export const RetransmitsView = ({ edges }: { edges: readonly Edge[] }) => {
  const matrix = useMemo(() => matrixOf(edges), [edges]);
  return (
    <div className={css.two}>
      <section className={css.section} aria-label="Who to whom, drawn">
        <h2 className="sec">Who sends again to whom</h2>
        <WhoToWhomGraph matrix={matrix} />
      </section>
      <section className={css.section} aria-label="Pairs">
        <h2 className="sec">Pairs of ends</h2>
        <DataTable
          label="Pairs of ends"
          columns={COLUMNS}
          rows={edges}
          keyOf={(edge) => `${edgeWords(edge)} ${edge.netns}`}
          sort={{ by: 'segments', down: true }}
          maxHeight={320}
          empty="Nothing was sent again."
        />
      </section>
      <section className={`${css.section} ${css.whole}`} aria-label="Who to whom">
        <h2 className="sec">Who to whom, in segments</h2>
        <div className={css.matrix} tabIndex={0} role="region" aria-label="Matrix of senders and receivers">
          <table>
            <thead>
              <tr>
                <td />
                {matrix.destinations.map((destination) => (
                  <th key={destination} scope="col">
                    <span>{visibleText(destination)}</span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {matrix.sources.map((source, row) => (
                <tr key={source}>
                  <th scope="row">{visibleText(source)}</th>
                  {matrix.destinations.map((destination, column) => {
                    const segments = matrix.segments[row * matrix.destinations.length + column] ?? 0;
                    const part = Math.sqrt(segments / matrix.max);
                    return (
                      <td
                        key={destination}
                        data-none={segments === 0}
                        title={`${source} → ${destination}: ${plural(segments, 'segment')}`}
                        style={
                          segments === 0
                            ? undefined
                            : {
                                background: `color-mix(in srgb, var(--warn) ${Math.round(10 + part * 50)}%, var(--bg))`,
                              }
                        }
                      >
                        {segments === 0 ? '' : segments.toLocaleString('en-GB')}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {matrix.left > 0 && <p className="dim">{plural(matrix.left, 'more end')} in the table.</p>}
      </section>
    </div>
  );
};
