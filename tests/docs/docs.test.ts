import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { SETTING_NAMES } from "../../infra/config/config.ts";
import { QUEUES } from "../../infra/service-bus/queues.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGES = globSync(["*.md", ".github/*.md", "{bicep,docs,twin}/**/*.md"], {
  cwd: ROOT,
  exclude: ["**/node_modules/**"],
}).filter((page) => page !== "CHANGELOG.md");

const read = (page: string): string => readFileSync(join(ROOT, page), "utf8");

/** The rows of the table with this header, without the header. */
const rowsUnder = (page: string, header: string): readonly string[] =>
  (read(page).split(`${header}\n`)[1] ?? "").split("\n\n")[0]?.split("\n").slice(1) ?? [];

/** The words of a text that are formatted as code. */
const codeIn = (text: string): readonly string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

describe.each(PAGES)("%s", (page) => {
  it("names existing files and folders", () => {
    const named = codeIn(read(page)).filter((code) =>
      /^(bicep|docs|functions|infra|local|shared|tests|twin|\.github|\.ci)\/[\w./-]+$/.test(code),
    );
    const missing = named.filter((path) => !existsSync(join(ROOT, path)));
    expect(missing.filter((path) => !path.includes("/acme/"))).toEqual([]);
  });

  it("links to existing pages and headings", () => {
    const links = [...read(page).matchAll(/\]\((?!https?:)([^)]*)\)/g)].map(([, link = ""]) => link);
    const broken = links.filter((link) => {
      const [path = "", heading] = link.split("#");
      const target = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(ROOT, target))) return true;
      return heading !== undefined && !headingsOf(read(target)).includes(heading);
    });
    expect(broken).toEqual([]);
  });
});

describe("the tables", () => {
  it("of settings in README.md has every setting of the app", () => {
    const rows = rowsUnder("README.md", "| setting | meaning |").map((row) => row.split("|")[1] ?? "");
    expect(rows.flatMap(codeIn).toSorted()).toEqual(SETTING_NAMES.toSorted());
  });

  it("of queues in bicep/README.md has the queues of the code", () => {
    const minutes = (seconds: number) => (seconds === 0 ? "none" : `${seconds / 60} min`);
    const expected = Object.entries(QUEUES).map(
      ([name, { sessions, duplicateWindowSeconds, lockSeconds, maxDeliveries }]) =>
        `| \`${name}\` | ${sessions ? "yes" : "no"} | ${minutes(duplicateWindowSeconds)} | ${minutes(lockSeconds)} | ${maxDeliveries} |`,
    );
    expect(rowsUnder("bicep/README.md", "| queue | sessions | duplicate window | lock | deliveries |")).toEqual(
      expected,
    );
  });
});

/** The anchors that GitHub gives to the headings of a page. */
const headingsOf = (markdown: string): readonly string[] =>
  [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, "")
      .replaceAll(/\s/g, "-"),
  );
