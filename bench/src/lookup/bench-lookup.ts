import { waitFor } from '@tercet/local';
import { cpuSince } from '../cpu-seconds.js';
import { backlogRecords, sendAll } from '../fusion/backlog.js';
import { DecisionTail } from '../join/decision-tail.js';
import { JoinItems } from '../join/join-items.js';
import { type JoinStage, startJoinStage } from '../join/join-stage.js';
import { percentilesOf } from '../join/percentiles.js';
import { describeMachine, load } from '../machine.js';
import type { BenchResult, Effort } from '../result.js';
import { Samples } from '../samples.js';
import { WorkerProcess } from '../worker/worker-process.js';
import type { LoadAnswer, LoadRequest } from './grpc-load.js';
import { type GrpcProcess, startEmpty, startGateway } from './servers.js';
import { type WaitDelay, waitDelays } from './wait-delay.js';

const EFFORTS = {
  quick: { rounds: 3, seconds: 4, waitSeconds: 12 },
  full: { rounds: 7, seconds: 8, waitSeconds: 40 },
} as const;
const DECIDED_ITEMS = 2_000;
const CONCURRENCY = 32;
const SHARE = 0.6;
const DECIDE_TIMEOUT_MS = 120_000;
const TENANT = 'bench';

/**
 * Unary GetDecision of decided items through the real gateway, over an empty handler of the same gRPC server; then
 * WaitForDecision's delay while the gateway answers 60 % of what it can.
 */
export async function benchLookup(effort: Effort): Promise<BenchResult> {
  const { rounds, seconds, waitSeconds } = EFFORTS[effort];
  await using stage = await startJoinStage();
  await decideItems(stage);
  await using gateway = await startGateway(stage);
  await using client = await WorkerProcess.start<LoadRequest, LoadAnswer>(
    new URL('./grpc-load-main.js', import.meta.url),
  );
  const itemIds = Array.from({ length: DECIDED_ITEMS }, (_, n) => `lookup-${n}`);
  const samples = new Samples();
  const ask = (server: GrpcProcess, how: LoadRequest['load']) =>
    client.ask({ address: server.address, tenant: TENANT, itemIds, load: how });
  const warmUp = { concurrency: CONCURRENCY, seconds: seconds * 2 };
  const { answerBytes } = await ask(gateway, warmUp);
  samples.add('answer_bytes', answerBytes);
  await using empty = await startEmpty(stage, { telemetry: true });
  await using sized = await startEmpty(stage, { telemetry: true, answerBytes });
  await using plain = await startEmpty(stage, { telemetry: false });
  for (const server of [empty, sized, plain]) await ask(server, warmUp);
  const servers = { gateway, empty, sized, plain };

  for (let round = 1; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? Object.entries(servers) : Object.entries(servers).reverse();
    for (const [name, server] of order) {
      const cpu = cpuSince({ [name]: server.pid });
      const { perSecond, count } = await ask(server, { concurrency: CONCURRENCY, seconds });
      samples.addAll({
        [`${name}_per_s`]: perSecond,
        [`${name}_per_cpu_s`]: count / (cpu()[name] ?? Number.NaN),
      });
    }
    for (const [name, server] of order) {
      const perSecond = samples.median(`${name}_per_s`) * SHARE;
      const { p50, p99, failures } = await ask(server, { perSecond, seconds });
      samples.addAll({ [`${name}_p50`]: p50, [`${name}_p99`]: p99, failures });
    }
    addRatios(samples);
    say(`round ${round}: ${samples.lastLine()}`);
  }
  let loaded = false;
  const perSecond = samples.median('gateway_per_s') * SHARE;
  const loading = ask(gateway, { perSecond, seconds: waitSeconds }).finally(() => {
    loaded = true;
  });
  const delays = await waitDelays(stage.bus, gateway.address, 'loaded', () => loaded);
  await loading;
  return resultOf(samples, delays, rounds);
}

function addRatios(samples: Samples): void {
  const last = (name: string): number => samples.of(name).at(-1) ?? Number.NaN;
  samples.addAll({
    over_empty: last('gateway_per_s') / last('empty_per_s'),
    over_empty_cpu: last('gateway_per_cpu_s') / last('empty_per_cpu_s'),
    over_sized: last('gateway_per_s') / last('sized_per_s'),
    over_sized_cpu: last('gateway_per_cpu_s') / last('sized_per_cpu_s'),
    over_plain: last('gateway_per_s') / last('plain_per_s'),
    p99_over_empty: last('gateway_p99') / last('empty_p99'),
    load: load(),
  });
}

/** Has fusion decide the items that are looked up; its state stays when it has gone. */
async function decideItems(stage: JoinStage): Promise<void> {
  const fusion = await stage.startFusion('fusion');
  const items = await JoinItems.load();
  await using tail = await DecisionTail.follow(stage.bus);
  await using producer = await stage.bus.producer();
  await sendAll(
    producer,
    backlogRecords(items, { name: 'lookup', count: DECIDED_ITEMS, windowMs: 60_000 }, ['text']),
  );
  await waitFor('every item is decided', () => tail.seen.length >= DECIDED_ITEMS, {
    timeoutMs: DECIDE_TIMEOUT_MS,
    explain: () => fusion.explain(),
  });
}

function resultOf(samples: Samples, delays: readonly WaitDelay[], rounds: number): BenchResult {
  const units: Record<string, string> = {};
  for (const server of ['gateway', 'empty', 'sized', 'plain']) {
    units[`${server}_per_s`] = 'calls/s';
    units[`${server}_per_cpu_s`] = 'calls/CPU-s';
    units[`${server}_p50`] = 'ms';
    units[`${server}_p99`] = 'ms';
  }
  const waits = { wait_after_commit: 'afterCommit', wait_after_begin: 'afterBegin' } as const;
  for (const [name, field] of Object.entries(waits)) {
    const { p50, p99, max } = percentilesOf(delays.map((one) => one[field]));
    samples.addAll({ [`${name}_p50`]: p50, [`${name}_p99`]: p99, [`${name}_max`]: max });
    for (const share of ['p50', 'p99', 'max']) units[`${name}_${share}`] = 'ms';
  }
  units['answer_bytes'] = 'bytes';
  units['failures'] = 'calls';
  units['load'] = 'processes';
  return {
    suite: 'lookup',
    machine: describeMachine(),
    ratios: {
      over_empty: samples.median('over_empty'),
      over_empty_cpu: samples.median('over_empty_cpu'),
      over_sized: samples.median('over_sized'),
      over_sized_cpu: samples.median('over_sized_cpu'),
      over_plain: samples.median('over_plain'),
      p99_over_empty: samples.median('p99_over_empty'),
    },
    figures: Object.fromEntries(
      Object.entries(units).map(([name, unit]) => [name, samples.figure(name, unit)]),
    ),
    notes: [
      `${rounds} rounds, ${DECIDED_ITEMS} decided items; closed loop of ${CONCURRENCY} calls for the rate, open loop at ${SHARE * 100} % of each one’s own for the latency, from the intended start.`,
      'empty: the gateway’s gRPC server with a handler that answers nothing, with the telemetry that our services load; sized: it answers as many bytes as the gateway; plain: nothing, without telemetry.',
      `wait: ${delays.length} transactions, one after the other, while GetDecision is called at ${SHARE * 100} %; after_commit counts from when the commit was read back, after_begin from before the transaction.`,
      'The calling process shares the two cores and may be the limit of the rates; _cpu compares the servers’ own processor time.',
    ],
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
