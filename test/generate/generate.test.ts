import { spawnSync } from "node:child_process";
import type { Progress } from "gen-dhparams";
import {
	type DhParams,
	generate,
	InvalidArgumentError,
	WeakSizeError,
} from "gen-dhparams";
import { expect, test } from "vitest";
import { openssl } from "../openssl/openssl.js";

function acceptedByOpenssl(params: DhParams): void {
	const { status, stderr } = openssl(
		["dhparam", "-check", "-noout"],
		params.toPem(),
	);
	expect(stderr).toContain("DH parameters appear to be ok.");
	expect(status).toBe(0);
}

test.each([
	[512, 2],
	[512, 3],
	[512, 5],
	[513, 2],
	[767, 30],
	[1024, 2],
	[1024, 5],
	[2048, 2],
])(
	"OpenSSL accepts a group of %i bits with generator %i",
	async (bits, g) => {
		const params = await generate(bits, { generator: g, allowWeak: true });
		expect(params.bits).toBe(bits);
		expect(params.g).toBe(BigInt(g));
		const [modulus, residue] =
			{ 2: [24n, 23n], 3: [12n, 11n], 5: [60n, 59n] }[g] ??
			([12n, 11n] as const);
		expect(params.p % (modulus as bigint)).toBe(residue);
		acceptedByOpenssl(params);
	},
	240_000,
);

test.each([
	[511],
	[16385],
	[0],
	[-2048],
	[2048.5],
	[Number.NaN],
	[Number.POSITIVE_INFINITY],
])("%d bits are refused", async (bits) => {
	const error = await generate(bits, { allowWeak: true }).catch((e) => e);
	expect(error).toBeInstanceOf(InvalidArgumentError);
	expect(error.message).toContain(String(bits));
});

test("sizes below 1024 need allowWeak, and the message says why", async () => {
	const error = await generate(1023).catch((e) => e);
	expect(error).toBeInstanceOf(WeakSizeError);
	expect(error.code).toBe("ERR_WEAK_SIZE");
	expect(error.message).toContain("dh key too small");
});

test.each([0, -1, 1.5, 1025])("%d threads are refused", async (threads) => {
	await expect(generate(2048, { threads })).rejects.toThrow(
		InvalidArgumentError,
	);
});

test("progress goes through the phases with numbers that never fall", async () => {
	const seen: Progress[] = [];
	await generate(768, {
		allowWeak: true,
		threads: 2,
		onProgress: (p) => seen.push(p),
	});
	expect(seen[0]?.phase).toBe("sieve");
	expect(seen.at(-1)?.phase).toBe("verify");
	for (const [i, progress] of seen.entries()) {
		const before = seen[i - 1];
		expect(progress.tested).toBeGreaterThanOrEqual(before?.tested ?? 0);
		expect(progress.elapsedMs).toBeGreaterThanOrEqual(before?.elapsedMs ?? 0);
		expect(progress.chance).toBeCloseTo(
			1 - Math.exp(-progress.tested / progress.expectedTests),
			10,
		);
	}
});

test("an aborted signal rejects with its reason before anything starts", async () => {
	const reason = new Error("not today");
	await expect(
		generate(2048, { signal: AbortSignal.abort(reason) }),
	).rejects.toBe(reason);
});

test("an abort ends a search in every phase with the signal's reason", async () => {
	for (const phase of ["sieve", "test", "verify"] as const) {
		const controller = new AbortController();
		const reason = new Error(`in ${phase}`);
		const search = generate(512, {
			allowWeak: true,
			signal: controller.signal,
			onProgress: (progress) => {
				if (progress.phase === phase) controller.abort(reason);
			},
		});
		await expect(search).rejects.toBe(reason);
	}
});

/** Runs a script that uses the package, and ends by itself only if nothing is left that keeps Node alive. */
function script(source: string): { status: number | null; stdout: string } {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		["--input-type=module", "-e", source],
		{ cwd: new URL("..", import.meta.url), timeout: 20_000 },
	);
	expect(stderr.toString()).toBe("");
	return { status, stdout: stdout.toString() };
}

test("importing starts nothing", () => {
	const { status, stdout } = script(`
		import { setTimeout } from "node:timers/promises";
		const resources = async () => {
			await setTimeout(50);
			return process.getActiveResourcesInfo().sort().join();
		};
		console.log("opens stdout");
		const before = await resources();
		await import("gen-dhparams");
		console.log(before === (await resources()));`);
	expect(status).toBe(0);
	expect(stdout).toBe("opens stdout\ntrue\n");
});

test("a finished and an aborted search leave no worker, timer or handle", () => {
	const { status, stdout } = script(`
		import { generate } from "gen-dhparams";
		await generate(512, { allowWeak: true });
		const abort = new AbortController();
		setTimeout(() => abort.abort(), 300);
		await generate(8192, { signal: abort.signal }).catch((error) => console.log(error.name));`);
	expect(status).toBe(0);
	expect(stdout).toBe("AbortError\n");
});
