// Generates packages/contracts/src/gen (TypeScript, never committed) and the descriptor set that proto3 JSON
// and gRPC reflection read at run time. `--lint` lints the .proto files instead and holds them against the released ones (proto/baseline.binpb).
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const protoRoot = join(here, '../../proto');
const out = join(here, 'src/gen');
const descriptors = join(here, 'descriptors');
const bin = (name) => join(here, 'node_modules/.bin', name);
const run = (command, args, cwd = protoRoot) => execFileSync(command, args, { cwd, stdio: 'inherit' });

if (process.argv.includes('--lint')) {
  run(bin('buf'), ['lint']);
  run(bin('buf'), ['breaking', '--against', 'baseline.binpb']);
  process.exit(0);
}

const files = readdirSync(join(protoRoot, 'tercet/v1'))
  .filter((name) => name.endsWith('.proto'))
  .map((name) => `tercet/v1/${name}`)
  .sort();
const descriptorSet = join(descriptors, 'tercet.binpb');
const newest = Math.max(
  statSync(fileURLToPath(import.meta.url)).mtimeMs,
  ...files.map((f) => statSync(join(protoRoot, f)).mtimeMs),
);
const built = statSync(descriptorSet, { throwIfNoEntry: false })?.mtimeMs ?? 0;
if (built > newest && !process.argv.includes('--force')) process.exit(0);

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
mkdirSync(descriptors, { recursive: true });
run(bin('protoc'), [
  `--plugin=protoc-gen-ts_proto=${bin('protoc-gen-ts_proto')}`,
  `--ts_proto_out=${out}`,
  '--ts_proto_opt=importSuffix=.js,esModuleInterop=true,forceLong=bigint,oneof=unions-value,env=both,' +
    'outputServices=grpc-js,outputJsonMethods=false,outputPartialMethods=true,useExactTypes=false,' +
    'removeEnumPrefix=true,unrecognizedEnum=true,useOptionals=none,exportCommonSymbols=false,stringEnums=false',
  '-I',
  protoRoot,
  ...files,
]);
run(bin('protoc'), [`--descriptor_set_out=${descriptorSet}`, '--include_imports', '-I', protoRoot, ...files]);
