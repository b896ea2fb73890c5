import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { bigintEngine } from "../../src/arithmetic/bigint-engine.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { namedGroup } from "../../src/groups/groups.js";
import { SHIPPED_PRIMES } from "../../src/groups/shipped-primes.js";
import { DhParams } from "../../src/params.js";
import { POLICIES } from "../../src/validate/policy.js";
import type { Check, CheckId } from "../../src/validate/report.js";
import { validate } from "../../src/validate/validate.js";
import { groupVectors, load, number } from "../vectors/groups.js";

const weak = new Map(groupVectors("weak-groups").map((v) => [v.id, v]));

/** A safe prime of 512 bits, so that all rounds take milliseconds. */
const SMALL = fromVector("undersized-512-0");
const Q = (SMALL.p - 1n) / 2n;
const FROM_512 = { minBits: 512 };

function fromVector(id: string): DhParams {
	const vector = weak.get(id);
	if (vector === undefined) throw new Error(`The vector ${id} does not exist.`);
	const { p, g, q } = vector;
	return new DhParams({
		p: number(p),
		g: number(g),
		...(q === undefined ? {} : { q: number(q) }),
	});
}

async function check(
	id: CheckId,
	params: DhParams | string,
	options = {},
): Promise<Check | undefined> {
	// Few rounds: the tests of primality have their own, and the vectors are tested with all of them.
	const { checks } = await validate(params, { rounds: 2, ...options });
	return checks.find((each) => each.id === id);
}

/** A square of a random-looking number generates the subgroup of order q. */
const SQUARE = 4n;

describe("encoding", () => {
	test("accepts a clean file, notes an odd one, rejects what is none", async () => {
		const pem = SMALL.toPem();
		expect(await check("encoding", pem, FROM_512)).toMatchObject({
			verdict: "accept",
		});
		expect(await check("encoding", `\ufeff${pem}`, FROM_512)).toMatchObject({
			verdict: "note",
		});
		const report = await validate("nonsense");
		expect(report).toMatchObject({
			verdict: "reject",
			bits: null,
			group: null,
		});
		expect(report.checks.map(({ id }) => id)).toEqual(["encoding"]);
		expect(await check("encoding", SMALL, FROM_512)).toBeUndefined();
	});
});

describe("size-limit", () => {
	const huge = (bits: bigint) =>
		new DhParams({ p: (1n << (bits - 1n)) + 1n, g: 2n });

	test("refuses before any arithmetic, and alone", async () => {
		for (const bits of [10_001n, 32_769n, 200_000n]) {
			const engine = {
				...bigintEngine,
				powers: () => expect.unreachable("a power was computed"),
			};
			const report = await validate(huge(bits), { engine });
			expect(report.checks.map(({ id }) => id)).toEqual(["size-limit"]);
			expect(report.verdict).toBe("reject");
		}
	});

	test("can be raised, up to 32,768 bits", async () => {
		const options = { maxBits: 10_001 };
		expect(await check("size-limit", huge(10_001n), options)).toMatchObject({
			verdict: "accept",
		});
		await expect(validate(SMALL, { maxBits: 32_769 })).rejects.toThrow(
			InvalidArgumentError,
		);
	});
});

describe("the advice where p is above the limit", () => {
	const at = async (bits: number, options: object) => {
		const params = new DhParams({ p: (1n << BigInt(bits - 1)) + 1n, g: 2n });
		const found = await check("size-limit", params, options);
		return `${found?.message} ${found?.advice}`;
	};

	test("is a size within the limit, and what raises it", async () => {
		expect(await at(10_001, {})).toMatch(
			/OpenSSL refuses.*Use 2048 to 4096 bits\. .*maxBits/,
		);
		expect(await at(4096, { maxBits: 3072 })).toMatch(
			/Use 2048 to 3072 bits\./,
		);
		expect(await at(4096, { maxBits: 3072 })).not.toContain("OpenSSL");
		expect(await at(4096, { maxBits: 2048 })).toContain("Use 2048 bits.");
		expect(await at(2048, { minBits: 512, maxBits: 1024 })).toContain(
			"The limit of 1024 bits allows no group that is large enough",
		);
		const large = { minBits: 8192, maxBits: 9000 };
		expect(await at(9001, large)).toContain("Use 8192 bits.");
		expect(await at(40_000, {})).toContain("nothing is checked");
	});
});

