import {
	type Compositeness,
	describeTest,
} from "../primality/primality-tester.js";
import { newGroup, type Policy } from "./policy.js";
import type { PrimalityResources } from "./primality-resources.js";
import type { Check } from "./report.js";
import { isOfRecord, type Subject } from "./subject.js";

/** What the checks after these build on. */
export interface Primality {
	readonly checks: readonly Check[];
	readonly isPrime: boolean;
	readonly isSafe: boolean;
}

// Why primality of a chosen p needs more than a fast test.
const SOURCE =
	"SP 800-56A r3 section 5.5.1.1; Albrecht, Massimo, Paterson and Somorovsky, Prime and Prejudice, 2018";

/** Is p prime, and (p − 1)/2 too? */
export async function checkPrimality(
	subject: Subject,
	policy: Policy,
	resources: () => Promise<PrimalityResources>,
): Promise<Primality> {
	if (isOfRecord(subject)) return ofRecord(subject);
	const { tester } = await resources();
	const { p, half } = await tester.safePrime(subject.params.p);
	if (p !== undefined) {
		return {
			checks: [
				{
					id: "p-prime",
					verdict: "reject",
					message: `p is not prime: ${describeCompositeness("p", p)}.`,
					advice: `Do not use these parameters: they are broken, by accident or on purpose. ${newGroup(policy)}`,
					source: SOURCE,
				},
			],
			isPrime: false,
			isSafe: false,
		};
	}
	const prime: Check = {
		id: "p-prime",
		verdict: "accept",
		message:
			half === undefined
				? "p is prime, proved from (p − 1)/2 by Pocklington's theorem."
				: `p is prime: it passes ${describeTest(policy.rounds)}.`,
		advice: null,
		source: SOURCE,
	};
	return {
		checks: [prime, safePrime(half, subject, policy)],
		isPrime: true,
		isSafe: half === undefined,
	};
}

function safePrime(
	half: Compositeness | undefined,
	{ q }: Subject,
	policy: Policy,
): Check {
	const source =
		"SP 800-56A r3 section 5.5.1.1; van Oorschot and Wiener, On Diffie-Hellman key agreement with short exponents, 1996";
	if (half === undefined) {
		return {
			id: "safe-prime",
			verdict: "accept",
			message: `p is a safe prime: (p − 1)/2 passes ${describeTest(policy.rounds)}.`,
			advice: null,
			source,
		};
	}
	const fault = `p is prime but not a safe prime: (p − 1)/2 is not prime, as ${describeCompositeness("it", half)}`;
	if (policy.safePrimeRequired || q === undefined) {
		return {
			id: "safe-prime",
			verdict: "reject",
			message: `${fault}.`,
			advice: `Subgroups of small order can leak parts of a key. ${newGroup(policy)}`,
			source,
		};
	}
	return {
		id: "safe-prime",
		verdict: "warn",
		message: `${fault}; the given q has to answer for the group.`,
		advice:
			"Prefer a group with a safe prime: TLS carries no q, so clients cannot check this one.",
		source,
	};
}

function ofRecord({ group }: Subject): Primality {
	const source = group?.source ?? "";
	const reason = `of record for ${group?.name}: the standard proves it, and this package's tests compute p from its formula; the tests are skipped`;
	return {
		checks: [
			{
				id: "p-prime",
				verdict: "accept",
				message: `p is prime, ${reason}.`,
				advice: null,
				source,
			},
			{
				id: "safe-prime",
				verdict: "accept",
				message: `p is a safe prime, ${reason}.`,
				advice: null,
				source,
			},
		],
		isPrime: true,
		isSafe: true,
	};
}

/** The evidence, so that anyone can repeat it. */
export function describeCompositeness(
	name: string,
	found: Compositeness,
): string {
	switch (found.kind) {
		case "below-two":
			return `${name} is below 2`;
		case "factor":
			return `${found.factor} divides ${name}`;
		case "witness":
			return `${found.base < 1000n ? found.base : `0x${found.base.toString(16)}`} is a Miller-Rabin witness against ${name}`;
	}
}
