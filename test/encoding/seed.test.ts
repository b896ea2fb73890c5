import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPool, DhParams, generate, validate } from "gen-dhparams";
import { expect, test } from "vitest";
import { draw, seededBytes } from "../../src/search/draw.js";
import { plan } from "../../src/search/plan.js";
import { openssl } from "../openssl/openssl.js";

interface Vector {
	readonly bits: number;
	readonly g: number;
	readonly seed: string;
	readonly window: number;
	readonly candidate: number;
	readonly p: string;
}

const vectors = JSON.parse(
	readFileSync("test/vectors/seeds.json", "utf8"),
) as Vector[];

function seedCheck(report: Awaited<ReturnType<typeof validate>>) {
	return report.checks.find(({ id }) => id === "seed");
}

test.each(vectors)(
	"seed $seed, $bits bits, g = $g leads to the group on record",
	async ({ bits, g, seed, window, candidate, p }) => {
		for (const threads of bits > 1024 ? [2] : [1, 2, 4]) {
			const params = await generate(bits, {
				threads,
				seed,
				generator: g,
				allowWeak: true,
			});
			expect(params.p.toString(16)).toBe(p);
			expect(params.origin).toEqual({ seed, window, candidate });
		}
	},
	60_000,
);

const [vector] = vectors as [Vector];
const { seed, window, candidate } = vector;
const origin = { seed, window, candidate };
const values = { p: BigInt(`0x${vector.p}`), g: BigInt(vector.g) };
const params = new DhParams({ ...values, origin });

test("the program in docs/seeds.md, which uses nothing of ours, finds the same", () => {
	const page = readFileSync("docs/seeds.md", "utf8");
	const program = /```js\n(.*?)```/s.exec(page)?.[1] as string;
	const folder = mkdtempSync(join(tmpdir(), "gen-dhparams-seed-"));
	const file = join(folder, "reference.mjs");
	writeFileSync(file, program);
	const output = execFileSync(process.execPath, [file, "512", seed], {
		encoding: "utf8",
	});
	rmSync(folder, { recursive: true });
	expect(output.trim()).toBe(vector.p);
});

test("another seed, size or generator leads elsewhere", async () => {
	await using generator = createPool({ threads: 2 });
	const options = { seed, allowWeak: true };
	const groups = [
		await generator.generate(512, options),
		await generator.generate(512, { ...options, seed: `${seed}.` }),
		await generator.generate(513, options),
		await generator.generate(512, { ...options, generator: 5 }),
	];
	expect(new Set(groups.map(({ p }) => p)).size).toBe(4);
	expect(groups[0]?.p).toBe(values.p);
});

test("composed and decomposed letters are the same seed", async () => {
	const [a, b] = [
		await generate(512, { allowWeak: true, seed: "Z\u00fcrich" }),
		await generate(512, { allowWeak: true, seed: "Zu\u0308rich" }),
	];
	expect(a.p).toBe(b.p);
});