describe("size", () => {
	test.each([
		[512, "reject", "Logjam"],
		[768, "reject", "academics"],
		[1024, "reject", "dh key too small"],
		[2048, "accept", "level 2"],
		[3072, "accept", "level 3"],
	])("%s bits: %s, %s", async (bits, verdict, word) => {
		const p = (1n << BigInt(bits - 1)) + 1n;
		const found = await check("size", new DhParams({ p, g: 2n }));
		expect(found).toMatchObject({ verdict });
		expect(found?.message).toContain(word);
	});

	test("warns between the least size and the recommended one", async () => {
		expect(await check("size", SMALL, FROM_512)).toMatchObject({
			verdict: "warn",
		});
		const exact = { minBits: 512, warnBits: 512 };
		expect(await check("size", SMALL, exact)).toMatchObject({
			verdict: "accept",
		});
	});
});

describe("modulus-form", () => {
	test.each([
		[0n, "zero"],
		[1n, "one"],
		[1n << 2047n, "even"],
	])("%s is not a modulus", async (p, word) => {
		const report = await validate(new DhParams({ p, g: 2n }));
		const found = report.checks.find(({ id }) => id === "modulus-form");
		expect(found).toMatchObject({ verdict: "reject" });
		expect(found?.message).toContain(word);
		expect(report.checks.some(({ id }) => id === "p-prime")).toBe(false);
	});
});

describe("p-prime", () => {
	test("shows a factor or a witness", async () => {
		const small = await check("p-prime", fromVector("small-factor-2048"));
		expect(small).toMatchObject({ verdict: "reject" });
		const tiny = await check("p-prime", fromVector("tiny-factor-2048"));
		expect(tiny?.message).toContain("5 divides p");
		const semi = await check("p-prime", fromVector("semiprime-2048"));
		expect(semi?.message).toContain("2 is a Miller-Rabin witness");
	});

	test("a composite p is not checked further", async () => {
		const { checks } = await validate(fromVector("q-prime-p-composite-2048"), {
			rounds: 2,
		});
		const ids = checks.map(({ id }) => id);
		expect(ids).toContain("p-prime");
		expect(ids).not.toContain("safe-prime");
		expect(ids).not.toContain("generator");
	});

	test("numbers to which a quarter of all bases lie", async () => {
		// Wycheproof's worst cases for Miller-Rabin.
		const { cases } = load<{ cases: { comment: string; n: string }[] }>(
			"adversarial-composites",
		);
		const worst = cases.filter(({ comment }) => comment.includes("Worst case"));
		expect(worst.length).toBeGreaterThan(3);
		for (const { n } of worst) {
			const params = new DhParams({ p: number(n), g: 2n });
			expect(await check("p-prime", params, { rounds: 64 })).toMatchObject({
				verdict: "reject",
			});
		}
	});
});

