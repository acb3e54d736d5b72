import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { play } from "../../local/demo.ts";
import { STOP_HINT } from "../../local/greeting.ts";
import { SAMPLE_CHANNEL_NUMBER } from "../../local/sample-organisation.ts";
import { startTestSystem } from "./support/test-system.ts";

const ROOT = join(import.meta.dirname, "../..");
const FREE = ["functions", "service-bus", "cosmos", "phone", "identity"].flatMap((part) => [`--${part}-port`, "0"]);

const run = (script: string, args: readonly string[] = [], cwd = ROOT): ChildProcess => {
  const child = spawn(process.execPath, [join(ROOT, script), ...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    if (child.exitCode === null) child.kill("SIGKILL");
  });
  return child;
};

/** Waits until a program has printed a text. @returns its whole output so far. */
const printed = async (child: ChildProcess, awaited: string): Promise<string> => {
  let seen = "";
  for await (const chunk of child.stdout ?? []) {
    seen += String(chunk);
    if (seen.includes(awaited)) return seen;
  }
  throw new Error(`the program ended without printing "${awaited}":\n${seen}`);
};

describe("npm start", () => {
  it("prints commands that play a conversation when pasted, and stops cleanly on Ctrl-C", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hilo-start-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const start = run("local/main.ts", FREE, folder);
    const greeting = await printed(start, STOP_HINT);
    const commands = greeting.slice(greeting.indexOf("# Robin texts"), greeting.indexOf(STOP_HINT));
    const { functions } = JSON.parse(readFileSync(join(folder, ".twin/addresses.json"), "utf8"));
    expect(greeting).toContain(functions);

    // The script waits for the offer, as a person would between two commands.
    const script = commands.replaceAll(
      /^TOKEN=.*$/gm,
      (line) =>
        `${line}\nuntil curl -s ${functions}/api/me/work-items -H "authorization: Bearer $TOKEN" | grep -q offered; do :; done`,
    );
    const wait = 'until [ "$(eval "$LAST")" != \'{"items":[]}\' ]; do :; done';
    const last = commands.trim().split("\n").at(-1) ?? "";
    const pasted = spawnSync("bash", ["-euc", `${script}\nLAST=${JSON.stringify(last)}\n${wait}\n${last}`], {
      encoding: "utf8",
      timeout: 20_000,
    });
    expect(pasted.status, pasted.stderr).toBe(0);
    expect(pasted.stdout).toContain('"state":"active"');
    expect(pasted.stdout.split("\n").at(-1)).toContain("Sorry to hear that. Which model is it?");

    start.kill("SIGINT");
    expect(await once(start, "exit")).toEqual([0, null]);
    expect(readdirSync(join(folder, ".twin"))).toEqual([]);
  });

  it("names the port that is in use and suggests an offset", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const start = run("local/main.ts", [...FREE, "--phone-port", String(port)]);
    const [message, [code]] = await Promise.all([text(start.stderr ?? process.stdin), once(start, "exit")]);
    expect(code).toBe(1);
    expect(message).toContain(`Port ${port} (phone network) is already in use`);
    expect(message).toContain("--port-offset");
  });

  it("prints its help", async () => {
    const start = run("local/main.ts", ["--help"]);
    expect(await text(start.stdout ?? process.stdin)).toContain("--port-offset N");
  });

  it("refuses an unknown option and prints its help", async () => {
    const start = run("local/main.ts", ["--prot-offset", "1"]);
    const [message, [code]] = await Promise.all([text(start.stderr ?? process.stdin), once(start, "exit")]);
    expect(code).toBe(1);
    expect(message).toContain("--prot-offset");
    expect(message).toContain("--port-offset N");
  });
});

describe("npm run demo", () => {
  it.each(["acs", "twilio", "telesign"])("plays the whole conversation through %s and exits 0", async (provider) => {
    const demo = run("local/demo.ts", ["--provider", provider]);
    const [output, [code]] = await Promise.all([text(demo.stdout ?? process.stdin), once(demo, "exit")]);
    expect(output).toContain("All steps passed.");
    expect(code).toBe(0);
  });

  it("names the known providers when it is given an unknown one", async () => {
    const demo = run("local/demo.ts", ["--provider", "pigeon"]);
    const [message, [code]] = await Promise.all([text(demo.stderr ?? process.stdin), once(demo, "exit")]);
    expect(message).toContain("acs, twilio, telesign");
    expect(code).toBe(1);
  });

  it("names the step that failed", async () => {
    vi.spyOn(console, "log").mockReturnValue();
    const { twin, colleague } = await startTestSystem();
    await colleague("admin").call("settings/channels/main", {
      method: "PUT",
      body: { id: "main", provider: "acs", number: "+18005550100", name: "Main", enabled: true, queueId: "billing" },
    });
    await expect(play(twin, SAMPLE_CHANNEL_NUMBER)).rejects.toThrow("Ana is offered the conversation");
  });
});
