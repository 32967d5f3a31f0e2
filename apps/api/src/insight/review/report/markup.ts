import { formatValue } from '@fleetscope/analysis';
import { type Unit, visibleText } from '@fleetscope/contracts';
import { xml } from '@fleetscope/profiles';

/** The one way of text into the page: what a host printed is shown, and can neither be markup nor reorder its line. */
export const text = (given: string): string => xml(visibleText(given));

const MAX_WORDS = 1_000;

/** A sentence or a name: bounded, because hosts have a say in it. */
export const words = (given: string, most = MAX_WORDS): string =>
  text(given.length > most ? `${given.slice(0, most)}…` : given);

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** `2026-05-02 09:00:01 UTC`; readers sit in several zones. */
export const moment = (at: string | null): string => (at === null ? '–' : `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`);

export const between = (from: string | null, to: string | null): string => {
  if (from === null || to === null) return '–';
  const seconds = Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
};

/** Unknown is a dash, never 0. */
export const amount = (value: number | null, unit: string | null): string =>
  value === null ? '–' : formatValue(value, (unit ?? '1') as Unit);

/** What a bound left out is said where it was left out. */
export const leftOut = (count: number, what: string): string =>
  count > 0 ? `<p class="dim">${text(`… and ${plural(count, what)} more, which this page leaves out.`)}</p>` : '';

export const section = (id: string, title: string, body: string): string =>
  `<section id="${id}"><h2>${text(title)}</h2>\n${body}\n</section>`;

const MARKS = { crit: '!!', warn: '!', info: 'i', ok: '·', unknown: '?', pending: '…' } as const;
export type MarkedState = keyof typeof MARKS;

/** A state as a character; its colour only repeats it. */
export const markOf = (state: MarkedState): string => MARKS[state];
export const mark = (state: MarkedState): string =>
  `<b class="mark ${state}" role="img" aria-label="${state}">${MARKS[state]}</b>`;