describe("safe-prime", () => {
	test("a prime with a composite half is rejected, with a q or without", async () => {
		const plain = fromVector("prime-not-safe-1024");
		expect(await check("safe-prime", plain)).toMatchObject({
			verdict: "reject",
		});
		expect(await check("safe-prime", namedGroup("dh_2048_224"))).toMatchObject({
			verdict: "reject",
		});
	});

	test("policies that trust a q take it with a warning", async () => {
		for (const policy of ["legacy", "openssl-level-2"]) {
			const report = await validate(namedGroup("dh_2048_224"), {
				policy,
				rounds: 2,
			});
			expect(report.verdict).toBe("warn");
			const ids = report.checks
				.filter(({ verdict }) => verdict === "warn")
				.map(({ id }) => id);
			expect(ids).toEqual(["known-weak", "safe-prime", "small-factors"]);
		}
		const plain = fromVector("prime-not-safe-1024");
		const legacy = { policy: "legacy" };
		expect(await check("safe-prime", plain, legacy)).toMatchObject({
			verdict: "reject",
		});
	});

	test("the standard's q is used where the file has none", async () => {
		const { p, g } = namedGroup("dh_2048_256");
		const found = await check("subgroup", new DhParams({ p, g }));
		expect(found).toMatchObject({ verdict: "accept" });
		const other = new DhParams({ p, g: g + 1n });
		expect(await check("subgroup", other)).toBeUndefined();
	});
});

describe("subgroup", () => {
	const wrong: Record<string, [Partial<DhParams>, string]> = {
		"does not divide p - 1": [{ q: Q + 2n }, "does not divide"],
		"is zero": [{ q: 0n }, "does not divide"],
		"is composite": [{ q: SMALL.p - 1n }, "not prime"],
		"is too small": [{ q: 2n, g: SMALL.p - 2n }, "fewer than 224"],
		"is larger than p": [{ q: SMALL.p + 2n }, "does not divide"],
		"is not the order of g": [{ q: Q, g: SMALL.p - SQUARE }, "g^q is not 1"],
		"has a wrong j": [{ q: Q, j: 3n }, "j is not"],
	};
	test.each(Object.entries(wrong))("q %s", async (_, [values, words]) => {
		const params = new DhParams({ p: SMALL.p, g: SQUARE, ...values });
		const found = await check("subgroup", params, FROM_512);
		expect(found).toMatchObject({ verdict: "reject" });
		expect(found?.message).toContain(words);
	});

	test("a good q, and a good j", async () => {
		const params = new DhParams({ p: SMALL.p, g: SQUARE, q: Q, j: 2n });
		expect(await check("subgroup", params, FROM_512)).toMatchObject({
			verdict: "accept",
		});
		expect(await check("subgroup", SMALL, FROM_512)).toBeUndefined();
	});
});

describe("small-factors", () => {
	test("reports what a reused key leaks", async () => {
		const found = await check("small-factors", fromVector("smooth-2048"));
		expect(found).toMatchObject({ verdict: "reject" });
		// All of (p − 1)/2, of 2047 bits.
		expect(found?.message).toContain("about 2046 bits");
		const few = await check("small-factors", namedGroup("dh_2048_224"));
		expect(few?.message).toContain("3, 5, 43, 73, 157");
	});

	test("notes a half without small factors", async () => {
		const found = await check(
			"small-factors",
			fromVector("prime-2uv-plus-1-2048"),
		);
		expect(found).toMatchObject({ verdict: "note" });
	});

	test("is silent for a safe prime", async () => {
		expect(await check("small-factors", SMALL, FROM_512)).toBeUndefined();
	});
});

describe("generator", () => {
	test.each([
		["0", 0n],
		["1", 1n],
		["p − 1", SMALL.p - 1n],
		["p", SMALL.p],
		["p + 2", SMALL.p + 2n],
	])("%s is out of range", async (_, g) => {
		const params = new DhParams({ p: SMALL.p, g });
		expect(await check("generator", params, FROM_512)).toMatchObject({
			verdict: "reject",
		});
	});

	test("order q is accepted, order 2q noted", async () => {
		for (const [g, verdict] of [
			[SQUARE, "accept"],
			[SMALL.p - SQUARE, "note"],
			[SMALL.p - 2n, undefined],
		] as const) {
			const params = new DhParams({ p: SMALL.p, g });
			const found = await check("generator", params, FROM_512);
			const power = { base: g, exponent: Q, modulus: SMALL.p };
			const order = bigintEngine.powers([power])[0] === 1n;
			expect(found?.verdict).toBe(verdict ?? (order ? "accept" : "note"));
		}
	});

	test.each(["generator-order-3", "generator-order-5", "generator-order-7"])(
		"%s is found without a q",
		async (id) => {
			const found = await check("generator", fromVector(id));
			expect(found).toMatchObject({ verdict: "reject" });
			expect(found?.message).toContain("Pohlig");
		},
	);

	test("an order that cannot be told is a warning", async () => {
		const found = await check("generator", fromVector("prime-not-safe-1024"));
		expect(found).toMatchObject({ verdict: "warn" });
	});
});

