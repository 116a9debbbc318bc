import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// biome-ignore lint/style/noDefaultExport: vite reads its configuration from the default export
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no data: address for scripts and styles.
    assetsInlineLimit: 0,
    // The licences' texts of what is bundled, beside it.
    license: { fileName: 'assets/licenses.md' },
  },
});
