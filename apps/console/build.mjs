import { build } from 'esbuild';
import { dirname, join, relative, resolve } from 'node:path';

/** Bundles what is imported as `./file.ts?bundle` for browsers, and gives its text: executors of Nx take no plugins. */
const browserBundle = {
  name: 'browser-bundle',
  setup({ onResolve, onLoad }) {
    // Relative, as esbuild writes it into the bundle: the same bytes in whatever folder.
    onResolve({ filter: /\?bundle$/ }, ({ path, resolveDir }) => ({
      path: relative('', join(resolveDir, path.replace(/\?bundle$/, ''))),
      namespace: 'browser-bundle',
    }));
    onLoad({ filter: /.*/, namespace: 'browser-bundle' }, async ({ path }) => {
      const options = {
        bundle: true,
        write: false,
        minify: true,
        platform: 'browser',
        target: 'es2022',
        format: 'iife',
      };
      const { outputFiles } = await build({ ...options, entryPoints: [path], legalComments: 'none' });
      const text = outputFiles[0].text.trim();
      if (text.includes('</script')) throw new Error(`${path}: its bundle would end the script element`);
      return { contents: text, loader: 'text', resolveDir: resolve(dirname(path)) };
    });
  },
};

const minifiedStyle = {
  name: 'minified-style',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { outputFiles } = await build({ entryPoints: [path], write: false, minify: true });
      return { contents: outputFiles[0].text.trim(), loader: 'text' };
    });
  },
};

// The other options are those of nx.json.
await build({
  entryPoints: ['src/main.ts'],
  outfile: '../../dist/apps/console/main.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: true,
  loader: { '.lua': 'text' },
  plugins: [browserBundle, minifiedStyle],
});
