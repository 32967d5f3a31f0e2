import { type StorageKind, type StorageView } from '@fleetscope/contracts';
import { useQuery } from '@tanstack/react-query';
import { storageQuery } from '../../api/room-queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { formatBytes } from '../../components/format';
import { PageProblem } from '../../components/page-problem';
import { Retention } from './retention';
import { SettingsHead } from '../../components/settings-head';
import { forecastWords, fullWords, growthWords, KIND_WORDS } from './storage-words';
import { SweepButton } from './sweep-button';
import css from '../../components/room.module.css';

/** What each kind of data takes up, for how long it is kept, and when the disk is full. */
export const StoragePage = () => {
  const { data, error, refetch } = useQuery(storageQuery);
  const isAdmin = useMay('admin');
  if (error && !data)
    return <PageProblem title="The storage can't be read" words={wordsOf(error)} retry={() => void refetch()} home />;
  return (
    <div className={css.page}>
      <SettingsHead fact={data && `${formatBytes(data.bytes)} in use, ${formatBytes(data.freeBytes)} free`}>
        {isAdmin && <SweepButton />}
      </SettingsHead>
      <main className={css.body} aria-label="Storage" aria-busy={!data}>
        {data && <Kinds storage={data} mayChange={isAdmin} />}
      </main>
    </div>
  );
};

const Kinds = ({ storage, mayChange }: { storage: StorageView; mayChange: boolean }) => {
  const most = Math.max(1, ...storage.kinds.map(({ bytes }) => bytes));
  const isSoon = storage.daysLeft !== null && storage.daysLeft < 30;
  return (
    <>
      <p className={isSoon ? `warn ${css.words}` : css.words} data-full={storage.daysLeft}>
        {fullWords(storage)}
      </p>
      <div className={css.wide} tabIndex={0} role="region" aria-label="Storage by kind">
        <table className={`${css.plain} ${css.kinds}`}>
          <thead>
            <tr>
              <th scope="col">Kind</th>
              <th scope="col">In use</th>
              <th scope="col">Grows by</th>
              <th scope="col">Comes to</th>
              <th scope="col">Kept</th>
            </tr>
          </thead>
          <tbody>
            {storage.kinds.map((kind) => (
              <Kind key={kind.kind} kind={kind} share={kind.bytes / most} mayChange={mayChange} />
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.words}>
        Growth is over the last two weeks. What it comes to is when retention takes as much as is added. Marked
        investigations and those on hold are kept whatever their age.
      </p>
    </>
  );
};

const Kind = ({ kind, share, mayChange }: { kind: StorageKind; share: number; mayChange: boolean }) => (
  <tr>
    <th scope="row">
      {KIND_WORDS[kind.kind].title}
      <small>{KIND_WORDS[kind.kind].what}</small>
    </th>
    <td>
      {formatBytes(kind.bytes)}
      <i className={css.share} aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </i>
    </td>
    <td>{growthWords(kind.bytesPerDay)}</td>
    <td>{forecastWords(kind)}</td>
    <td>
      <Retention kind={kind} mayChange={mayChange} />
    </td>
  </tr>
);
