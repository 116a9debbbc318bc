import type { Page } from 'playwright-core';
import { TENANT } from './posts.js';

/** A POST as the page would send it; status and code of the error. */
export async function post(
  page: Page,
  path: string,
  token?: string,
  body?: unknown,
): Promise<[number, string]> {
  return page.evaluate(
    async ({ path, token, body }) => {
      const { csrfToken } = await (await fetch('/api/v1/session')).json();
      const response = await fetch(path, {
        method: 'POST',
        headers: {
          'x-csrf-token': token ?? csrfToken,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const answer = await response.json().catch(() => ({}));
      return [response.status, answer.error?.code ?? ''] as [number, string];
    },
    { path, token, body },
  );
}

/** Id of the case that is open for an item. */
export async function openCaseOf(page: Page, itemId: string): Promise<string> {
  return page.evaluate(
    async (path) => (await (await fetch(path)).json()).openCase.id as string,
    `/api/v1/items/${TENANT}/${itemId}`,
  );
}
