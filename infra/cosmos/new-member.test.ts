import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** Limit for a test that runs the compiler, which is slow on a busy machine. */
const TIMEOUT_MS = 120_000;

/** Lines to add to a file: each after every line that equals its anchor. */
type Additions = readonly (readonly [anchor: string, line: string])[];

const edit = async (copy: string, file: string, ...additions: Additions): Promise<void> => {
  let source = await readFile(join(copy, file), "utf8");
  for (const [anchor, line] of additions) {
    expect(source).toContain(`${anchor}\n`);
    source = source.replaceAll(`${anchor}\n`, `${anchor}\n${line}\n`);
  }
  await writeFile(join(copy, file), source);
};

/** Makes a copy of the source in which one file has more lines. */
const copyWith = async (file: string, ...additions: Additions): Promise<string> => {
  const copy = await mkdtemp(join(tmpdir(), "hilo-new-member-"));
  onTestFinished(() => rm(copy, { recursive: true }));
  const filter = (path: string) => !path.endsWith(".test.ts");
  const folders = ["functions", "infra", "local", "shared", "tests"];
  await Promise.all(folders.map((folder) => cp(join(ROOT, folder), join(copy, folder), { recursive: true, filter })));
  await Promise.all(["package.json", "tsconfig.json"].map((name) => cp(join(ROOT, name), join(copy, name))));
  await symlink(join(ROOT, "node_modules"), join(copy, "node_modules"), "junction");
  await edit(copy, file, ...additions);
  return copy;
};

/** @returns those of the files, and of all files in shared/, in which the compiler finds errors. */
const filesWithErrors = async (copy: string, files: readonly string[]): Promise<readonly string[]> => {
  const config = { extends: "./tsconfig.json", include: ["shared"], files };
  await writeFile(join(copy, "tsconfig.files.json"), JSON.stringify(config));
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", "tsconfig.files.json"], { cwd: copy }).catch(
    (error: { readonly stdout: string }) => error,
  );
  return [...new Set(stdout.match(/^[^ (]+(?=\(\d+,\d+\): error)/gm))].toSorted();
};

const NEW_MEMBER = "  language: z.string(),";

it.each([
  {
    of: "a contact",
    file: "shared/contact/contact.ts",
    anchor: "  updatedAt: instantSchema,",
    places: [
      "functions/http/views/contact.ts",
      "infra/cosmos/contact-document.ts",
      "local/sample-organisation.ts",
      "shared/contact/contact-file.ts",
      "shared/contact/import-contacts.ts",
      "shared/contact/save-contact.ts",
      "tests/fakes/sample-organisation.ts",
      "tests/fixtures/stored-samples.ts",
    ],
  },
  {
    of: "a conversation",
    file: "shared/conversation/conversation.ts",
    anchor: "  openedAt: instantSchema,",
    places: [
      "functions/http/views/conversation.ts",
      "infra/cosmos/conversation-document.ts",
      "shared/intake/new-conversation.ts",
      "tests/fixtures/stored-samples.ts",
    ],
  },
])(
  "does not compile until each place that names the members of $of has a new one",
  async ({ file, anchor, places }) => {
    const copy = await copyWith(file, [anchor, NEW_MEMBER]);
    expect(await filesWithErrors(copy, places)).toEqual(places);
  },
  TIMEOUT_MS,
);

it("leaves the documents of earlier versions readable when the new member is optional in the document", async () => {
  const copy = await copyWith("shared/contact/contact.ts", ["  updatedAt: instantSchema,", NEW_MEMBER]);
  await edit(
    copy,
    "infra/cosmos/contact-document.ts",
    ["  updatedAt: instantSchema,", "  language: z.string().optional(),"],
    ["    updatedAt: document.updatedAt,", '    language: document.language ?? "en",'],
    ["    updatedAt: contact.updatedAt,", "    language: contact.language,"],
  );
  const script = `
    import { readFile } from "node:fs/promises";
    import { CONTACT_DOCUMENT } from "./infra/cosmos/contact-document.ts";
    const { contacts } = JSON.parse(await readFile("tests/fixtures/documents-v1.json", "utf8"));
    const read = contacts.map(CONTACT_DOCUMENT.fromDocument);
    console.log(JSON.stringify({ read, written: read.map(CONTACT_DOCUMENT.toDocument) }));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: copy });
  const { read, written } = JSON.parse(stdout);
  expect(read).not.toEqual([]);
  for (const contact of [...read, ...written]) expect(contact.language).toBe("en");
});
