// Makes texresume/preview/page/vendor/codemirror.js and the licences of all that is in it.
//
//     cd tools/vendor_codemirror && npm ci && npm run build
//
// The same package-lock.json gives the same bytes. To update: npm install --save-exact --save-dev NAME@latest, then build.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const vendor = join(here, "../../texresume/preview/page/vendor");
const MAY = ["MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC"];

const built = await build({
  absWorkingDir: here,
  entryPoints: ["bundle.js"],
  bundle: true,
  format: "esm",
  minify: true,
  target: ["es2022"],
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
  banner: { js: "// CodeMirror 6 and what it needs; made by tools/vendor_codemirror, licences in codemirror-licenses.txt" },
});

const names = new Set();
for (const file of Object.keys(built.metafile.inputs)) {
  const found = file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (found) names.add(found[1]);
}
const texts = [...names].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  if (!MAY.includes(about.license)) throw new Error(`${name}: licence ${about.license} is not one of ${MAY.join(", ")}`);
  const licence = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file));
  if (!licence) throw new Error(`${name}: no licence text`);
  return `${name} ${about.version} (${about.license})\n\n${readFileSync(join(folder, licence), "utf8").trim()}\n`;
});
mkdirSync(vendor, { recursive: true });
writeFileSync(join(vendor, "codemirror.js"), built.outputFiles[0].contents);
writeFileSync(join(vendor, "codemirror-licenses.txt"), texts.join(`\n${"-".repeat(79)}\n\n`));
console.log(`${names.size} packages, ${built.outputFiles[0].contents.length} bytes`);
