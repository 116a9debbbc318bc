import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ViteDevServer } from 'vite';
import type { DecisionSummary } from '../../src/api/decisions.js';
import type { CaseSummary } from '../../src/api/review.js';
import { caseOf, explained, itemPage, summary } from './fixtures.js';

type Answer = unknown | ((response: ServerResponse) => void);

const NEW_ROW_MS = 1500;
const rows: DecisionSummary[] = Array.from({ length: 60 }, (_, at) => summary(at));
const cases = new Map<string, CaseSummary>(
  rows.filter((row) => row.action === 'review').map((row) => [`case-${row.seq}`, caseOf(row)]),
);
let user: object | null = {
  id: 'local-1',
  name: 'Robin',
  role: 'admin',
  childSafety: true,
  queues: 'all',
  tenants: 'all',
};

/** Answers the pages' requests from memory, with the shapes of src/api. It holds no rule of the real server. */
export function fixtureServer(server: ViteDevServer): void {
  server.middlewares.use((request, response, next) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const answer = answerTo(request, url);
    if (answer === undefined) return next();
    if (typeof answer === 'function') return answer(response);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer));
  });
}

function answerTo(request: IncomingMessage, url: URL): Answer | undefined {
  const path = decodeURIComponent(url.pathname);
  if (path === '/auth/local') {
    user = { id: 'local-1', name: 'Robin', role: 'admin', childSafety: true, queues: 'all', tenants: 'all' };
    return {};
  }
  if (path === '/auth/logout') {
    user = null;
    return { next: null };
  }
  if (path.startsWith('/content/')) return path.endsWith('voice') ? sendTone : sendPicture;
  if (!path.startsWith('/api/v1/')) return undefined;
  const name = path.slice('/api/v1/'.length);
  if (name === 'decisions/stream' || name === 'queues/stream')
    return (response: ServerResponse) => stream(name, response);
  if (name.startsWith('items/')) return item(name, request.method === 'POST');
  if (name.startsWith('cases/')) return actOnCase(name);
  if (name.endsWith('/claim')) return claim([...cases.values()].find((one) => one.claimedBy === null));
  if (name.endsWith('/cases')) return { cases: [...cases.values()] };
  return FIXED[name]?.() ?? {};
}

const FIXED: Readonly<Record<string, () => unknown>> = {
  session: () => ({ user, login: 'local', csrfToken: 'x', expiresAtMs: null }),
  decisions: () => ({ decisions: rows.toReversed().slice(0, 100), next: null }),
  facets: () => ({
    actions: ['allow', 'flag', 'review', 'block'],
    categories: ['harassment', 'self-harm', 'spam/scam'],
    modalities: ['text', 'image', 'audio'],
    languages: ['en', 'de'],
    tenants: ['acme', 'harbour'],
    policies: ['default@2'],
  }),
  rates: () => {
    const minutes = Array.from({ length: 60 }, (_, at) => Math.floor(Date.now() / 60_000 - 59 + at) * 60);
    const wave = (height: number, shift: number) =>
      minutes.map((_, at) => Math.round(height * (1 + 0.3 * Math.sin((at + shift) / 5))));
    return {
      minutes,
      byAction: { allow: wave(900, 0), flag: wave(120, 4), review: wave(60, 9), block: wave(25, 2) },
      latencyMs: { p50: wave(310, 1), p95: wave(820, 3), p99: wave(1400, 5) },
    };
  },
  queues: () => ({
    queues: [
      {
        name: 'general',
        title: 'General',
        waiting: cases.size,
        claimed: 1,
        oldestAtMs: Date.now() - 2e6,
        restricted: false,
      },
      {
        name: 'self-harm',
        title: 'Self-harm',
        waiting: 2,
        claimed: 0,
        oldestAtMs: Date.now() - 4e5,
        restricted: false,
      },
      {
        name: 'child-safety',
        title: 'Child safety',
        waiting: 0,
        claimed: 0,
        oldestAtMs: null,
        restricted: true,
      },
    ],
  }),
  pipeline: () => ({
    atMs: Date.now(),
    groups: ['intake', 'text-encoder', 'image-encoder', 'fusion'].map((group, at) => ({
      group,
      topic: ['items', 'raw.text', 'raw.image', 'embeddings'][at],
      lag: at === 3 ? null : Math.round(40 * at + 30 * Math.random()),
    })),
    openJoins: 37,
    oldestOpenAtMs: Date.now() - 6400,
    deadLetters: { lastHour: 2, total: 41 },
    ownLag: 0,
    decisionsPerSecond: 18.4,
  }),
  quality: () => ({
    agreement: { pairs: 40, equal: 35, kappa: 0.81 },
    golden: { answered: 20, right: 19 },
    matrix: [
      { model: 'review', human: 'allow', count: 61 },
      { model: 'review', human: 'block', count: 44 },
      { model: 'review', human: 'flag', count: 12 },
      { model: 'block', human: 'block', count: 31 },
      { model: 'flag', human: 'flag', count: 22 },
      { model: 'allow', human: 'allow', count: 9 },
    ],
    secondsPerCase: { p50: 21, p95: 96 },
    byReviewer: [
      { reviewerId: 'local-1', cases: 102, secondsPerCaseP50: 19 },
      { reviewerId: 'local-2', cases: 77, secondsPerCaseP50: 24 },
    ],
  }),
  audit: () => ({
    entries: Array.from({ length: 30 }, (_, at) => ({
      n: 400 - at,
      atMs: Date.now() - at * 61_000,
      actor: 'local-1',
      act: ['view_item', 'view_content', 'claim', 'review'][at % 4],
      subject: `acme/post-${1000 + at}`,
      detail: at % 4 === 3 ? { action: 'block', revision: '1' } : {},
      hash: 'c0ffee12'.repeat(8),
    })),
    next: 370,
  }),
  'settings/wellness': () => ({
    maxCasesPerHour: 60,
    breakAfterMinutes: 50,
    breakMinutes: 10,
    blur: true,
    grey: true,
    muted: true,
  }),
};

