import { useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState, type FormEvent } from 'react';
import { wordsOf } from '../../api/problem';
import {
  askProvider,
  openSession,
  rememberWanted,
  type Shown,
  takeCode,
  takeProblem,
  takeWanted,
} from './session-request';
import css from './login-page.module.css';

/** `/login#code=…` opens a session at once; else one shows a password or a token, or goes to the identity provider. */
export const LoginPage = () => {
  const { to } = useSearch({ from: '/login' });
  const [code, setCode] = useState(takeCode);
  const [problem, setProblem] = useState<string | null>(takeProblem);
  const [provider, setProvider] = useState<string | null>(null);
  const [isAsking, setAsking] = useState(code !== null);

  const enter = useCallback(
    (secret: Shown): void => {
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
    // Without an answer there is one way less to sign in.
    askProvider().then(setProvider, () => undefined);
  }, []);
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
    const given = new FormData(event.currentTarget);
    const text = (name: string): string => String(given.get(name) ?? '');
    const token = text('token').trim();
    setAsking(true);
    setProblem(null);
    enter(token === '' ? { name: text('name').trim(), password: text('password') } : { token });
  };

  return (
    <main className={css.page}>
      <div className={css.form}>
        <h1>Fleetscope</h1>
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
            {provider !== null && (
              <a href="/api/v1/session/provider" className="btn primary">
                Sign in with {provider}
              </a>
            )}
            <form className={css.form} onSubmit={onSubmit} aria-label="Sign in with a password">
              <label htmlFor="name">Name</label>
              <input
                id="name"
                name="name"
                className="field"
                autoComplete="username"
                autoFocus
                required
                maxLength={64}
              />
              <label htmlFor="password">Password</label>
              <input
                id="password"
                name="password"
                type="password"
                className="field"
                autoComplete="current-password"
                required
                maxLength={256}
              />
              <button type="submit" className="btn primary">
                Sign in
              </button>
            </form>
            <form className={css.form} onSubmit={onSubmit} aria-label="Sign in with a token">
              <label htmlFor="token">Token</label>
              <input
                id="token"
                name="token"
                type="password"
                className="field"
                autoComplete="off"
                required
                minLength={16}
                spellCheck={false}
              />
              <button type="submit" className="btn">
                Log in
              </button>
            </form>
            <p className="dim">
              Neither at hand? <code>fleetscope login-link</code>, run where the control plane runs, prints a link that
              logs you in once.
            </p>
          </>
        )}
      </div>
    </main>
  );
};
