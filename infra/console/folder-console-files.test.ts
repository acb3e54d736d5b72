import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { FolderConsoleFiles } from "./folder-console-files.ts";

const folderWith = (files: Readonly<Record<string, string>>): string => {
  const outside = mkdtempSync(join(tmpdir(), "console-"));
  onTestFinished(() => rmSync(outside, { recursive: true }));
  const folder = join(outside, "console");
  mkdirSync(join(folder, "assets"), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
};

it("finds a file with its content type", async () => {
  const files = new FolderConsoleFiles(folderWith({ "index.html": "page", "assets/a.js": "script" }));
  expect(await files.find("index.html", true)).toEqual({
    contentType: "text/html; charset=utf-8",
    isImmutable: false,
    bytes: Buffer.from("page"),
    encoding: undefined,
  });
  expect(await files.find("assets/a.js", false)).toMatchObject({ isImmutable: true });
});

it("prefers the compressed form for those who accept it", async () => {
  const files = new FolderConsoleFiles(folderWith({ "assets/a.js": "script", "assets/a.js.br": "short" }));
  expect(await files.find("assets/a.js", true)).toMatchObject({ bytes: Buffer.from("short"), encoding: "br" });
  expect(await files.find("assets/a.js", false)).toMatchObject({ bytes: Buffer.from("script"), encoding: undefined });
});

it.each([
  "../secret.txt",
  "assets/../../secret.txt",
  "..\\secret.txt",
  "assets",
  "assets/",
  "",
  "a.js.br",
  "index.html/a.js",
  `${"a".repeat(300)}.js`,
])("finds nothing outside the folder, and no folder: %j", async (path) => {
  const folder = folderWith({ "index.html": "page", "a.js.br": "short" });
  writeFileSync(join(folder, "../secret.txt"), "secret");
  expect(await new FolderConsoleFiles(folder).find(path, false)).toBeUndefined();
});

it("finds nothing while the console is not built", async () => {
  expect(await new FolderConsoleFiles(join(tmpdir(), "no-such-folder")).find("index.html", true)).toBeUndefined();
});
