import { execFileSync, spawnSync } from "node:child_process";
import { createCipheriv, createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import {
	type Certificate,
	checkCertificate,
	createPool,
	type DhParams,
	encodeCertificate,
	generate,
	InvalidArgumentError,
	validate,
} from "gen-dhparams";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import type { EngineChoice } from "../../src/arithmetic/choose-engine.js";
import {
	type ChainBytes,
	drawChain,
	lastOf,
} from "../../src/certificate/chain.js";
import { encodePari } from "../../src/certificate/pari.js";
import { draw } from "../../src/search/draw.js";
import { MIN_BITS, plan } from "../../src/search/plan.js";
import { search } from "../../src/search/search.js";
import { candidate } from "../../src/search/window.js";
import { WorkerPool } from "../../src/threads/pool.js";
import { inProcess } from "../cli/in-process.js";
import { openssl } from "../openssl/openssl.js";
import { passesBailliePsw } from "../primality/baillie-psw.js";
import { certificateOf } from "./made.js";

interface Vector {
	readonly bits: number;
	readonly g: number;
	readonly seed: string;
	readonly window: number;
	readonly candidate: number;
	readonly p: string;
	readonly base: string;
	/** Of the certificate in PARI's form. */
	readonly certificateSha256: string;
}

const vectors = JSON.parse(
	readFileSync("test/vectors/provable-seeds.json", "utf8"),
) as Vector[];

const SMALL = { provable: true, allowWeak: true } as const;

test.each(vectors)(
	"seed $seed, $bits bits, g = $g leads to the certificate on record",
	async ({ bits, g, seed, window, candidate, p, certificateSha256 }) => {
		for (const threads of bits > 1024 ? [2] : [1, 2, 4]) {
			const options = { ...SMALL, threads, seed, generator: g };
			const params = await generate(bits, options);
			expect(params.p.toString(16)).toBe(p);
			expect(params.origin).toEqual({
				seed,
				window,
				candidate,
				provable: true,
			});
			const certificate = params.certificate as Certificate;
			const text = encodePari(certificate);
			expect(text.length).toBeLessThan(4000);
			expect(encodeCertificate(certificate).length).toBeLessThan(4000);
			const sha256 = createHash("sha256").update(text).digest("hex");
			expect(sha256).toBe(certificateSha256);
		}
	},
);

test("without the kernel it is the same certificate", () => {
	const [{ bits, seed, certificateSha256 }] = vectors as [Vector];
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-certificate-"));
	try {
		const file = join(folder, "proof.gp");
		execFileSync(process.execPath, [
			"--jitless",
			"dist/src/cli/gen-dhparams.cjs",
			...[String(bits), "--allow-weak", "--quiet", "--seed", seed],
			...["--certificate", file, "--out", join(folder, "dhparams.pem")],
		]);
		const text = readFileSync(file, "utf8").trim();
		expect(createHash("sha256").update(text).digest("hex")).toBe(
			certificateSha256,
		);
	} finally {
		rmSync(folder, { recursive: true });
	}
});

test("the construction of docs/proofs.md, followed step by step, leads to the same group", () => {
	const { bits, g, seed, p, base } = vectors[0] as Vector;
	const bytes = (use: string, length: number) =>
		createHash("shake256", { outputLength: length })
			.update(`gen-dhparams provable seed 1\n${bits}\n${g}\n${use}\n${seed}`)
			.digest();
	const number = (data: Uint8Array) =>
		BigInt(`0x${Buffer.from(data).toString("hex")}`);
	const uniform = (count: bigint, use: string) =>
		number(bytes(use, Math.ceil(count.toString(2).length / 8) + 8)) % count;
	// 1. The chain: 34, 66, 130 and 258 bits.
	let r = 0n;
	for (let attempt = 0; !passesBailliePsw(r); attempt++) {
		r = 2n ** 33n + uniform(2n ** 33n, `chain 0 ${attempt}`);
	}
	expect(r.toString(16)).toBe(base);
	for (const [i, size] of [66n, 130n, 258n].entries()) {
		const step = 2n * r;
		const lowest = (2n ** (size - 1n) - 2n) / step + 1n;
		const highest = (2n ** size - 2n) / step;
		for (let attempt = 0; ; attempt++) {
			const h =
				lowest + uniform(highest - lowest + 1n, `chain ${i + 1} ${attempt}`);
			if (!passesBailliePsw(step * h + 1n)) continue;
			r = step * h + 1n;
			break;
		}
	}
	// 2. The window: p = 4·r·h + 3 with r·h ≡ −1 (mod 6).
	const length = plan(bits, g, "bigint").windowLength;
	const step = 24n * r;
	let least = 3n;
	while (least % 24n !== 23n) least += 4n * r;
	const data = bytes("0", bits / 8 + 8 + 32);
	const lowest = (2n ** BigInt(bits - 1) - least + step - 1n) / step;
	const highest = (2n ** BigInt(bits) - 1n - least) / step;
	const start = number(data.subarray(0, bits / 8 + 8));
	const first =
		least +
		step * (lowest + (start % (highest - lowest - BigInt(length) + 2n)));
	// 3. The order, as for a search without a certificate.
	const stream = createCipheriv(
		"aes-256-ctr",
		data.subarray(-32),
		new Uint8Array(16),
	).update(new Uint8Array(4 * length));
	const order = Array.from({ length }, (_, i) => i).sort(
		(a, b) => stream.readUInt32BE(4 * a) - stream.readUInt32BE(4 * b) || a - b,
	);
	const found = order
		.map((i) => first + step * BigInt(i))
		.find((each) => {
			const q = (each - 1n) / 2n;
			return (
				[3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n].every(
					(s) => q % s !== 0n && each % s !== 0n,
				) &&
				passesBailliePsw(q) &&
				passesBailliePsw(each)
			);
		});
	expect(found?.toString(16)).toBe(p);
});

test("of a window, each safe prime is found equally often", async () => {
	await using pool = new WorkerPool(2);
	const engine: EngineChoice = { name: "bigint", reason: "a test asks for it" };
	const small = {
		...plan(512, 2, "bigint"),
		...{ bits: 160, windowLength: 8192, firstBound: 64 },
		...{ firstTests: 4, sieveBound: 512 },
	};
	const bytes = (text: string, length: number) =>
		createHash("shake256", { outputLength: length }).update(text).digest();
	const chainBytes: ChainBytes = (level, attempt, length) =>
		bytes(`chain ${level} ${attempt}`, length);
	const counts = new Map<bigint, number>();
	const runs = 200;
	for (let run = 0; run < runs; run++) {
		// The start of the window stays, the key of the order changes.
		const { p, certificate } = await search({
			plan: small,
			pool,
			engine,
			sieve: "plain",
			chainBytes,
			bytesOf: (_, length) =>
				Buffer.concat([
					bytes("window", length - 32),
					bytes(`order ${run}`, 32),
				]),
		});
		if (run < 5) {
			const report = await checkCertificate(certificate as Certificate, { p });
			expect(report.proved).toBe(true);
		}
		counts.set(p, (counts.get(p) ?? 0) + 1);
	}
	const window = draw(
		small,
		0,
		(_, length) => bytes("window", length),
		lastOf(await drawChain(160, chainBytes, bigintEngine, async () => {})),
	).window;
	const all = Array.from({ length: window.length }, (_, k) =>
		candidate(window, k),
	).filter((p) => passesBailliePsw((p - 1n) / 2n) && passesBailliePsw(p));
	expect(all.length).toBeGreaterThanOrEqual(2);
	expect(new Set(counts.keys())).toEqual(new Set(all));
	// Pearson's chi-square; 5 standard deviations above its mean.
	const expected = runs / all.length;
	const chiSquare = all.reduce(
		(sum, p) => sum + ((counts.get(p) ?? 0) - expected) ** 2 / expected,
		0,
	);
	const freedom = all.length - 1;
	expect(chiSquare).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom) + 5);
});

