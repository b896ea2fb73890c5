import type { Certificate } from "../certificate/certificate.js";
import { checkCertificate } from "../certificate/check.js";
import type { Check } from "./report.js";
import type { Subject } from "./subject.js";

const SOURCE =
	"docs/proofs.md; Pocklington, The determination of the prime or composite nature of large numbers by Fermat's theorem, 1914";

/** Does the certificate prove that p is a safe prime? One that does not is a reason to reject: somebody made a claim. */
export async function checkProof(
	{ params }: Subject,
	certificate: string | Certificate,
	signal: AbortSignal | undefined,
): Promise<Check> {
	const { proved, message } = await checkCertificate(certificate, {
		p: params.p,
		signal,
	});
	return {
		id: "certificate",
		verdict: proved ? "accept" : "reject",
		message,
		advice: proved
			? null
			: "Do not rely on it: get the certificate that was made with these parameters, or check them without one.",
		source: SOURCE,
	};
}

/** What follows from a certificate that holds: nothing is left to test. */
export function provedPrimality(): {
	readonly checks: readonly Check[];
	readonly isPrime: true;
	readonly isSafe: true;
} {
	const proved = { verdict: "accept", advice: null, source: SOURCE } as const;
	return {
		checks: [
			{
				id: "p-prime",
				message: "p is a proved prime: its certificate holds.",
				...proved,
			},
			{
				id: "safe-prime",
				message:
					"p is a proved safe prime: the certificate proves (p − 1)/2 prime too.",
				...proved,
			},
		],
		isPrime: true,
		isSafe: true,
	};
}
