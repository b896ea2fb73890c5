import { describe, expect, test } from "vitest";
import type { Report } from "../../src/validate/report.js";
import { validate } from "../../src/validate/validate.js";
import { type GroupVector, groupVectors, load } from "../vectors/groups.js";

const groups = (
	["named-groups", "weak-groups", "safe-primes"] as const
).flatMap((file) => groupVectors(file).map((vector) => ({ file, ...vector })));

// Which of our checks finds the fault that a vector names.
const FOUND_BY: Readonly<Record<string, readonly string[]>> = {
	undersized: ["size"],
	oversized: ["size-limit"],
	"modulus-even": ["modulus-form"],
	"modulus-not-positive": ["modulus-form", "encoding"],
	// What cannot be a modulus is not tested for primality, and too large a number neither.
	"p-not-prime": ["p-prime", "modulus-form", "size-limit"],
	"p-not-safe-prime": ["safe-prime", "modulus-form"],
	"generator-out-of-range": ["generator", "encoding"],
	"generator-not-of-order-q": ["subgroup", "encoding"],
	"q-not-prime": ["subgroup", "encoding"],
	"q-does-not-divide-p-1": ["subgroup", "encoding"],
};

describe("groups of the vectors", () => {
	test.each(groups)("$file/$id: $comment", async (vector) => {
		const report = await validate(vector.pem, { minBits: 2048 });
		expect(accepts(report)).toBe(vector.expected === "accept");
		expectReasons(report, vector.reasons);
		if (vector.bits <= 2048) expectOrder(report, vector);
	});

	test.each(
		groups.filter(
			({ expectedMin512, bits }) => expectedMin512 === "accept" && bits < 1024,
		),
	)("$file/$id is accepted from 512 bits", async ({ pem }) => {
		const report = await validate(pem, { minBits: 512 });
		expect(accepts(report)).toBe(true);
		expect(report.verdict).toBe("warn");
	});
});

function accepts({ verdict }: Report): boolean {
	return verdict !== "reject";
}

function expectReasons(report: Report, reasons: readonly string[]): void {
	const rejected = report.checks
		.filter(({ verdict }) => verdict === "reject")
		.map(({ id }) => id);
	if (rejected.includes("encoding") || rejected.includes("size-limit")) return;
	for (const reason of reasons) {
		const ids = FOUND_BY[reason] ?? [];
		expect(rejected, reason).toEqual(
			expect.arrayContaining([
				ids.find((id) => rejected.includes(id as never)),
			]),
		);
	}
}

function expectOrder(report: Report, { facts, q }: GroupVector): void {
	if (facts.gOrder === undefined || q !== undefined) return;
	const generator = report.checks.find(({ id }) => id === "generator");
	expect(generator?.verdict).toBe(
		facts.gOrder === "(p-1)/2" ? "accept" : "note",
	);
}

describe("composites made to pass for primes", () => {
	const { cases } = load<{
		cases: {
			id: string;
			expectedGroup?: string;
			pem?: string;
			comment: string;
		}[];
	}>("adversarial-composites");
	test.each(cases.filter(({ pem }) => pem !== undefined))(
		"$id: $comment",
		async ({ id, pem = "" }) => {
			const report = await validate(pem, { minBits: 512 });
			const rejected = report.checks.filter(
				({ verdict }) => verdict === "reject",
			);
			expect(rejected.map((check) => check.id)).toContain(
				id.startsWith("safe-fake") ? "safe-prime" : "p-prime",
			);
		},
	);
});
