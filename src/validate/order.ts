import type { Engine } from "../arithmetic/engine.js";
import type { DhParams } from "../params.js";

/** Does each engine find g^exponent = 1 modulo an odd p, for g in 0 … p − 1? Then the order of g divides the exponent. */
export function hasOrderDividing(
	exponent: bigint,
	{ p: modulus, g: base }: Pick<DhParams, "p" | "g">,
	...engines: readonly Pick<Engine, "powers">[]
): boolean {
	return engines.every((engine) => {
		const [power] = engine.powers([{ base, exponent, modulus }]);
		return power === 1n;
	});
}
