// Fetches the library that lets ONNX Runtime use a GPU, and the libraries of CUDA that it loads, and lays them where the
// runtime looks: node take-cuda.mjs REQUIREMENTS OUT, beside the package.json that names onnxruntime-node. Run as root by
// deploy/Dockerfile. Ends with an error that names the file where one of them cannot be had.
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';

const PROVIDER = 'libonnxruntime_providers_cuda.so';
const BESIDE_RUNTIME = [PROVIDER, 'libonnxruntime_providers_shared.so'];
// What the provider is linked with, and what these load while they work.
const ON_PATH = /^lib(cudart|cublas|cublasLt|curand|cufft|cudnn(_\w+)?|nvrtc(-builtins)?)\.so\.[\d.]+$/;
const NEEDED = [
  'libcudart.',
  'libcublas.',
  'libcublasLt.',
  'libcurand.',
  'libcufft.',
  'libcudnn.',
  'libnvrtc.',
];
const STAGING = '/tmp/cuda';

const [requirements, out] = process.argv.slice(2);
try {
  if (process.arch !== 'x64') throw new Error(`it is not published for ${process.arch}`);
  const runtime = runtimeFolder();
  fetchWheels();
  const found = globSync(`${STAGING}/**/*.so*`);
  for (const name of [...BESIDE_RUNTIME, ...NEEDED])
    if (!found.some((path) => basename(path).startsWith(name))) throw new Error(`no wheel holds ${name}`);
  move(found, (name) => BESIDE_RUNTIME.includes(name), join(out, runtime));
  move(found, (name) => ON_PATH.test(name), join(out, 'opt/cuda/lib'));
} catch (error) {
  process.stderr.write(`${PROVIDER} cannot be had: ${error.message}\n`);
  process.exit(1);
}

/** Where the runtime's own library lies in an image. The wheel must be of the same release. */
function runtimeFolder() {
  const version = JSON.parse(readFileSync('package.json', 'utf8')).dependencies['onnxruntime-node'];
  if (!readFileSync(requirements, 'utf8').includes(`onnxruntime-gpu==${version} `))
    throw new Error(`${requirements} must name onnxruntime-gpu==${version}, the release of onnxruntime-node`);
  const store = `app/node_modules/.pnpm/onnxruntime-node@${version}/node_modules`;
  return `${store}/onnxruntime-node/bin/napi-v6/linux/x64`;
}

function fetchWheels() {
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'python3', 'python3-pip']);
  mkdirSync(STAGING, { recursive: true });
  const pinned = ['--no-deps', '--require-hashes', '--only-binary=:all:', '--no-cache-dir'];
  run('python3', ['-m', 'pip', 'download', '-q', ...pinned, '-d', STAGING, '-r', requirements]);
  for (const wheel of globSync(`${STAGING}/*.whl`))
    run('python3', ['-m', 'zipfile', '-e', wheel, `${STAGING}/${basename(wheel, '.whl')}`]);
}

function move(found, isWanted, folder) {
  mkdirSync(folder, { recursive: true });
  for (const path of found.filter((one) => isWanted(basename(one))))
    renameSync(path, join(folder, basename(path)));
}

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  execFileSync(command, args, { stdio: ['ignore', 2, 2], env });
}