describe("private-length", () => {
	const { p, g } = namedGroup("ffdhe2048");
	test.each([
		[0, "reject"],
		[223, "reject"],
		[224, "accept"],
		[2047, "accept"],
		[2048, "note"],
		[2049, "reject"],
	])("%s bits: %s", async (privateLength, verdict) => {
		const params = new DhParams({ p, g, privateLength });
		expect(await check("private-length", params)).toMatchObject({ verdict });
	});

	// Twice the strength of 1024 bits, and no less for what has no strength.
	test.each([
		["modp_1024", 1, "reject"],
		["modp_1024", 159, "reject"],
		["modp_1024", 160, "accept"],
		["modp_768", 1, "reject"],
		["modp_768", 159, "reject"],
		["modp_768", 160, "accept"],
	])("%s with %s bits: %s", async (name, privateLength, verdict) => {
		const { p, g } = namedGroup(name);
		const params = new DhParams({ p, g, privateLength });
		expect(await check("private-length", params, FROM_512)).toMatchObject({
			verdict,
		});
	});

	test("is silent without one", async () => {
		const params = new DhParams({ p, g });
		expect(await check("private-length", params)).toBeUndefined();
	});
});

describe("what is known", () => {
	test("known-good: a published origin is enough, whatever the generator", async () => {
		const engine = {
			...bigintEngine,
			powers: () => expect.unreachable("a power was computed"),
		};
		for (const name of ["ffdhe2048", "modp_8192"]) {
			const report = await validate(namedGroup(name), { engine });
			expect(report).toMatchObject({ verdict: "accept", group: name });
			const found = report.checks.find(({ id }) => id === "known-good");
			expect(found).toMatchObject({ verdict: "accept" });
		}
		const { p } = namedGroup("ffdhe2048");
		const q = (p - 1n) / 2n;
		const x942 = await validate(new DhParams({ p, g: 2n, q }), { engine });
		expect(x942.verdict).toBe("accept");
		const bad = await validate(new DhParams({ p, g: p - 1n }), { engine });
		expect(bad.verdict).toBe("reject");
		expect(
			await check("known-good", fromVector("g-order-q-0")),
		).toBeUndefined();
	});

	test("known-weak: old standards, RFC 5114, shipped primes, socat", async () => {
		for (const name of ["modp_768", "modp_1024", "modp_1536", "dh_1024_160"]) {
			expect(await check("known-weak", namedGroup(name))).toMatchObject({
				verdict: "warn",
			});
		}
		const nginx = await check("known-weak", fromVector("known-nginx-1024"));
		expect(nginx?.message).toContain("nginx");
		const socat = SHIPPED_PRIMES.find(({ shipped }) =>
			shipped.includes("socat"),
		);
		const params = new DhParams({ p: socat?.p ?? 0n, g: 2n });
		const found = await check("known-weak", params, FROM_512);
		expect(found).toMatchObject({ verdict: "reject" });
		expect(found?.message).toContain("271");
		expect(await check("known-weak", SMALL, FROM_512)).toBeUndefined();
	});

	test("shared: a note for what many servers use", async () => {
		const nginx = await check("shared", fromVector("known-nginx-1024"));
		expect(nginx).toMatchObject({ verdict: "note" });
		const report = await validate(fromVector("known-openssl-2048-1"), {
			rounds: 2,
		});
		expect(report.verdict).toBe("accept");
		expect(report.checks.some(({ id }) => id === "shared")).toBe(true);
		expect(await check("shared", namedGroup("ffdhe2048"))).toBeUndefined();
	});
});

