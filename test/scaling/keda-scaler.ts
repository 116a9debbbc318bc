import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CACHE, findGo, goModule } from '../k8s/render/tools.js';
import { CRD_MODULES } from '../k8s/schema/schemas.js';
import type { LagAnswer } from './kafka-lag-model.js';

const BUILD_TIMEOUT_MS = 600_000;
// The package holds every scaler of KEDA, with a cloud's SDK each; these are the Kafka scaler and what all share.
const KEPT = new Set(['scaler.go', 'kafka_scaler.go']);

/**
 * Builds a program around KEDA's own Kafka scaler out of its Go module, within ten minutes; what is built is kept.
 * @throws Error where it cannot be built.
 */
export function buildKedaScaler(): string {
  const [keda] = CRD_MODULES;
  const program = `${CACHE}/keda-scaler-${keda.version}`;
  if (existsSync(program)) return program;
  const source = `${CACHE}/keda-${keda.version}`;
  const command = `${source}/cmd/keda-scaler`;
  rmSync(source, { recursive: true, force: true });
  cpSync(goModule(keda.path, keda.version), source, { recursive: true, mode: 0 });
  // Files of the module cache are read-only.
  spawnSync('chmod', ['-R', 'u+w', source]);
  for (const file of readdirSync(`${source}/pkg/scalers`))
    if (file.endsWith('.go') && !KEPT.has(file)) rmSync(`${source}/pkg/scalers/${file}`);
  mkdirSync(command, { recursive: true });
  cpSync(fileURLToPath(new URL('keda-scaler/main.go', import.meta.url)), `${command}/main.go`);
  const flags = ['-trimpath', '-p', '2', '-ldflags', '-s -w'];
  const env = { ...process.env, GOFLAGS: '-mod=mod', CGO_ENABLED: '0' };
  const options = { cwd: source, env, encoding: 'utf8', timeout: BUILD_TIMEOUT_MS } as const;
  const { status, stderr } = spawnSync(
    findGo(),
    ['build', ...flags, '-o', program, './cmd/keda-scaler'],
    options,
  );
  rmSync(source, { recursive: true, force: true });
  if (status !== 0) throw new Error(`KEDA's Kafka scaler was not built: ${stderr}`);
  return program;
}

/** KEDA's own Kafka scaler for one trigger. */
export class KedaScaler implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: Interface;
  readonly #answers: AsyncIterator<string>;
  #errors = '';

  private constructor(program: string) {
    this.#child = spawn(program, []);
    this.#child.stderr.on('data', (chunk) => {
      this.#errors += chunk;
    });
    this.#lines = createInterface(this.#child.stdout);
    this.#answers = this.#lines[Symbol.asyncIterator]();
  }

  /** `target` of the answer: what the trigger wants for each pod. */
  static async start(
    program: string,
    metadata: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>>,
  ): Promise<{ scaler: KedaScaler; target: number }> {
    const scaler = new KedaScaler(program);
    scaler.#child.stdin.write(`${JSON.stringify({ metadata, env })}\n`);
    const { target } = await scaler.#answer();
    return { scaler, target };
  }

  /** Asks the broker now. */
  async lag(): Promise<LagAnswer> {
    this.#child.stdin.write('poll\n');
    const { lag, active, error } = await this.#answer();
    if (error !== undefined) throw new Error(`KEDA's Kafka scaler: ${error}`);
    return { lag, active };
  }

  async #answer(): Promise<LagAnswer & { target: number; error?: string }> {
    const { value, done } = await this.#answers.next();
    if (done) throw new Error(`KEDA's Kafka scaler ended: ${this.#errors}`);
    return JSON.parse(value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    await ended;
  }
}
