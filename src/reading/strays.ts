import { boundaryIn } from "../encoding/lines.js";
import { strayModuliLine } from "../encoding/moduli.js";
import { UnreadableParametersError } from "../errors.js";

/**
 * The bytes of DER may spell a block of PEM or a line of moduli(5), in the seed of X9.42 for example.
 *
 * @throws {@link UnreadableParametersError} where they do, with the place
 */
export function refuseStraysInDer(der: Uint8Array): void {
	const text = Buffer.from(der).toString("latin1");
	const boundary = boundaryIn(text);
	if (boundary !== -1) {
		throw new UnreadableParametersError(
			`The DER holds a BEGIN or END line of PEM at byte ${boundary}, where OpenSSL and GnuTLS read a block. Make new parameters.`,
		);
	}
	refuseModuliLine(text);
}

/** @throws {@link UnreadableParametersError} for a line that sshd takes for a group */
export function refuseModuliLine(text: string): void {
	const line = strayModuliLine(text);
	if (line === undefined) return;
	throw new UnreadableParametersError(
		`Line ${line} is a group of moduli(5) for sshd, beside other parameters. Keep one of them.`,
	);
}
