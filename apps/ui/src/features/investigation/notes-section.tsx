import { type SimilarInvestigation } from '@fleetscope/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { client, unwrap } from '../../api/client';
import { notesQuery, similarQuery } from '../../api/queries';
import { wordsOf } from '../../api/problem';
import { useMay } from '../../app/session';
import { formatAgo } from '../../components/format';
import { useNow } from '../../components/use-now';
import { visibleText } from '../../components/visible-text';
import { sharedWords } from './words';
import css from './notes-section.module.css';

/** When an investigation has ended: what it was, for whoever sees the like again; and who saw the like before. */
export const NotesSection = ({ id }: { id: string }) => (
  <div className={css.notes}>
    <Notes id={id} />
    <Similar id={id} />
  </div>
);

const Notes = ({ id }: { id: string }) => {
  const { data: notes, error } = useQuery(notesQuery(id));
  const mayWrite = useMay('operator');
  const now = useNow(60_000);
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () =>
      unwrap(client.POST('/api/v1/investigations/{id}/notes', { params: { path: { id } }, body: { text } })),
    onSuccess: () => {
      setText('');
      void queries.invalidateQueries({ queryKey: notesQuery(id).queryKey });
    },
  });
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') add.mutate();
  };
  const problem = add.error ?? error;
  return (
    <section aria-label="Notes">
      <h2 className="sec">Notes</h2>
      <ul className={css.list}>
        {notes?.map((note) => (
          <li key={note.id}>
            <p>{visibleText(note.text)}</p>
            <p className="faint">
              {note.author}, {formatAgo(note.at, now)}
            </p>
          </li>
        ))}
      </ul>
      {mayWrite && (
        <form className={css.form} onSubmit={onSubmit}>
          <textarea
            className="field"
            aria-label="A note"
            placeholder="What it was, and what helped"
            maxLength={10_000}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit" className="btn" disabled={text.trim() === '' || add.isPending}>
            Add the note
          </button>
        </form>
      )}
      {problem && (
        <p className="crit" role="alert">
          {wordsOf(problem)}
        </p>
      )}
    </section>
  );
};

const MOST = 5;

const Similar = ({ id }: { id: string }) => {
  const { data, error } = useQuery(similarQuery(id));
  const now = useNow(60_000);
  return (
    <section aria-label="Seen before">
      <h2 className="sec">Seen before</h2>
      {error && <p className="dim">{wordsOf(error)}</p>}
      {data?.length === 0 && <p className="dim">No earlier investigation looks like this one.</p>}
      <ul className={css.list}>
        {data?.slice(0, MOST).map((one) => (
          <Earlier key={one.investigation} one={one} now={now} />
        ))}
      </ul>
    </section>
  );
};

const Earlier = ({ one, now }: { one: SimilarInvestigation; now: number }) => (
  <li>
    <p>
      <Link to="/investigations/$id" params={{ id: one.investigation }}>
        {one.title}
      </Link>{' '}
      <span className="dim">
        {formatAgo(one.at, now)} · {Math.round(one.similarity * 100)} % alike
        {one.mark === 'incident' && ' · an incident'}
      </span>
    </p>
    {one.statement && <p>{visibleText(one.statement)}</p>}
    {one.shared.length > 0 && <p className="dim">Both: {one.shared.slice(0, 4).map(sharedWords).join(', ')}</p>}
    {one.notes.slice(0, 1).map((note) => (
      <p key={note.id}>
        “{visibleText(note.text.slice(0, 300))}” <span className="faint">{note.author}</span>
      </p>
    ))}
  </li>
);
