import { copyFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { workerFile } from "../src/worker-files.js";

test("a worker's file is found from the sources too", () => {
	expect(workerFile("assembly/sieve.wasm").pathname).toMatch(
		/dist\/workers\/assembly\/sieve\.wasm$/,
	);
});

test("code that was moved away from its workers says how to keep them together", async () => {
	const folder = mkdtempSync(join(tmpdir(), "bundle-"));
	try {
		cpSync("dist/src", join(folder, "src"), { recursive: true });
		cpSync("node_modules", join(folder, "node_modules"), {
			recursive: true,
			filter: (path) =>
				!/node_modules\/(?!(@peculiar|asn1js|bigint-mod-arith|piscina)\b)[^/]/.test(
					path,
				),
		});
		copyFileSync("package.json", join(folder, "package.json"));
		const { createPool, generate } = await import(
			pathToFileURL(join(folder, "src/index.js")).href
		);
		const expected = expect.objectContaining({
			name: "WorkerError",
			message: expect.stringContaining("keep the package external"),
		});
		await expect(generate(512, { allowWeak: true })).rejects.toEqual(expected);
		expect(() => createPool()).toThrow(expected);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
