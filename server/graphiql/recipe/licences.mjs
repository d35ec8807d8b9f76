import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

// Packages published without their licence's text, and the sibling from the same repository or author that has it.
const SIBLINGS = {
  "@graphiql/plugin-doc-explorer": "graphiql",
  "@graphiql/plugin-history": "graphiql",
  "react-compiler-runtime": "react",
  "react-remove-scroll-bar": "react-remove-scroll",
};

const packageOf = (path) => path.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1];

async function textsIn(folder) {
  const names = (await readdir(folder)).filter((name) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(name)).sort();
  return Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
}

async function entryOf(folder, home) {
  const { name, version, license } = JSON.parse(await readFile(join(home, folder, "package.json"), "utf8"));
  let texts = await textsIn(join(home, folder));
  if (!texts.length && SIBLINGS[name]) texts = await textsIn(join(home, "node_modules", SIBLINGS[name]));
  if (!texts.length) throw new Error(`${name} ${version} comes without the text of its licence (${license})`);
  const body = texts.map((text) => text.replace(/\r\n/g, "\n").replace(/[ \t]+$/gm, "").trim()).join("\n\n");
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n${"=".repeat(80)}\n\n${body}\n`;
}

/** The licence texts of every package that the given bundle inputs came from, in order of their folders. */
export async function licencesOf(inputs, home) {
  const folders = [...new Set([...inputs].map(packageOf).filter(Boolean))].sort();
  const entries = await Promise.all(folders.map((folder) => entryOf(folder, home)));
  return `What the files in this folder are built from, and under which terms.\n\n${entries.join("\n")}`;
}
