/** A person at the dashboard, by its HTTP interface. */
export interface DashboardClient {
  readonly baseUrl: string;
  /** JSON of a GET; throws where the status is not 200. */
  get<T>(path: string): Promise<T>;
  /** Status and JSON of any request. */
  send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Bytes of a GET, with the whole answer. */
  fetch(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Server events of a path, until the consumer stops or the signal is aborted. */
  events(
    path: string,
    signal: AbortSignal,
    lastEventId?: string,
  ): AsyncGenerator<{ event: string; id: string; data: unknown }>;
}

export interface LocalLogin {
  readonly name: string;
  readonly role: 'viewer' | 'reviewer' | 'lead' | 'admin';
  readonly childSafety?: boolean;
  readonly queues?: readonly string[] | 'all';
  readonly tenants?: readonly string[] | 'all';
}

/** Logs somebody in by the development login. */
export async function loginToDashboard(baseUrl: string, login: LocalLogin): Promise<DashboardClient> {
  let cookie = '';
  let csrfToken = '';
  const request = async (method: string, path: string, body?: unknown, more = {}): Promise<Response> => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(cookie === '' ? {} : { cookie }),
        ...(method === 'GET' ? {} : { 'x-csrf-token': csrfToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...more,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    for (const line of response.headers.getSetCookie()) cookie = line.split(';', 1)[0] ?? '';
    return response;
  };
  const json = async (response: Response): Promise<unknown> => {
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  };
  const readToken = async (): Promise<void> => {
    const session = (await json(await request('GET', '/api/v1/session'))) as { csrfToken: string };
    csrfToken = session.csrfToken;
  };
  await readToken();
  const answer = await request('POST', '/auth/local', login);
  if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`);
  await readToken();

  return {
    baseUrl,
    async get<T>(path: string) {
      const response = await request('GET', path);
      if (response.status !== 200)
        throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
      return (await json(response)) as T;
    },
    async send(method, path, body) {
      const response = await request(method, path, body);
      return { status: response.status, body: await json(response) };
    },
    fetch: (path, headers) => request('GET', path, undefined, headers),
    async *events(path, signal, lastEventId) {
      const response = await fetch(`${baseUrl}${path}`, {
        signal,
        headers: { cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
      });
      if (!response.ok || !response.body) throw new Error(`GET ${path}: ${response.status}`);
      let text = '';
      const decoder = new TextDecoder();
      for await (const piece of response.body) {
        text += decoder.decode(piece as Uint8Array, { stream: true });
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const field = (name: string): string =>
            new RegExp(`^${name}: ?(.*)$`, 'm').exec(text.slice(0, end))?.[1] ?? '';
          const event = { event: field('event'), id: field('id'), data: field('data') };
          text = text.slice(end + 2);
          if (event.data !== '') yield { ...event, data: JSON.parse(event.data) as unknown };
        }
      }
    },
  };
}
