import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  license: z.string().optional(),
  /** The form of old packages. */
  licenses: z.array(z.object({ type: z.string() })).optional(),
});

/** Names of the files with which a package states its licence. */
const LICENCE_FILE = /^(licen[cs]e|notice|copying|thirdpartynotices?)(\.(md|txt))?$/i;

/** The part of a README that states the licence, for a package without a file for it. */
const LICENCE_SECTION = /^(#+ *licen[cs]e\b|\(?the mit license|licen[cs]e\n[-=]+)[\s\S]*/im;

/** Packages that are published without their licence, and a package of the same repository that has it. */
const SAME_REPOSITORY: Readonly<Record<string, string>> = { "@azure/web-pubsub": "../core-rest-pipeline" };

const HEADER = `This app contains the following packages, under these licences.`;
const RULE = "-".repeat(80);

/**
 * Writes the licence notices of all packages that a bundle contains: their licences require it of every copy.
 * @param inputs - the files of the bundle, relative to the root of the repository, as esbuild lists them.
 */
export const noticesOf = (root: string, inputs: readonly string[]): string => {
  const folders = new Set(inputs.map(packageFolderOf).filter((folder) => folder !== undefined));
  const notices = [...folders].map((folder) => noticeOf(join(root, folder)));
  return `${[HEADER, ...[...new Set(notices)].sort()].join(`\n${RULE}\n`)}\n`;
};

/** @returns undefined for a file of the app itself. */
const packageFolderOf = (input: string): string | undefined =>
  /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];

const noticeOf = (folder: string): string => {
  const { name, version, license, licenses } = packageSchema.parse(
    JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
  );
  const licence = license ?? licenses?.map(({ type }) => type).join(" or ");
  const source = join(folder, SAME_REPOSITORY[name] ?? "");
  const read = (file: string) => readFileSync(join(source, file), "utf8");
  const files = readdirSync(source).sort();
  const texts = files.filter((file) => LICENCE_FILE.test(file)).map(read);
  const sections = files
    .filter((file) => /^readme/i.test(file))
    .map((file) => LICENCE_SECTION.exec(read(file))?.[0] ?? "");
  const notices = texts.length > 0 ? texts : sections;
  return [`${name} ${version} (${licence ?? "licence not stated"})`, ...notices.map((text) => text.trim())].join(
    "\n\n",
  );
};
