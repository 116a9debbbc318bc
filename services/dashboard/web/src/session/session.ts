import { signal } from '@preact/signals';
import type { Role } from '../../../src/access/principal.js';
import type { LogoutAnswer, SessionView } from '../../../src/api/session.js';
import { getJson, messageOf, sendJson, setAccess } from '../http/api.js';

/** Undefined until the server has answered. */
export const session = signal<SessionView | undefined>(undefined);
export const sessionError = signal('');

const ORDER: readonly Role[] = ['viewer', 'reviewer', 'lead', 'admin'];

/** Only decides what is worth showing: every right is held by the server. */
export function hasRole(least: Role): boolean {
  const role = session.value?.user?.role;
  return role !== undefined && ORDER.indexOf(role) >= ORDER.indexOf(least);
}

export async function loadSession(): Promise<void> {
  try {
    const view = await getJson<SessionView>('/api/v1/session');
    setAccess({ csrfToken: view.csrfToken });
    session.value = view;
    sessionError.value = '';
  } catch (error) {
    sessionError.value = messageOf(error);
  }
}

export async function logIn(name: string, role: Role, childSafety: boolean): Promise<void> {
  await sendJson('POST', '/auth/local', { name, role, childSafety });
  await loadSession();
}

export async function logOut(): Promise<void> {
  const answer = await sendJson<LogoutAnswer>('POST', '/auth/logout');
  // The provider would log the next person at this machine in as this one.
  if (answer?.next) location.assign(answer.next);
  else await loadSession();
}

// A session that ended under the person's hands: ask once more, which shows the login.
setAccess({ onLoggedOut: () => void loadSession() });
