import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { UnreadableParametersError } from "../../src/errors.js";
import { readOne } from "../../src/reading/read.js";

interface Case {
	readonly id: string;
	readonly file: string;
	readonly comment: string;
	readonly sha256: string;
	readonly expected: "accept" | "reject";
	/** Where a rejection is expected: by the reader, or by the checks of the group. */
	readonly stage?: "parse" | "group";
	readonly policy?: string;
}

const folder = new URL("../vectors/malformed/", import.meta.url);
const { cases } = JSON.parse(
	readFileSync(new URL("index.json", folder), "utf8"),
) as { cases: Case[] };

// Where both outcomes can be defended, ours and its reason (docs/checks.md, "encoding").
const DECIDED: Readonly<Record<string, "read" | "refused">> = {
	// Two answers to one question: servers take the first block, people see the last.
	"two-blocks-same-pem": "refused",
	"two-blocks-different-pem": "refused",
	"two-blocks-weak-second-pem": "refused",
	// A bundle of certificate, key and parameters, as haproxy takes it.
	"cert-then-dh-pem": "read",
	"key-then-dh-pem": "read",
	// DER is known by its bytes, whatever the name of the file.
	"der-named-pem-pem": "read",
	// Readable; the length 0 is rejected by the check private-length.
	"privlen-zero-der": "read",
	"privlen-zero-pem": "read",
	// Readable as X9.42 with a tiny q, rejected by the check subgroup.
	"extra-integer-der": "read",
	"privlen-huge-der": "read",
};

// What the group checks reject stands as numbers in the file; these are refused sooner, by the strict reader.
const REFUSED_SOONER =
	/^(negative-[pg]|zero-length-[pg]|privlen-negative|dsa-params-as-dh)-(pem|der)$/;
const READ_THEN_REJECTED = new Set(["two-blocks-weak-first-pem"]);

describe("malformed and odd files", () => {
	test.each(cases)("$id: $comment", (vector) => {
		const bytes = readFileSync(new URL(vector.file, folder));
		expect(createHash("sha256").update(bytes).digest("hex")).toBe(
			vector.sha256,
		);
		const began = performance.now();
		const outcome = read(bytes);
		expect(outcome).toBe(expectedOutcome(vector));
		// Not a benchmark but a bound against quadratic work on 20,000 BEGIN lines or a megabyte of noise.
		expect(performance.now() - began).toBeLessThan(2000);
	});

	test.each(cases)("$id: a refusal says what to do", ({ file }) => {
		const refusal = refusalOf(readFileSync(new URL(file, folder)));
		if (refusal === undefined) return;
		expect(refusal).toMatch(
			/Get a fresh copy|[Mm]ake (new|parameters|DH|one)|Remove the|Keep one|Correct that|Convert them|must be|give the generator|would be PKCS|the label is|holds something else|or damaged|is missing|are too many/,
		);
	});
});

function expectedOutcome({ id, expected, stage }: Case) {
	const decided = DECIDED[id];
	if (decided !== undefined) return decided;
	if (expected === "accept") return "read";
	// Two blocks are refused before either is checked.
	if (READ_THEN_REJECTED.has(id)) return "refused";
	if (REFUSED_SOONER.test(id)) return "refused";
	return stage === "group" ? "read" : "refused";
}

function read(bytes: Uint8Array): "read" | "refused" {
	return refusalOf(bytes) === undefined ? "read" : "refused";
}

function refusalOf(bytes: Uint8Array): string | undefined {
	try {
		readOne(bytes);
		return undefined;
	} catch (error) {
		if (error instanceof UnreadableParametersError) return error.message;
		throw error;
	}
}