test("the seed travels in a comment of the PEM that OpenSSL skips, and in the JSON", async () => {
	const unicode = new DhParams({
		...values,
		origin: { ...origin, seed: 'Ж "quoted" \\ 😀' },
	});
	for (const each of [params, unicode]) {
		const pem = each.toPem();
		expect(pem).toMatch(/^# gen-dhparams seed 1: [ -~]+\n-----BEGIN/);
		const { stdout, status } = openssl(["dhparam"], pem);
		expect(status).toBe(0);
		expect(pem.endsWith(`\n${stdout}`)).toBe(true);
		for (const written of [pem, JSON.stringify(each)]) {
			const report = await validate(written, { seed: each.origin?.seed ?? "" });
			const verdict = each === params ? "accept" : "reject";
			expect(seedCheck(report)?.verdict).toBe(verdict);
		}
	}
});

test("the check accepts what comes from the seed, with and without being told of it", async () => {
	const bare = new DhParams(values);
	for (const report of [
		await validate(params),
		await validate(params, { seed }),
		await validate(bare, { seed }),
	]) {
		expect(seedCheck(report)?.verdict).toBe("accept");
		expect(seedCheck(report)?.message).toContain(String(candidate));
	}
	expect(seedCheck(await validate(bare))).toBeUndefined();
});

test.each([
	["another seed", { origin: { ...origin, seed: "other" } }, {}],
	["another seed than asked for", { origin }, { seed: "other" }],
	["a seed for a p of other origin", {}, { seed: "other" }],
	["another window", { origin: { ...origin, window: window + 1 } }, {}],
	["another candidate", { origin: { ...origin, candidate: 1 } }, {}],
	["a p beside it", { origin, p: values.p + 24n }, {}],
	["another generator", { origin, g: 5n }, {}],
	["a generator that no search takes", { origin, g: 256n }, {}],
	["a size that no search takes", { origin, p: 23n }, {}],
])("the check rejects %s", async (_, changed, options) => {
	const report = await validate(
		new DhParams({ ...values, ...changed }),
		options,
	);
	expect(report.verdict).toBe("reject");
	expect(seedCheck(report)?.verdict).toBe("reject");
});

test.each([
	["not JSON", "# gen-dhparams seed 1: none"],
	[
		"a field too many",
		'# gen-dhparams seed 1: {"seed":"a","window":0,"candidate":0,"x":1}',
	],
	[
		"a negative window",
		'# gen-dhparams seed 1: {"seed":"a","window":-1,"candidate":0}',
	],
	[
		"a control character",
		'# gen-dhparams seed 1: {"seed":"a\\u0007","window":0,"candidate":0}',
	],
	["null", "# gen-dhparams seed 1: null"],
	[
		"two origins",
		`${params.toPem().split("\n")[0]}\n${params.toPem().split("\n")[0]}`,
	],
])("a damaged comment is refused: %s", async (_, comment) => {
	const pem = `${comment}\n${new DhParams(values).toPem()}`;
	const report = await validate(pem);
	expect(report.verdict).toBe("reject");
	expect(report.checks[0]?.message).toContain("seed");
});

// General categories C and Z, default-ignorable characters, and what looks empty: all would give another group to a text
// that looks the same.
const UNSEEN = {
	empty: "",
	"too long": "a".repeat(1025),
	"a line feed": "a\nb",
	DEL: "a\u007fb",
	"a C1 control": "a\u0085b",
	"half a surrogate pair": "a\ud800",
	"a soft hyphen": "a\u00adb",
	"a zero width space": "a\u200bb",
	"a zero width joiner": "a\u200db",
	"a right-to-left override": "a\u202eb",
	"a word joiner": "a\u2060b",
	"a byte order mark": "\ufeffab",
	"a tag": "a\u{e0041}b",
	"a variation selector": "a\ufe0fb",
	"a combining grapheme joiner": "a\u034fb",
	"a Hangul filler": "a\u3164b",
	"a private character": "a\ue000b",
	"an unassigned character": "a\u0378b",
	"a noncharacter": "a\uffffb",
	"a no-break space": "a\u00a0b",
	"an em space": "a\u2003b",
	"an ideographic space": "a\u3000b",
	"a line separator": "a\u2028b",
	"a blank Braille pattern": "a\u2800b",
	"a space before": " ab",
	"a space after": "ab ",
	"two spaces": "a  b",
};
test.each(Object.entries(UNSEEN))("no seed: %s", async (_, text) => {
	const refusal = expect.objectContaining({
		name: "InvalidArgumentError",
		message: expect.stringMatching(/^A seed must be [ -~]*$/),
	});
	await expect(generate(2048, { seed: text })).rejects.toEqual(refusal);
	await expect(validate(params, { seed: text })).rejects.toEqual(refusal);
	const file = JSON.stringify({
		...params.toJSON(),
		origin: { ...origin, seed: text },
	});
	expect((await validate(file)).checks[0]).toMatchObject({
		id: "encoding",
		verdict: "reject",
	});
});

test.each(["a b", "Zürich", "Zu\u0308rich", "Ж 漢字 😀", "नमस्ते", "שלום"])(
	"a seed: %s",
	async (text) => {
		const report = await validate(params, { seed: text });
		const escaped = new DhParams({
			...values,
			origin: { ...origin, seed: text },
		}).toPem();
		// Letters of two scripts can look alike; their escapes do not.
		const json = /"seed":("[^,]*"),/.exec(escaped)?.[1];
		expect(seedCheck(report)?.message).toContain(json);
	},
);

test("a group from a late window of a seed was picked, and gets a warning", async () => {
	const { bits, g } = vector;
	for (const [window, verdict] of [
		[3, "accept"],
		[4, "warn"],
		[63, "warn"],
		[64, "reject"],
	] as const) {
		const planned = plan(bits, g, "bigint");
		const drawn = draw(planned, window, seededBytes(seed, planned));
		const p = drawn.window.first + BigInt(drawn.window.step) * 7n;
		const claim = { seed, window, candidate: 7 };
		for (const picked of [
			new DhParams({ p, g: BigInt(g) }),
			new DhParams({ p, g: BigInt(g), origin: claim }),
		]) {
			expect(seedCheck(await validate(picked, { seed }))?.verdict).toBe(
				verdict,
			);
		}
	}
});
