import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vite';
import pages from '../vite.config.js';
import { fixtureServer } from './fixture-server.js';

// `vite --config services/dashboard/web/dev/vite.config.ts`: the pages on made-up answers, for work on their looks. It is
// never built into anything, and no test uses it.
// biome-ignore lint/style/noDefaultExport: vite reads its configuration from the default export
export default mergeConfig(pages, {
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [{ name: 'fixtures', configureServer: fixtureServer }],
});
