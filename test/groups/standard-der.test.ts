import { describe, expect, test } from "vitest";
import { encodeDer } from "../../src/encoding/der.js";
import { NAMED_GROUPS } from "../../src/groups/groups.js";
import { standardGroupOf } from "../../src/groups/standard-der.js";
import { DhParams } from "../../src/params.js";
import { readOne } from "../../src/reading/read.js";

const safe = NAMED_GROUPS.filter(({ params }) => params.q === undefined);

describe("the DER of a standard group, without a decoder", () => {
	test.each(safe)("$name is what asn1js writes", ({ params }) => {
		const der = encodeDer(params);
		expect(standardGroupOf(der)).toBe(params);
		expect(readOne(der).params).toBe(params);
	});

	test("anything else is none", () => {
		const { p, g } = (safe[0] as (typeof safe)[0]).params;
		const der = encodeDer({ p, g });
		for (let at = 0; at < der.length; at++) {
			const changed = Uint8Array.from(der);
			changed[at] = (changed[at] as number) ^ 1;
			expect(standardGroupOf(changed), `byte ${at}`).toBeUndefined();
			expect(standardGroupOf(der.subarray(0, at))).toBeUndefined();
		}
		expect(standardGroupOf(Uint8Array.of(...der, 0))).toBeUndefined();
		for (const values of [
			{ p, g: g + 1n },
			{ p, g, privateLength: 225 },
			{ p, g, q: (p - 1n) / 2n },
		]) {
			const other = new DhParams(values).toDer();
			expect(standardGroupOf(other)).toBeUndefined();
			expect(readOne(other).params).toEqual(new DhParams(values));
		}
	});
});