test("every generator and odd sizes; OpenSSL accepts the groups", async () => {
	await using pool = createPool({ threads: 2 });
	for (const [bits, generator] of [
		[MIN_BITS, 2],
		[513, 3],
		[519, 5],
		[640, 6],
		[521, 255],
		[576, 4],
	] as const) {
		const params = await pool.generate(bits, { ...SMALL, generator });
		expect(params.bits).toBe(bits);
		const certificate = params.certificate as Certificate;
		const report = await checkCertificate(certificate, { p: params.p });
		expect(report).toMatchObject({ proved: true, bits, p: params.p });
		const { stderr, status } = openssl(
			["dhparam", "-check", "-noout"],
			params.toPem(),
		);
		// OpenSSL compares the generators 2, 3 and 5 with their class.
		if ([2, 3, 5].includes(generator))
			expect(stderr).toContain("appear to be ok");
		expect(status).toBe(0);
	}
});

test("the certificate travels in comments of the PEM and is checked with it", async () => {
	const params = await generate(512, { ...SMALL, seed: "travels" });
	const pem = params.toPem();
	for (const line of pem.split("\n")) expect(line.length).toBeLessThan(254);
	const accepted = await validate(pem, { minBits: 512 });
	expect(accepted.verdict).not.toBe("reject");
	for (const [id, words] of [
		["certificate", "proved prime"],
		["p-prime", "proved prime"],
		["safe-prime", "proved safe prime"],
		["seed", "p comes from the seed"],
	] as const) {
		const check = accepted.checks.find((each) => each.id === id);
		expect(check?.verdict).toBe("accept");
		expect(check?.message).toContain(words);
	}
	// Another group below the same comments, and a comment that has lost a line.
	const other = await generate(512, { allowWeak: true });
	const swapped = pem.replace(/-----BEGIN.*/s, other.toPem());
	const report = await validate(swapped, { minBits: 512 });
	expect(report.checks.find(({ id }) => id === "certificate")?.verdict).toBe(
		"reject",
	);
	const lines = pem.split("\n");
	const torn = lines.filter((_, i) => i !== 2).join("\n");
	expect((await validate(torn, { minBits: 512 })).checks[0]).toMatchObject({
		id: "encoding",
		verdict: "reject",
	});
});

