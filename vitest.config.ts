import { defineConfig } from 'vitest/config';

// Unit tests sit beside their files and need nothing but a build; the other projects need brokers,
// which test/harness chooses. Those run one file at a time: two cores, real processes.
const onSharedBrokers = {
  pool: 'forks' as const,
  fileParallelism: false,
  testTimeout: 120_000,
  hookTimeout: 180_000,
  // One set of brokers for a whole run; files share it under topic prefixes of their own.
  globalSetup: ['test/harness/dist/global-setup.js'],
};

// biome-ignore lint/style/noDefaultExport: the test runner reads its configuration from the default export
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{packages,services}/*/src/**/*.test.ts',
            'services/*/web/src/**/*.test.ts',
            'deploy/**/src/**/*.test.ts',
            'bench/src/**/*.test.ts',
            'test/chaos/src/**/*.test.ts',
            'test/architecture/**/*.test.ts',
            'test/quality/**/*.test.ts',
          ],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'contract',
          include: ['packages/*/contract/**/*.contract.test.ts'],
          ...onSharedBrokers,
        },
      },
      { test: { name: 'flow', include: ['test/flow/**/*.test.ts'], ...onSharedBrokers } },
      // The manifests: kustomize and schemas, no brokers.
      {
        test: { name: 'k8s', include: ['test/k8s/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 300_000 },
      },
      // Images, by an engine that the set-up starts; skipped where none can be had.
      {
        test: {
          name: 'containers',
          include: ['test/containers/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/containers/setup.ts'],
        },
      },
      // The dashboard in a real browser, on the real pipeline.
      { test: { name: 'browser', include: ['test/browser/**/*.test.ts'], ...onSharedBrokers } },
      { test: { name: 'scaling', include: ['test/scaling/**/*.test.ts'], ...onSharedBrokers } },
      { test: { name: 'promises', include: ['test/promises/**/*.test.ts'], ...onSharedBrokers } },
    ],
  },
});
