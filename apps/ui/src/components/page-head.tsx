import { type ReactNode } from 'react';
import css from './page-head.module.css';

/** The bar on top of a page: its title, a fact, what one can do. */
export const PageHead = ({ title, fact, children }: { title: ReactNode; fact?: ReactNode; children?: ReactNode }) => (
  <header className={css.head}>
    <h1>{title}</h1>
    {fact && <p>{fact}</p>}
    <span className="spacer" />
    {children}
  </header>
);