test("a plain group is said to be tested, not proved", async () => {
	const params = await generate(512, { allowWeak: true });
	const { checks } = await validate(params, { minBits: 512 });
	const said = checks.map(({ message }) => message).join(" ");
	expect(said).not.toContain("is a proved");
	expect(said).toContain("rounds of a quadratic Frobenius test");
	expect(checks.some(({ id }) => id === "certificate")).toBe(false);
});

describe("files", () => {
	let folder: string;
	let params: DhParams;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "gen-dhparams-certificate-"));
		params = await generate(1024, { provable: true });
	});
	afterAll(() => rmSync(folder, { recursive: true }));

	test("the JSON is what the schema says", () => {
		const schema = JSON.parse(
			readFileSync("docs/certificate.schema.json", "utf8"),
		);
		const accepts = new Ajv2020().compile(schema);
		const json = JSON.parse(
			encodeCertificate(params.certificate as Certificate),
		);
		expect(accepts(json), JSON.stringify(accepts.errors)).toBe(true);
		expect(accepts({ ...json, more: 1 })).toBe(false);
	});

	test("the checker in docs/proofs.md, which uses nothing of ours, agrees", () => {
		const page = readFileSync("docs/proofs.md", "utf8");
		const program = /```js\n(.*?)```/s.exec(page)?.[1] as string;
		const lines = program.split("\n").filter((line) => /^(?!\/\/)./.test(line));
		expect(lines.length).toBeLessThanOrEqual(30);
		const checker = join(folder, "check-proof.mjs");
		writeFileSync(checker, program);
		const json = encodeCertificate(params.certificate as Certificate);
		const run = (text: string) => {
			const file = join(folder, "proof.json");
			writeFileSync(file, text);
			return spawnSync(process.execPath, [checker, file], { encoding: "utf8" });
		};
		expect(run(json)).toMatchObject({
			status: 0,
			stdout: "proved: a safe prime\n",
		});
		const { base, links } = JSON.parse(json);
		for (const wrong of [
			json.replace(`"base": "${base}"`, '"base": "3"'),
			json.replace('"witness": "2"', '"witness": "1"'),
			json.replaceAll(links[2].n, `${links[2].n}1`),
			JSON.stringify({ p: "63", base: "2", links: [] }),
			JSON.stringify({ ...JSON.parse(json), base: "0" }),
			JSON.stringify({ ...JSON.parse(json), links: links.slice(0, -1) }),
			JSON.stringify({ ...JSON.parse(json), links: links.slice(1) }),
			JSON.stringify({ ...JSON.parse(json), p: links.at(-2).n }),
		]) {
			expect(wrong).not.toBe(json);
			expect(run(wrong).status).toBe(1);
		}
	});

	test("the command writes it, checks it, and never writes one of two files", async () => {
		const run = (...args: string[]) =>
			spawnSync(process.execPath, ["dist/src/cli/gen-dhparams.cjs", ...args], {
				encoding: "utf8",
				cwd: process.cwd(),
			});
		const [pem, proof] = [join(folder, "a.pem"), join(folder, "a.gp")];
		const made = run(
			...["512", "--allow-weak", "--quiet"],
			...["--out", pem, "--certificate", proof],
		);
		expect(made.status).toBe(0);
		expect(readFileSync(pem, "utf8")).toMatch(/^-----BEGIN DH PARAMETERS-----/);
		expect(readFileSync(proof, "utf8")).toMatch(/^\[\d+, \[2, .*\]\]\n$/);
		const verbose = await inProcess([
			...["check", pem, "-v", "--min-bits", "512", "--certificate", proof],
		]);
		expect(verbose.status).toBe(0);
		expect(verbose.stdout).toContain("proved prime");
		writeFileSync(join(folder, "b.pem"), params.toPem());
		const other = await inProcess([
			...["check", join(folder, "b.pem"), "--min-bits", "512"],
			...["--certificate", proof],
		]);
		expect(other.status).toBe(1);
		expect(other.stdout).toContain("another p");
		// The certificate's file is in the way: nothing is searched or written.
		const blocked = await inProcess([
			...["512", "--allow-weak", "--quiet"],
			...["--out", join(folder, "new.pem"), "--certificate", proof],
		]);
		expect(blocked.status).toBe(2);
		expect(blocked.stderr).toContain(proof);
		for (const args of [
			["512", "--allow-weak", "--provable", "--outform", "DER"],
			["512", "--allow-weak", "--provable", "--json"],
			["check", pem, pem, "--certificate", proof],
			["check", pem, "--all", "--certificate", proof],
			["check", "-", "--certificate", "-"],
		]) {
			const { status } = await inProcess(args);
			expect(status, args.join(" ")).toBe(2);
		}
	});
});

