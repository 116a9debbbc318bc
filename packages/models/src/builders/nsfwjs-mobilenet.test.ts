import { type Tensor as TfTensor, tensor } from '@tensorflow/tfjs-core';
import { model as layersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-cpu';
import { Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { wavyPicture } from '../../proofs/golden-inputs.js';
import { largestDifference } from '../../proofs/sample-texts.js';
import { defaultCacheDir, ModelCache } from '../cache.js';
import { buildModels, resolveModel } from '../models.js';
import { openSession } from '../session.js';

/** The bundle's own way: run its script, and hand topology and weights to TensorFlow.js. */
function runBundle(script: Uint8Array): unknown {
  const module = { exports: {} as unknown };
  new Function('module', 'exports', new TextDecoder().decode(script))(module, module.exports);
  return module.exports;
}

interface Topology {
  readonly modelTopology: object;
  readonly weightsManifest: readonly { readonly weights: never[] }[];
}

it('gives the features and probabilities of TensorFlow.js', async () => {
  await buildModels({ only: ['image'] });
  const resolved = await resolveModel('image');
  const cache = new ModelCache(defaultCacheDir());
  const [topology, weights] = await Promise.all(
    resolved.meta.sources.map(async ({ sha256 }) => runBundle((await cache.read(sha256)) as Uint8Array)),
  );
  const { modelTopology, weightsManifest } = topology as Topology;
  const weightData = Uint8Array.from(Buffer.from(weights as string, 'base64')).buffer;
  const net = await loadLayersModel({
    load: async () => ({ modelTopology, weightSpecs: weightsManifest[0]?.weights ?? [], weightData }),
  });
  const pooled = net.getLayer('flatten_1').output;
  const both = layersModel({ inputs: net.inputs, outputs: [pooled as never, ...net.outputs] });
  const picture = wavyPicture();
  const [features, probabilities] = both.predict(tensor(picture, [1, 224, 224, 3])) as [TfTensor, TfTensor];

  const session = await openSession(resolved.graph, { provider: 'cpu', intraOpThreads: 1 });
  const ours = await session.run({ input: new Tensor('float32', picture, [1, 224, 224, 3]) });
  expect(largestDifference(ours['features']?.data as Float32Array, await features.data())).toBeLessThan(1e-4);
  expect(
    largestDifference(ours['probabilities']?.data as Float32Array, await probabilities.data()),
  ).toBeLessThan(1e-5);
}, 300_000);
