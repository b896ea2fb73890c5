/**
 * Looks for false alarms of the check `special-form`: random odd numbers, of which none may have a form.
 *
 *     npm run fuzz:form -- --numbers 10000 --bits 512,1024,2048
 */
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { fromBytes } from "../../src/arithmetic/integers.js";
import { DhParams } from "../../src/params.js";
import { checkSpecialForm } from "../../src/validate/modulus.js";
import { DEFAULT_POLICY } from "../../src/validate/policy.js";
import { subjectOf } from "../../src/validate/subject.js";

const { values } = parseArgs({
	options: {
		numbers: { type: "string", default: "10000" },
		bits: { type: "string", default: "512,1024,2048" },
	},
});

for (const bits of values.bits.split(",").map(Number)) {
	for (let i = 0; i < Number(values.numbers); i++) {
		const n = fromBytes(randomBytes(Math.ceil(bits / 8)));
		const p = BigInt.asUintN(bits, n) | (1n << BigInt(bits - 1)) | 1n;
		const subject = subjectOf(new DhParams({ p, g: 2n }));
		const { verdict, message } = checkSpecialForm(subject, DEFAULT_POLICY);
		if (verdict !== "accept")
			throw new Error(`0x${p.toString(16)}: ${message}`);
	}
	console.log(`${values.numbers} numbers of ${bits} bits: no false alarm`);
}