test("arguments of checkCertificate and encodeCertificate are checked", async () => {
	const certificate = await certificateOf(160);
	for (const wrong of [undefined, null, 5, Symbol("x"), [], () => {}]) {
		await expect(checkCertificate(wrong as never)).rejects.toBeInstanceOf(
			InvalidArgumentError,
		);
	}
	for (const wrong of [{}, { base: 1, links: [] }, { base: 3n, links: [{}] }]) {
		await expect(checkCertificate(wrong as never)).rejects.toBeInstanceOf(
			InvalidArgumentError,
		);
	}
	for (const options of [{ p: 5 }, { q: 5n }, { signal: {} }, null]) {
		await expect(
			checkCertificate(certificate, options as never),
		).rejects.toBeInstanceOf(InvalidArgumentError);
	}
	expect(() => encodeCertificate(certificate, "xml" as never)).toThrow(
		InvalidArgumentError,
	);
	const trap = {
		toString() {
			throw new TypeError("a trap");
		},
	};
	expect(() => encodeCertificate(certificate, trap as never)).toThrow(
		InvalidArgumentError,
	);
	for (const wrong of [undefined, {}, { base: 1n, links: trap }]) {
		expect(() => encodeCertificate(wrong as never)).toThrow(
			InvalidArgumentError,
		);
	}
	for (const text of ["", "x", "{}", "[", "[7]", "null", "[".repeat(200_001)]) {
		expect((await checkCertificate(text)).proved).toBe(false);
	}
	const abort = AbortSignal.abort(new Error("enough"));
	await expect(
		checkCertificate(certificate, { signal: abort }),
	).rejects.toThrow("enough");
});
