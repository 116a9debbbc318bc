import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const SCRIPT = `
  import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
  const parent = propagation.extract(ROOT_CONTEXT, process.env.PARENT ? { traceparent: process.env.PARENT } : {});
  const span = trace.getTracer('test').startSpan('work', {}, parent);
  const headers = {};
  propagation.inject(trace.setSpan(parent, span), headers);
  process.stdout.write(JSON.stringify({ recording: span.isRecording(), traceparent: headers.traceparent }));
  process.exit(0);
`;

/** What a span of a process is that was started as our services are. */
async function spanWith(env: Readonly<Record<string, string>>) {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: _endpoint, OTEL_TRACES_SAMPLER: _sampler, ...inherited } = process.env;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', '@tercet/kit/telemetry', '--input-type=module', '--eval', SCRIPT],
    { cwd: PACKAGE, env: { ...inherited, ...env } },
  );
  return JSON.parse(stdout) as { recording: boolean; traceparent: string };
}

it('makes ids without an endpoint, and records nothing', async () => {
  expect(await spanWith({})).toEqual({
    recording: false,
    traceparent: expect.stringMatching(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-00$/),
  });
});

it('keeps a sampled trace sampled without an endpoint', async () => {
  const { traceparent } = await spanWith({ PARENT: `00-${TRACE_ID}-b7ad6b7169203331-01` });
  expect(traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-01$`));
  expect(traceparent).not.toContain('b7ad6b7169203331');
});

it.each([{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, { OTEL_TRACES_SAMPLER: 'always_on' }])(
  'records with %o',
  async (env) => {
    expect(await spanWith(env)).toMatchObject({
      recording: true,
      traceparent: expect.stringMatching(/-01$/),
    });
  },
);
