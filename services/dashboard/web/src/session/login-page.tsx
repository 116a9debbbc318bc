import './login.css';
import { useState } from 'preact/hooks';
import { ROLES, type Role } from '../../../src/access/principal.js';
import type { SessionView } from '../../../src/api/session.js';
import iconUrl from '../design/icon.svg';
import { messageOf } from '../http/api.js';
import { logIn } from './session.js';

export function LoginPage({ by }: { by: SessionView['login'] }) {
  return (
    <main class="login">
      <div class="login-card card">
        <div class="row">
          <img src={iconUrl} alt="" width="32" height="32" />
          <h1>Tercet</h1>
        </div>
        {by === 'oidc' ? <ProviderLogin /> : <LocalLogin />}
      </div>
    </main>
  );
}

function ProviderLogin() {
  const failed = new URLSearchParams(location.search).get('error');
  const back = encodeURIComponent(failed === null ? location.pathname + location.search : '/');
  return (
    <>
      {failed !== null && (
        <p class="notice bad" role="alert">
          {FAILED[failed] ?? 'The login failed.'}
        </p>
      )}
      <p class="soft">Decisions, evidence and cases. Log in with your organisation’s account.</p>
      <a class="button primary" href={`/auth/login?return=${back}`}>
        Log in
      </a>
    </>
  );
}

/** What `/login?error=CODE` says, where the provider sends people back without a login. */
const FAILED: Readonly<Record<string, string>> = {
  login_failed: 'The login failed. Try again.',
  forbidden: 'You are known, but have no role here. Ask an admin for one.',
  login_unavailable: 'The login service does not answer. Try again in a moment.',
};

const SAYS: Readonly<Record<Role, string>> = {
  viewer: 'sees decisions and evidence',
  reviewer: 'works in queues',
  lead: 'sees quality and the audit log',
  admin: 'changes settings',
};

function LocalLogin() {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('reviewer');
  const [childSafety, setChildSafety] = useState(false);
  const [error, setError] = useState('');
  const submit = (event: Event): void => {
    event.preventDefault();
    logIn(name.trim(), role, childSafety).catch((failure: unknown) => setError(messageOf(failure)));
  };
  return (
    <form class="stack" onSubmit={submit}>
      <p class="soft">A login for development: it asks for no password and is refused in production.</p>
      <div class="field">
        <label for="login-name">Name</label>
        <input
          id="login-name"
          class="input"
          required
          maxLength={64}
          autocomplete="username"
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <fieldset class="login-roles">
        <legend class="soft small">Role</legend>
        {ROLES.map((one) => (
          <label key={one} class="check">
            <input
              type="radio"
              name="role"
              value={one}
              checked={role === one}
              onChange={() => setRole(one)}
            />
            <span>
              {one} <span class="soft small">{SAYS[one]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label class="check">
        <input
          type="checkbox"
          checked={childSafety}
          onChange={(event) => setChildSafety(event.currentTarget.checked)}
        />
        <span>
          Child safety <span class="soft small">the restricted queue; content is never shown</span>
        </span>
      </label>
      {error !== '' && (
        <p class="notice bad" role="alert">
          {error}
        </p>
      )}
      <button type="submit" class="button primary">
        Log in
      </button>
    </form>
  );
}
