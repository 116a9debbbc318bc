import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { canonicalJson, modelDigest } from './digest.js';
import { findModel, type ModelLock, parseLock } from './lock.js';
import { defaultLockPath } from './lock-file.js';

const hash = (digit: string): string => digit.repeat(64);

function sample(): ModelLock {
  return {
    lockVersion: 1,
    defaults: { audio: 'second' },
    models: [
      {
        name: 'first',
        version: '1',
        slot: 'audio',
        license: 'MIT',
        sources: [{ kind: 'file', id: 'graph', path: 'first.onnx', sha256: hash('a'), bytes: 5 }],
        graph: { builder: 'as-is', from: ['graph'], sha256: hash('a'), bytes: 5 },
        files: {},
        companions: [],
        inputs: [{ name: 'x', shape: 'float32[n]' }],
        outputs: [{ name: 'y', shape: 'float32[n]' }],
        dimension: 3,
        parameters: { hop: 1 },
      },
    ],
  };
}

function withSecond(): ModelLock {
  const lock = sample();
  const first = lock.models[0] as ModelLock['models'][number];
  lock.models.push({ ...structuredClone(first), name: 'second', companions: ['first'] });
  return lock;
}

const rejected = expect.objectContaining({ kind: 'InvalidInput', code: 'wrong_field' });

describe('parseLock', () => {
  it('accepts the lock file of the repository', async () => {
    const lock = parseLock(await readFile(defaultLockPath(), 'utf8'));
    expect(Object.keys(lock.defaults).sort()).toEqual(['audio', 'image', 'speech', 'text', 'voice']);
    const paths = lock.models.flatMap(({ sources }) => sources.map(({ path }) => path));
    expect(paths.filter((path) => /hey_|alexa|timer|weather/.test(path))).toEqual([]);
  });

  it('accepts a lock whose references all lead somewhere', () => {
    expect(parseLock(JSON.stringify(withSecond())).models).toHaveLength(2);
  });

  const broken: Record<string, (lock: ModelLock) => void> = {
    'a hash of the wrong length': (lock) => {
      (lock.models[0] as { graph: { sha256: string } }).graph.sha256 = 'ab';
    },
    'a field that does not exist': (lock) => Object.assign(lock.models[0] as object, { trusted: true }),
    'a licence that is no SPDX expression': (lock) =>
      Object.assign(lock.models[0] as object, { license: 'do what you like' }),
    'a path out of the package': (lock) =>
      Object.assign(lock.models[0] as object, {
        sources: [
          {
            kind: 'package',
            id: 'graph',
            package: 'x',
            version: '1.0.0',
            path: '../x',
            sha256: hash('a'),
            bytes: 1,
            packageBytes: 1,
          },
        ],
      }),
    'a version range': (lock) =>
      Object.assign(lock.models[0] as object, {
        sources: [
          {
            kind: 'package',
            id: 'graph',
            package: 'x',
            version: '^1.0.0',
            path: 'x',
            sha256: hash('a'),
            bytes: 1,
            packageBytes: 1,
          },
        ],
      }),
    'two models of one name': (lock) => lock.models.push(structuredClone(lock.models[0]) as never),
    'a default that is not there': (lock) => Object.assign(lock.defaults, { image: 'first' }),
    'a source id that is not there': (lock) =>
      Object.assign(lock.models[0]?.graph as object, { from: ['weights'] }),
    'a companion behind it': (lock) => Object.assign(lock.models[0] as object, { companions: ['second'] }),
  };
  for (const [what, damage] of Object.entries(broken)) {
    it(`refuses ${what}`, () => {
      const lock = withSecond();
      damage(lock);
      expect(() => parseLock(JSON.stringify(lock))).toThrowError(rejected);
    });
  }

  it('refuses what is not JSON', () => {
    expect(() => parseLock('{')).toThrowError(expect.objectContaining({ code: 'undecodable' }));
  });
});

describe('findModel', () => {
  it('takes a slot or a name', () => {
    expect(findModel(withSecond(), 'audio').name).toBe('second');
    expect(findModel(withSecond(), 'first').name).toBe('first');
    expect(() => findModel(withSecond(), 'text')).toThrowError(rejected);
  });
});

describe('modelDigest', () => {
  const digest = (lock: ModelLock) => modelDigest(lock, findModel(lock, 'second'));

  it('changes with the graph, the parameters and the model that prepares the input', () => {
    const changes: ((lock: ModelLock) => void)[] = [
      () => undefined,
      (lock) => Object.assign(findModel(lock, 'second').graph, { sha256: hash('b') }),
      (lock) => Object.assign(findModel(lock, 'second').parameters, { hop: 2 }),
      (lock) => Object.assign(findModel(lock, 'first').graph, { sha256: hash('c') }),
      (lock) => Object.assign(findModel(lock, 'second'), { files: { 'tokenizer.json': 'graph' } }),
    ];
    const digests = changes.map((change) => {
      const lock = withSecond();
      change(lock);
      return digest(lock);
    });
    expect(new Set(digests).size).toBe(changes.length);
  });

  it('does not change with the order of the parameters or with the licence', () => {
    const lock = withSecond();
    const second = findModel(lock, 'second');
    Object.assign(second, { parameters: { b: 1, a: [2, { d: 1, c: 2 }] } });
    const other = structuredClone(lock);
    Object.assign(findModel(other, 'second'), {
      parameters: { a: [2, { c: 2, d: 1 }], b: 1 },
      license: 'Apache-2.0',
    });
    expect(digest(other)).toBe(digest(lock));
    expect(canonicalJson({ b: 1, a: [2, { d: 1, c: 'é' }] })).toBe('{"a":[2,{"c":"é","d":1}],"b":1}');
  });
});