describe("special-form", () => {
	const special: Record<string, bigint> = {
		"2^2048 - c": (1n << 2048n) - 1_942_289n,
		"2^2047 + c": (1n << 2047n) + 12_345n,
		"three powers of two": (1n << 2048n) - (1n << 1056n) + (1n << 320n) - 1n,
		"a pattern of 32 bits": BigInt(`0x${"9e3779b1".repeat(64)}`) + 10n,
		"a pattern of 7 bits": BigInt(`0b1${"1011001".repeat(292)}`) + 2n,
		Mersenne: (1n << 2203n) - 1n,
	};
	test.each(Object.entries(special))("%s", async (_, p) => {
		const found = await check(
			"special-form",
			new DhParams({ p: p | 1n, g: 2n }),
		);
		expect(found).toMatchObject({ verdict: "reject" });
	});

	test("random primes, and those of the standards by their digits, have none", async () => {
		for (const { pem, id, bits } of groupVectors("safe-primes")) {
			if (bits < 512 || id.startsWith("safe-2048")) continue;
			const found = await check("special-form", pem, {
				...FROM_512,
				rounds: 1,
			});
			expect(found, id).toMatchObject({ verdict: "accept" });
		}
	});
});

describe("policies", () => {
	test("strict takes standard groups from 3072 bits only", async () => {
		const strict = { policy: "strict" };
		expect(await validate(namedGroup("ffdhe3072"), strict)).toMatchObject({
			verdict: "accept",
			policy: "strict",
		});
		expect((await validate(namedGroup("ffdhe2048"), strict)).verdict).toBe(
			"reject",
		);
		const own = { ...strict, minBits: 512 };
		expect(await check("origin", SMALL, own)).toMatchObject({
			verdict: "reject",
		});
		expect(
			await check("origin", namedGroup("modp_4096"), strict),
		).toMatchObject({ verdict: "accept" });
		expect(await check("origin", SMALL, FROM_512)).toBeUndefined();
	});

	test("legacy warns of 1024 bits and rejects fewer", async () => {
		const legacy = { policy: "legacy" };
		const found = await validate(namedGroup("modp_1024"), legacy);
		expect(found.verdict).toBe("warn");
		expect((await validate(namedGroup("modp_768"), legacy)).verdict).toBe(
			"reject",
		);
	});

	test.each([
		[0, "modp_768"],
		[1, "modp_1024"],
		[2, "ffdhe2048"],
		[3, "ffdhe3072"],
		[4, "ffdhe8192"],
	])(
		"openssl-level-%s takes %s, the next level does not",
		async (level, name) => {
			const at = (n: number) =>
				validate(namedGroup(name), { policy: `openssl-level-${n}` });
			expect((await at(level)).verdict).not.toBe("reject");
			expect((await at(level + 1)).verdict).toBe("reject");
		},
	);

	test("single thresholds replace those of a policy", async () => {
		const options = { policy: "strict", minBits: 2048, originRequired: false };
		const report = await validate(namedGroup("ffdhe2048"), options);
		expect(report.verdict).not.toBe("reject");
	});

	test("nonsense is an error", async () => {
		for (const options of [
			{ policy: "lax" },
			{ minBits: 0 },
			{ minBits: 2048.5 },
			{ minBits: 12_000 },
			{ rounds: 0 },
			{ minSubgroupBits: Number.NaN },
		]) {
			await expect(validate(SMALL, options)).rejects.toThrow(
				InvalidArgumentError,
			);
		}
	});

	test("there are nine, and all tester", async () => {
		expect(POLICIES.map(({ name }) => name)).toHaveLength(9);
		for (const { name } of POLICIES) {
			const report = await validate(namedGroup("ffdhe2048"), { policy: name });
			expect(report.policy).toBe(name);
		}
	});
});

