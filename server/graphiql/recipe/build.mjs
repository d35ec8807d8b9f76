// Builds ../built from the versions pinned in package-lock.json, byte for byte the same on every machine:
//   npm ci --ignore-scripts && node build.mjs && git diff --exit-code ../built
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { build } from "esbuild";
import { gzip } from "pako";
import { licencesOf } from "./licences.mjs";

const BUILT = join(import.meta.dirname, "..", "built");
const WORKERS = {
  editor: "monaco-editor/esm/vs/editor/editor.worker.js",
  json: "monaco-editor/esm/vs/language/json/json.worker.js",
  graphql: "monaco-graphql/esm/graphql.worker.js",
};

// GraphiQL's style sheets carry half a megabyte of fonts as data: URLs, which the page's policy refuses.
const withoutEmbeddedFonts = {
  name: "without-embedded-fonts",
  setup: ({ onLoad }) =>
    onLoad({ filter: /node_modules\/@?graphiql\/.*\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replace(/@font-face\s*\{[^}]*url\(["']?data:[^}]*\}/g, ""),
      loader: "css",
    })),
};

const bundle = (options) =>
  build({
    absWorkingDir: import.meta.dirname,
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    jsx: "automatic",
    legalComments: "none",
    outdir: BUILT,
    assetNames: "[name]-[hash]",
    loader: { ".ttf": "file" },
    plugins: [withoutEmbeddedFonts],
    ...options,
  });

function named(output, stem) {
  const extension = extname(output.path);
  const digest = createHash("sha256").update(output.contents).digest("hex").slice(0, 12);
  return `${stem}-${digest}${extension}`;
}

async function keep(name, contents) {
  // pako, not zlib: Node's zlib gives other bytes from one version of Node to the next.
  await writeFile(join(BUILT, `${name}.gz`), gzip(contents, { level: 9 }));
  return name;
}

await rm(BUILT, { recursive: true, force: true });
await mkdir(BUILT);

const inputs = new Set();
const remember = ({ metafile }) => Object.keys(metafile.inputs).forEach((path) => inputs.add(path));

const workers = {};
for (const [label, path] of Object.entries(WORKERS)) {
  const built = await bundle({ entryPoints: [path] });
  remember(built);
  const [output] = built.outputFiles;
  workers[label] = await keep(named(output, `${label}.worker`), output.contents);
}

const page = await bundle({
  entryPoints: { graphiql: "main.jsx" },
  define: {
    "process.env.NODE_ENV": '"production"',
    "process.env.USE_IMPORT": '"true"',
    CASEGRAPH_WORKERS: JSON.stringify(workers),
  },
});
remember(page);

const manifest = { workers };
for (const output of page.outputFiles) {
  const kind = { ".js": "script", ".css": "style", ".ttf": "icons" }[extname(output.path)];
  const name = kind === "icons" ? basename(output.path) : named(output, "graphiql");
  manifest[kind] = await keep(name, output.contents);
}

const { script, style, icons } = manifest;
await writeFile(join(BUILT, "manifest.json"), `${JSON.stringify({ script, style, icons, workers }, null, 2)}\n`);
await writeFile(join(BUILT, "LICENSES.txt"), await licencesOf(inputs, import.meta.dirname));
