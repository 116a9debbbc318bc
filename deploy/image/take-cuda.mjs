// Fetches the library that lets ONNX Runtime use a GPU, and the libraries of CUDA that it loads, and lays them where the
// runtime looks: node take-cuda.mjs REQUIREMENTS OUT. Run as root in deploy/Dockerfile, after the packages are installed.
// Ends with an error that names the file where one of them cannot be had.
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';

const PROVIDER = 'libonnxruntime_providers_cuda.so';
/** Beside the runtime's own library. */
const BESIDE_RUNTIME = [PROVIDER, 'libonnxruntime_providers_shared.so'];
/** On the loader's path. What the provider is linked with, and what these load while they work. */
const ON_PATH = /^lib(cudart|cublas|cublasLt|curand|cufft|cudnn(_\w+)?|nvrtc(-builtins)?)\.so\.[\d.]+$/;
const NEEDED = [
  'libcudart.so.',
  'libcublas.so.',
  'libcublasLt.so.',
  'libcurand.so.',
  'libcufft.so.',
  'libcudnn.so.',
];
const STAGING = '/tmp/cuda';

const [requirements, out] = process.argv.slice(2);
try {
  if (process.arch !== 'x64') throw new Error(`it is not published for ${process.arch}`);
  const runtime = runtimeFolder();
  fetchWheels();
  const found = globSync(`${STAGING}/**/*.so*`);
  for (const file of BESIDE_RUNTIME) take(found, (name) => name === file, join(out, runtime), file);
  for (const prefix of NEEDED) {
    if (!found.some((path) => basename(path).startsWith(prefix)))
      throw new Error(`no wheel holds ${prefix}*`);
  }
  take(found, (name) => ON_PATH.test(name), join(out, 'opt/cuda/lib'), 'CUDA');
} catch (error) {
  process.stderr.write(`${PROVIDER} cannot be had: ${error.message}\n`);
  process.exit(1);
}

/** Where the runtime's own library lies in an image; its release is that of the provider's wheel. */
function runtimeFolder() {
  const [own] = globSync(
    'node_modules/.pnpm/onnxruntime-node@*/node_modules/onnxruntime-node/bin/*/linux/x64',
  );
  if (own === undefined) throw new Error('onnxruntime-node is not installed');
  const version = /onnxruntime-node@([\d.]+)/.exec(own)[1];
  const wanted = `onnxruntime-gpu==${version} `;
  if (!readFileSync(requirements, 'utf8').includes(wanted))
    throw new Error(`${requirements} must name ${wanted.trim()}, the release of onnxruntime-node`);
  return join('app', own);
}

function fetchWheels() {
  const apt = ['-q', '-y', '--no-install-recommends'];
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', ...apt, 'python3', 'python3-pip']);
  mkdirSync(STAGING, { recursive: true });
  const pinned = ['--no-deps', '--require-hashes', '--only-binary=:all:', '--no-cache-dir'];
  run('python3', ['-m', 'pip', 'download', '-q', ...pinned, '-d', `${STAGING}/wheels`, '-r', requirements]);
  for (const wheel of globSync(`${STAGING}/wheels/*.whl`))
    run('python3', ['-m', 'zipfile', '-e', wheel, `${STAGING}/${basename(wheel, '.whl')}`]);
}

function take(found, isWanted, folder, what) {
  const taken = found.filter((path) => isWanted(basename(path)));
  if (taken.length === 0) throw new Error(`no wheel holds ${what}`);
  mkdirSync(folder, { recursive: true });
  for (const path of taken) renameSync(path, join(folder, basename(path)));
  if (!taken.every((path) => existsSync(join(folder, basename(path)))))
    throw new Error(`${what} was not moved`);
}

function run(command, args) {
  execFileSync(command, args, {
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
