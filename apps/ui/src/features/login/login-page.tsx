import { useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { wordsOf } from '../../api/problem';
import { openSession, rememberWanted, takeCode, takeWanted } from './session-request';
import css from './login-page.module.css';

/** `/login#code=…` opens a session at once; else one shows a token. */
export const LoginPage = () => {
  const { to } = useSearch({ from: '/login' });
  const [code, setCode] = useState(takeCode);
  const [problem, setProblem] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(code !== null);

  const enter = useCallback(
    (secret: { code: string } | { token: string }): void => {
      openSession(secret).then(
        // A full load: whatever an earlier session left in memory goes with it.
        () => window.location.replace(to ?? takeWanted()),
        (error: unknown) => {
          setAsking(false);
          setProblem(wordsOf(error));
        },
      );
    },
    [to],
  );
  useEffect(() => rememberWanted(to), [to]);
  useEffect(() => {
    if (code !== null) enter({ code });
  }, [code, enter]);
  useEffect(() => {
    // A link pasted over this very page changes the hash only: nothing is loaded anew.
    const onHash = (): void => {
      const next = takeCode();
      if (next === null) return;
      setAsking(true);
      setProblem(null);
      setCode(next);
    };
    window.addEventListener('hashchange', onHash);
    return () => window.removeEventListener('hashchange', onHash);
  }, []);

  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim();
    if (token === '') return;
    setAsking(true);
    setProblem(null);
    enter({ token });
  };

  return (
    <main className={css.page}>
      <form className={css.form} onSubmit={onSubmit} aria-labelledby="login-title">
        <h1 id="login-title">Fleetscope</h1>
        {isAsking ? (
          <p className="dim" role="status">
            Logging in …
          </p>
        ) : (
          <>
            {problem !== null && (
              <p className={css.problem} role="alert">
                {problem}
              </p>
            )}
            <label htmlFor="token">Token</label>
            <input
              id="token"
              name="token"
              type="password"
              className="field"
              autoComplete="current-password"
              autoFocus
              required
              minLength={16}
              spellCheck={false}
            />
            <button type="submit" className="btn primary">
              Log in
            </button>
            <p className="dim">
              No token at hand? <code>fleetscope login-link</code>, run where the control plane runs, prints a link that
              logs you in once.
            </p>
          </>
        )}
      </form>
    </main>
  );
};
