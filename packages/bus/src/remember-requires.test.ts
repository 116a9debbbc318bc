import { createRequire, Module } from 'node:module';
import { describe, expect, it, vi } from 'vitest';
import { kafkajsRequests, rememberRequires } from './remember-requires.js';

interface FetchRequest {
  readonly request: { readonly apiVersion: number };
}

const require = createRequire(import.meta.url);
const requests = require('kafkajs/src/protocol/requests') as {
  readonly requests: {
    readonly Fetch: {
      protocol(of: { version: number }): (request: object) => FetchRequest;
    };
  };
};

describe('rememberRequires', () => {
  it('has kafkajs load the files of a request once, each version its own', () => {
    const fetch = (version: number) =>
      requests.requests.Fetch.protocol({ version })({ topics: [], maxWaitTime: 1 }).request.apiVersion;
    const load = vi.spyOn(Module.prototype as unknown as { require(path: string): unknown }, 'require');
    const loads = (work: () => void): number => {
      const before = load.mock.calls.length;
      work();
      return load.mock.calls.length - before;
    };
    fetch(11);
    fetch(10);
    expect(loads(() => fetch(11))).toBe(2);
    rememberRequires(kafkajsRequests().values());
    fetch(11);
    fetch(10);
    expect(loads(() => expect([fetch(11), fetch(10)]).toEqual([11, 10]))).toBe(0);
    load.mockRestore();
  });
});
