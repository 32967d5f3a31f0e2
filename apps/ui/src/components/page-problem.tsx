import css from './page-problem.module.css';

/** Instead of a page: what is wrong, in words, and what one can do. */
export const PageProblem = ({
  title,
  words,
  home = false,
  retry,
}: {
  title: string;
  words: string;
  home?: boolean;
  retry?: () => void;
}) => (
  <div className={css.problem} role="alert">
    <h1>{title}</h1>
    <p>{words}</p>
    <div className={css.acts}>
      {retry && (
        <button type="button" className="btn" onClick={retry}>
          Ask again
        </button>
      )}
      {home && (
        <a className="btn" href="/investigations">
          Investigations
        </a>
      )}
    </div>
  </div>
);
