/** Bundle of the window, into dist/renderer; the same files serve every host. */
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  // Relative, so that app://, http://127.0.0.1 and any prefix serve the same files.
  base: './',
  plugins: [react()],
  logLevel: 'warn',
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'chrome120',
    sourcemap: true,
    // Every browser that can open the window preloads modules itself.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The grid and the charts are most of it, and the files come from the local disk.
    chunkSizeWarningLimit: 4096,
    // The policy of the page allows no data: scripts or fonts; keep every asset a file.
    assetsInlineLimit: 0,
  },
});
