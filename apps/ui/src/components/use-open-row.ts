import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEscape } from './use-escape';

/** The row of a list whose panel is open: it stands in the address, and Esc closes it. */
export const useOpenRow = (): { open: string | undefined; show(name: string | undefined): void } => {
  const { name: open } = useSearch({ strict: false });
  const navigate = useNavigate();
  const show = (name: string | undefined): void => void navigate({ to: '.', search: { name }, replace: true });
  useEscape(open === undefined ? null : () => show(undefined));
  return { open, show };
};