function item(name: string, explain: boolean): unknown {
  if (explain) return explained;
  const [, tenant, itemId] = name.split('/');
  const own = rows.filter((row) => row.tenant === tenant && row.itemId === itemId);
  const row = own.at(-1) ?? summary(4, { itemId: itemId ?? '', tenant: tenant ?? '' });
  return itemPage(row, own.toReversed(), caseOf(row));
}

function claim(found: CaseSummary | undefined): unknown {
  if (!found) return (response: ServerResponse) => response.writeHead(204).end();
  const taken = { ...found, claimedBy: 'local-1', leaseExpiresAtMs: Date.now() + 300_000 };
  cases.set(found.id, taken);
  return { case: taken };
}

function actOnCase(name: string): unknown {
  const [, id = '', act] = name.split('/');
  const found = cases.get(id);
  if (!found) return {};
  if (act === 'review') {
    cases.delete(id);
    const before = rows.findLast((row) => row.itemId === found.itemId);
    const revised = { revision: 2, human: true, cause: 'review', action: 'block' };
    setTimeout(() => before && rows.push({ ...before, ...revised, seq: rows.length }), 400);
    return { reviewId: 'r9', undoUntilMs: Date.now() + 30_000 };
  }
  return claim(found);
}

function stream(name: string, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(': open\n\n');
  if (name === 'queues/stream') return;
  let next = rows.length;
  const timer = setInterval(() => {
    rows.push(summary(rows.length, { decidedAtMs: Date.now() }));
    const batch = rows.slice(next);
    next = rows.length;
    response.write(`event: decision\nid: ${rows.length - 1}\ndata: ${JSON.stringify(batch)}\n\n`);
  }, NEW_ROW_MS);
  response.on('close', () => clearInterval(timer));
}

function sendPicture(response: ServerResponse): void {
  response.setHeader('content-type', 'image/svg+xml');
  response.end(`<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400"><rect width="640" height="400" fill="#f4a"/>
    <g font-family="sans-serif" font-weight="700" font-size="56"><text x="60" y="130">CLAIM YOUR PRIZE</text>
    <text x="60" y="270">SEND MONEY TODAY</text></g></svg>`);
}

/** Three seconds of a swelling tone, 8 kHz, 16 bit. */
function sendTone(response: ServerResponse): void {
  const samples = 24_000;
  const wav = Buffer.alloc(44 + samples * 2);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples * 2, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8000, 24);
  wav.writeUInt32LE(16_000, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples * 2, 40);
  for (let at = 0; at < samples; at++)
    wav.writeInt16LE(Math.round(20_000 * Math.abs(Math.sin(at / 3000)) * Math.sin(at / 6)), 44 + at * 2);
  response.setHeader('content-type', 'audio/wav');
  response.end(wav);
}
