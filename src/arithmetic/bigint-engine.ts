import { modPow, toZn } from "bigint-mod-arith";
import type { ConfirmedEngine, LucasTerms, Power } from "./engine.js";
import { residueShift } from "./fermat-residue.js";

/** The reference engine: bigint-mod-arith on V8's BigInt. Slow and obvious: what the kernel is tested against. */
export const bigintEngine: ConfirmedEngine = {
	name: "bigint",
	lanes: 1,
	isConfirmed: true,

	fermat(candidates) {
		return candidates.map((n) => modPow(2n, n - 1n, n) === 1n);
	},

	fermatResidues(candidates) {
		return candidates.map((n) =>
			modPow(2n, n - 1n + BigInt(residueShift(n)), n),
		);
	},

	powers(powers: readonly Power[]) {
		return powers.map(({ base, exponent, modulus }) =>
			modPow(base, exponent, modulus),
		);
	},

	// V_2k = V_k² − 2 and V_(2k+1) = V_k·V_(k+1) − P: the binary digits of k from the left.
	lucas({ parameter, index, modulus }: LucasTerms) {
		let [v, next] = [2n, parameter];
		for (const digit of index.toString(2)) {
			const between = (v * next - parameter) % modulus;
			if (digit === "1") [v, next] = [between, (next * next - 2n) % modulus];
			else [v, next] = [(v * v - 2n) % modulus, between];
		}
		return [toZn(v, modulus), toZn(next, modulus)] as const;
	},
};
