import { InvalidArgumentError } from "../errors.js";
import type { DhParams } from "../params.js";
import { closest } from "./closest.js";
import { jsonText } from "./output.js";

/** The forms in which parameters are written, each by the name that --format takes. */
export const FORMATS = [
	"pem",
	"der",
	"text",
	"json",
	"moduli",
	"openvpn",
	"proftpd",
	"kubernetes",
] as const;

export type Format = (typeof FORMATS)[number];

/** Their lines in a command's help. */
export const FORMATS_HELP = `  --format FORMAT      pem, der, text (like -text), json, moduli (OpenSSH),
                       openvpn (<dh> for a .ovpn file), proftpd (a file with
                       several sizes), kubernetes (a Secret with dhparam.pem)`;

/** @throws {@link InvalidArgumentError} for a name that is not one of {@link FORMATS} */
export function formatOf(name: string): Format {
	const lower = name.toLowerCase();
	const format = FORMATS.find((known) => known === lower);
	if (format !== undefined) return format;
	const near = closest(lower, FORMATS);
	throw new InvalidArgumentError(
		`--format is "${name}"; it must be one of ${FORMATS.join(", ")}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
	);
}

/**
 * Parameters in a format.
 *
 * @throws {@link InvalidArgumentError} for several sets in a format that holds one, and for what moduli(5) cannot say
 */
export function encodeAs(
	format: Format,
	sets: readonly DhParams[],
): string | Uint8Array {
	if (format === "moduli") return sets.map(moduliLine).join("");
	if (format === "proftpd") return proftpdFile(sets);
	const [params, ...others] = sets;
	if (params === undefined || others.length > 0) {
		throw new InvalidArgumentError(
			`--format ${format} holds one set of parameters, and there are ${sets.length}; moduli and proftpd hold several.`,
		);
	}
	switch (format) {
		case "pem":
			return params.toPem();
		case "der":
			return params.toDer();
		case "text":
			return params.toText();
		case "json":
			return parametersJson(params);
		case "openvpn":
			// openvpn(8), "Inline file support".
			return `<dh>\n${params.toPem()}</dh>\n`;
		case "kubernetes":
			return kubernetesSecret(params);
	}
}

/** What `--json` prints: docs/parameters.schema.json. */
export function parametersJson(
	params: DhParams,
	more: Readonly<Record<string, string>> = {},
): string {
	return jsonText({
		version: 1,
		...more,
		...params.toJSON(),
		pem: params.toPem(),
	});
}

/**
 * moduli(5): time (UTC), type 2 (safe prime), tests 6 (2, sieved, and 4, Miller-Rabin), tries, size (the bits of p less
 * one), generator and modulus, both in hexadecimal, as ssh-keygen writes them.
 */
function moduliLine({ p, g, q, bits }: DhParams): string {
	if (q !== undefined && 2n * q + 1n !== p) {
		throw new InvalidArgumentError(
			"moduli(5) holds safe primes, and these parameters have a q that is not (p-1)/2.",
		);
	}
	const time = new Date().toISOString().replace(/\D/g, "").slice(0, 14);
	const [generator, modulus] = [g, p].map((n) => n.toString(16).toUpperCase());
	return `${time} 2 6 100 ${bits - 1} ${generator} ${modulus}\n`;
}

/** mod_tls reads all blocks of TLSDHParamFile and takes the one that has the size that OpenSSL asks for. */
function proftpdFile(sets: readonly DhParams[]): string {
	return [...sets]
		.sort((a, b) => a.bits - b.bits)
		.map((params) => params.toPem())
		.join("");
}

/** The key that ingress-nginx reads (ssl-dh-param). */
function kubernetesSecret(params: DhParams): string {
	const data = Buffer.from(params.toPem()).toString("base64");
	return [
		"apiVersion: v1",
		"kind: Secret",
		"metadata:",
		"  name: dhparam",
		"type: Opaque",
		"data:",
		`  dhparam.pem: ${data}`,
		"",
	].join("\n");
}
