import { leftOut, moment, section, text, words } from './markup';
import { type ReportPage } from './report-page';

const MAX_NOTES = 100;
const MAX_NOTE = 10_000;

export const notesSection = ({ notes }: ReportPage): string =>
  notes.length === 0
    ? ''
    : section(
        'notes',
        'Notes',
        notes
          .slice(0, MAX_NOTES)
          .map(
            ({ author, at, text: said }) =>
              `<article><p class="dim">${words(author, 200)} · ${text(moment(at))}</p><p class="note">${words(said, MAX_NOTE)}</p></article>`,
          )
          .join('\n') + leftOut(notes.length - MAX_NOTES, 'note'),
      );
