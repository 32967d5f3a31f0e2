import { type FormEvent } from 'react';

/** Keeps the page where it is, and reads the fields of the form by name; what is not there is empty. */
export const formText = (event: FormEvent<HTMLFormElement>): ((name: string) => string) => {
  event.preventDefault();
  const form = new FormData(event.currentTarget);
  return (name) => String(form.get(name) ?? '').trim();
};
