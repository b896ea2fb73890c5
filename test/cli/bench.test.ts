import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { command } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-bench-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("prints a table, or JSON, and writes a page", () => {
	const page = join(folder, "bench.html");
	const args = ["bench", "--sizes", "512,768", "--seconds", "1"];
	const table = command([...args, "--html", page]);
	expect(table).toMatchObject({ stderr: "", status: 0 });
	expect(table.stdout).toMatch(/^ *512 .* s /m);
	expect(table.stdout).toMatch(/^ *768 .* s /m);
	expect(readFileSync(page, "utf8")).toContain("<svg");

	const again = command([...args, "--html", page]);
	expect(again).toMatchObject({ stdout: "", status: 2 });
	expect(again.stderr).toContain("--force");

	const { stdout } = command([...args, "--runs", "2", "--peers", "--json"]);
	const result = JSON.parse(stdout);
	expect(result.version).toBe(1);
	for (const size of result.sizes) {
		for (const { p5, median, mean, p95 } of [
			...(size.kernel === null ? [] : [size.kernel]),
			size.bigint,
			size.openssl,
		]) {
			expect(p5).toBeGreaterThan(0);
			expect(median).toBeGreaterThan(p5);
			expect(mean).toBeGreaterThan(median);
			expect(p95).toBeGreaterThan(mean);
		}
		for (const { runs, mean, interval } of [
			size.measured,
			size.opensslMeasured,
		]) {
			expect(runs).toBe(2);
			expect(interval[0]).toBeLessThan(mean);
			expect(interval[1]).toBeGreaterThan(mean);
		}
	}
});

test.each([
	[["--sizes", "12"], "12 is not a valid size"],
	[["--sizes", "a"], "--sizes"],
	[["--peers"], "give both"],
	[["--runs", "x"], "--runs"],
])("bench %j is refused", (args, words) => {
	const { stdout, stderr, status } = command(["bench", ...args]);
	expect({ stdout, status }).toEqual({ stdout: "", status: 2 });
	expect(stderr).toContain(words);
});