describe("a validation can be aborted", () => {
	test("before it begins, and between two batches", async () => {
		const reason = new Error("enough");
		const signal = AbortSignal.abort(reason);
		await expect(validate(SMALL, { signal })).rejects.toBe(reason);

		const controller = new AbortController();
		const running = validate(fromVector("g-order-q-0"), {
			signal: controller.signal,
		});
		setImmediate(() => controller.abort(reason));
		await expect(running).rejects.toBe(reason);
	});
});

describe("what OpenSSL says of the same numbers", () => {
	interface OpensslCase {
		readonly id: string;
		readonly opensslStatus: number;
		readonly opensslErrors: readonly string[];
	}
	const { cases } = load<{ cases: OpensslCase[] }>("openssl-dh-check");
	const files = ["named-groups", "weak-groups", "safe-primes"] as const;
	const pems = new Map<string, string>([
		...files.flatMap((file) =>
			groupVectors(file).map(({ id, pem }) => [`${file}/${id}`, pem] as const),
		),
		...load<{ cases: { id: string; pem?: string }[] }>(
			"adversarial-composites",
		).cases.map(
			({ id, pem = "" }) => [`adversarial-composites/${id}`, pem] as const,
		),
	]);
	// Our reader refuses negative numbers; OpenSSL takes them for positive ones.
	const READ_DIFFERENTLY = /negative|minus-one|generator-minus-1$/;
	// OpenSSL goes on testing for minutes; "modulus too large" is enough.
	const TOO_LARGE = /overlarge-(10001|16384|32768)/;

	test.each(cases.filter(({ id }) => !READ_DIFFERENTLY.test(id)))(
		"$id",
		async ({ id, opensslStatus, opensslErrors }) => {
			// One round: that the primes are prime is tested elsewhere.
			const report = await validate(pems.get(id) ?? "", {
				minBits: 1,
				rounds: 1,
				openssl: true,
			});
			expect(report.openssl?.accepted).toBe(opensslStatus === 0);
			expect(report.openssl?.errors).toEqual(
				TOO_LARGE.test(id) ? ["modulus too large"] : opensslErrors,
			);
		},
	);

	test("is not in a report that did not ask for it", async () => {
		const bytes = readFileSync(
			new URL("../vectors/malformed/two-blocks-same.pem", import.meta.url),
		);
		expect((await validate(bytes)).openssl).toBeUndefined();
		expect((await validate(namedGroup("ffdhe2048"))).openssl).toBeUndefined();
	});
});

describe("advice", () => {
	test("is to make a group that the policy accepts", async () => {
		for (const { name, minBits, maxBits } of POLICIES) {
			const advice = (await check("size", SMALL, { policy: name }))?.advice;
			const advised =
				/(?:Make a new group of|Use the standard group (ffdhe))\s?(\d+)/.exec(
					advice ?? "",
				);
			if (minBits > maxBits) {
				expect(advice).toContain("use ECDHE");
				continue;
			}
			const [, standard, bits] = advised as RegExpExecArray;
			expect(Number(bits)).toBeGreaterThanOrEqual(minBits);
			// The policy that takes standard groups only is told of one.
			expect(standard !== undefined).toBe(name === "strict");
			if (standard === undefined) continue;
			const proposed = namedGroup(`${standard}${bits}`);
			const { verdict } = await validate(proposed, { policy: name });
			expect(verdict).toBe("accept");
		}
	});

	test("a generator that is not small has its own message", async () => {
		const { p } = SMALL;
		const said = async (g: bigint, modulus = p) =>
			(await check("generator", new DhParams({ p: modulus, g }), FROM_512))
				?.message;
		for (const g of [0n, 1n, p - 1n, p, p + 1n, 2n * p - 1n]) {
			expect(await said(g)).toContain("at most two values");
		}
		expect(await said(p + 2n)).toContain("standard tools never produce");
		expect(await said(p, 2n)).toContain("changed places");
	});
});
