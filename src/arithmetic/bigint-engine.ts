import { modPow } from "bigint-mod-arith";
import type { Engine, Power } from "./engine.js";

/** The reference engine: bigint-mod-arith on V8's BigInt. Slow, obvious, and the judge of the kernel. */
export const bigintEngine: Engine = {
	name: "bigint",
	lanes: 1,

	fermat(candidates) {
		return candidates.map((n) => modPow(2n, n - 1n, n) === 1n);
	},

	powers(powers: readonly Power[]) {
		return powers.map(({ base, exponent, modulus }) =>
			modPow(base, exponent, modulus),
		);
	},
};
