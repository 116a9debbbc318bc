import { silentLogger } from '@tercet/kit';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../access/principal.js';
import { installErrors } from '../http/api-error.js';
import { chunkOf, decisionChange } from '../testing/sample-records.js';
import { openScratchDatabase, type ScratchDatabase } from '../testing/scratch-database.js';
import { TERRITORIES } from './dsa-values.js';
import { registerStatements } from './statement-routes.js';
import { type Statement, statementSchema } from './statement-schema.js';

const DAY = Date.UTC(2026, 10, 28);
const LEAD: Principal = {
  id: 'person-lead',
  name: 'Lee',
  role: 'lead',
  childSafety: true,
  queues: 'all',
  tenants: ['acme'],
};

let scratch: ScratchDatabase;
let app: FastifyInstance;
let asking: Principal | null = LEAD;

beforeAll(async () => {
  scratch = await openScratchDatabase();
  app = Fastify();
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    request.principal = asking;
  });
  installErrors(app, silentLogger());
  const settings = { ground: 'Section 4', groundUrl: undefined, territories: TERRITORIES };
  registerStatements(app, { database: scratch.database, settings });
  await scratch.ingest(
    chunkOf([
      decisionChange({
        itemId: 'blocked',
        action: 'block',
        flagged: { harassment: 5 },
        decidedAtMs: DAY + 1,
      }),
      decisionChange({ itemId: 'allowed', decidedAtMs: DAY + 2 }),
      decisionChange({ itemId: 'flagged', action: 'flag', flagged: { hate: 4 }, decidedAtMs: DAY + 3 }),
      decisionChange({
        itemId: 'other',
        tenant: 'other',
        action: 'block',
        flagged: { hate: 4 },
        decidedAtMs: DAY + 4,
      }),
      decisionChange({
        itemId: 'minors',
        action: 'block',
        flagged: { 'sexual/minors': 7 },
        decidedAtMs: DAY + 5,
      }),
      // Upheld by a person: the same restriction. Then overturned, then blocked once more.
      decisionChange({
        itemId: 'blocked',
        revision: 2,
        action: 'block',
        reviewId: 'r1',
        decidedAtMs: DAY + 6,
      }),
      decisionChange({
        itemId: 'blocked',
        revision: 3,
        action: 'allow',
        reviewId: 'r2',
        decidedAtMs: DAY + 7,
      }),
      decisionChange({
        itemId: 'blocked',
        revision: 4,
        action: 'block',
        reviewId: 'r3',
        decidedAtMs: DAY + 8,
      }),
      decisionChange({
        itemId: 'later',
        action: 'block',
        flagged: { hate: 4 },
        decidedAtMs: DAY + 86_400_000,
      }),
    ]),
  );
}, 120_000);
afterAll(async () => {
  await app?.close();
  await scratch?.[Symbol.asyncDispose]();
});

async function as<T>(principal: Principal | null, work: () => Promise<T>): Promise<T> {
  asking = principal;
  try {
    return await work();
  } finally {
    asking = LEAD;
  }
}
const get = (url: string) => app.inject({ url });
const exported = async (query: string): Promise<Statement[]> => {
  const { statusCode, body } = await get(`/api/v1/statements?${query}`);
  expect(statusCode).toBe(200);
  return body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};
const lastAct = async () =>
  (
    await scratch.database.query('SELECT actor, act, subject, detail FROM audit_log ORDER BY n DESC LIMIT 1')
  )[0];

describe('the export', () => {
  it('gives one statement for each new restriction of the tenant’s items on those days, and logs that', async () => {
    const statements = await exported('tenant=acme&from=2026-11-28&to=2026-11-28');
    expect(statements.map(({ category, automated_decision }) => [category, automated_decision])).toEqual([
      ['STATEMENT_CATEGORY_CYBER_VIOLENCE', 'AUTOMATED_DECISION_FULLY'],
      ['STATEMENT_CATEGORY_OTHER_VIOLATION_TC', 'AUTOMATED_DECISION_NOT_AUTOMATED'],
    ]);
    for (const statement of statements) expect(statementSchema.safeParse(statement).success).toBe(true);
    expect(new Set(statements.map(({ puid }) => puid)).size).toBe(2);
    expect(await lastAct()).toEqual({
      actor: 'person-lead',
      act: 'export_statements',
      subject: 'tenant/acme',
      detail: '{"from":"2026-11-28","to":"2026-11-28"}',
    });
  });

  it('takes both days whole', async () => {
    expect(await exported('tenant=acme&from=2026-11-28&to=2026-11-29')).toHaveLength(3);
    expect(await exported('tenant=acme&from=2026-11-29&to=2026-11-29')).toHaveLength(1);
    expect(await exported('tenant=acme&from=2026-11-30&to=2026-12-01')).toEqual([]);
  });

  it.each([
    ['nobody', null, 'acme', 401],
    ['a reviewer', { ...LEAD, role: 'reviewer' as const }, 'acme', 403],
    ['a lead of another tenant', LEAD, 'other', 403],
  ])('is refused to %s', async (_, principal, tenant, status) => {
    await as(principal, async () => {
      expect(
        (await get(`/api/v1/statements?tenant=${tenant}&from=2026-11-28&to=2026-11-28`)).statusCode,
      ).toBe(status);
    });
  });

  it.each(['tenant=acme', 'tenant=acme&from=2026-11-28&to=yesterday'])('refuses %s', async (query) => {
    expect((await get(`/api/v1/statements?${query}`)).statusCode).toBe(400);
  });
});

describe('an item’s statement', () => {
  it('is that of its latest decision', async () => {
    const answer = await get('/api/v1/items/acme/blocked/statement');
    expect(answer.json()).toMatchObject({ automated_decision: 'AUTOMATED_DECISION_NOT_AUTOMATED' });
    expect(await lastAct()).toMatchObject({ act: 'view_statement', subject: 'acme/blocked' });
  });

  it.each(['allowed', 'flagged', 'minors', 'unknown'])('is not there for one that is %s', async (itemId) => {
    expect((await get(`/api/v1/items/acme/${itemId}/statement`)).statusCode).toBe(404);
  });

  it('is refused for another tenant', async () => {
    expect((await get('/api/v1/items/other/other/statement?tenant=acme')).statusCode).toBe(403);
  });
});
