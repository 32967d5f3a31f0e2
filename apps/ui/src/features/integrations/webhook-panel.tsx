import { type DeliveryView, type InvestigationView, type WebhookView } from '@fleetscope/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, unwrap } from '../../api/client';
import { deliveriesQuery, webhooksQuery } from '../../api/integration-queries';
import { investigationsQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { formatClock, plural } from '../../components/format';
import { Removal } from '../../components/removal';
import { SidePanel } from '../../components/side-panel';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { deliveryWords } from './delivery-words';
import css from '../../components/room.module.css';

/** One webhook: whether it takes a test, and what became of the latest messages. */
export const WebhookPanel = ({ webhook, onClose }: { webhook: WebhookView; onClose(): void }) => {
  const { name, to, format, waiting } = webhook;
  const queries = useQueryClient();
  const now = useNow(1_000);
  const test = useMutation({
    mutationFn: () => unwrap(client.POST('/api/v1/webhooks/{name}/test', { params: { path: { name } } })),
  });
  const remove = async (): Promise<void> => {
    await unwrap(client.DELETE('/api/v1/webhooks/{name}', { params: { path: { name } } }));
    onClose();
    await queries.invalidateQueries({ queryKey: webhooksQuery.queryKey });
  };
  return (
    <SidePanel label={`Webhook ${name}`} title={name} onClose={onClose}>
      <p className="dim">
        Tells {visibleText(to)} when an investigation has ended ({format}); added by {visibleText(webhook.createdBy)},{' '}
        {formatClock(webhook.createdAt, now)}
      </p>
      <h3 className="sec">Test</h3>
      <button type="button" className="btn" disabled={test.isPending} onClick={() => test.mutate()}>
        {test.isPending ? 'Sending …' : 'Send a test'}
      </button>
      <p role="status" className={test.data?.delivered ? css.online : 'crit'}>
        {test.error
          ? wordsOf(test.error)
          : test.data &&
            (test.data.delivered
              ? `Taken: it answered ${test.data.status}.`
              : `Not taken: ${visibleText(test.data.error ?? 'no answer')}`)}
      </p>
      <Removal name={name} remove={remove}>
        Nothing more is told there
        {waiting > 0 && `, and ${plural(waiting, 'message')} that ${waiting === 1 ? 'waits' : 'wait'} will not be sent`}
        . What it was told stays told; its secret is void.
      </Removal>
      <h3 className="sec">Latest messages</h3>
      <Deliveries name={name} now={now} />
    </SidePanel>
  );
};

const Deliveries = ({ name, now }: { name: string; now: number }) => {
  const { data, error } = useQuery(deliveriesQuery(name));
  const { data: investigations } = useQuery(investigationsQuery);
  if (error && !data) return <p className="crit">{wordsOf(error)}</p>;
  if (!data) return <p className="dim">Reading …</p>;
  if (data.length === 0) return <p className="dim">Nothing has ended since it was added.</p>;
  return (
    <table className={`${css.plain} ${css.halves}`} aria-label={`Latest messages to ${name}`}>
      <thead>
        <tr>
          <th scope="col">Told of</th>
          <th scope="col">What became of it</th>
        </tr>
      </thead>
      <tbody>
        {data.map((delivery) => (
          <Delivery
            key={delivery.investigation}
            delivery={delivery}
            about={investigations?.find(({ id }) => id === delivery.investigation)}
            now={now}
          />
        ))}
      </tbody>
    </table>
  );
};

interface DeliveryProps {
  delivery: DeliveryView;
  /** Undefined for an investigation that is no longer among the latest. */
  about: InvestigationView | undefined;
  now: number;
}

const Delivery = ({ delivery, about, now }: DeliveryProps) => (
  <tr>
    <td>
      <Link className={css.clip} to="/investigations/$id" params={{ id: delivery.investigation }}>
        {about ? visibleText(about.reason || about.title) : delivery.investigation.slice(0, 8)}
      </Link>
      <small>{formatClock(delivery.createdAt, now)}</small>
    </td>
    <td>
      <span className={delivery.state === 'delivered' ? undefined : 'warn'}>{deliveryWords(delivery, now)}</span>
      {delivery.lastError !== null && delivery.state !== 'delivered' && (
        <small>{visibleText(delivery.lastError)}</small>
      )}
    </td>
  </tr>
);
