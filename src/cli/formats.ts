import { InvalidArgumentError } from "../errors.js";
import type { DhParams } from "../params.js";
import { closest } from "./closest.js";
import { untilInterrupted } from "./exit.js";
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
 * Parameters in a format; the moduli of a line of moduli(5) are tested, since the line says so.
 *
 * @throws {@link InvalidArgumentError} for several sets in a format that holds one, and for what moduli(5) cannot say
 */
export async function encodeAs(
	format: Format,
	sets: readonly DhParams[],
): Promise<string | Uint8Array> {
	if (format === "moduli") {
		const { encodeModuli } = await import("../moduli/encode.js");
		return untilInterrupted((signal) => encodeModuli(bySize(sets), { signal }));
	}
	if (format === "proftpd") return pemBlocks(bySize(sets));
	return encodeOne(format, onlyOne(format, sets));
}

/**
 * All sets in one file, in their order: blocks of PEM, or an array of JSON.
 *
 * @throws {@link InvalidArgumentError} for a format that holds one set
 */
export async function encodeAll(
	format: Format,
	sets: readonly DhParams[],
): Promise<string | Uint8Array> {
	if (format === "pem") return pemBlocks(sets);
	if (format === "json") {
		return jsonText(sets.map((params) => parametersObject(params)));
	}
	return encodeAs(format, sets);
}

function onlyOne(format: Format, sets: readonly DhParams[]): DhParams {
	const [params, ...others] = sets;
	if (params !== undefined && others.length === 0) return params;
	const all = /^(?:pem|json)$/.test(format) ? ", or several with --all" : "";
	throw new InvalidArgumentError(
		`--format ${format} holds one set of parameters${all}, and there are ${sets.length}; moduli and proftpd hold several.`,
	);
}

function encodeOne(
	format: Exclude<Format, "moduli" | "proftpd">,
	params: DhParams,
): string | Uint8Array {
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
	return jsonText(parametersObject(params, more));
}

function parametersObject(
	params: DhParams,
	more: Readonly<Record<string, string>> = {},
): object {
	return { version: 1, ...more, ...params.toJSON(), pem: params.toPem() };
}

/** mod_tls reads all blocks of TLSDHParamFile and takes the one that has the size that OpenSSL asks for. */
function pemBlocks(sets: readonly DhParams[]): string {
	return sets.map((params) => params.toPem()).join("");
}

/** sshd takes a larger group than it was asked for where that stands first (choose_dh in dh.c). */
export function bySize<T extends { readonly bits: number }>(
	sets: readonly T[],
): T[] {
	return [...sets].sort((a, b) => a.bits - b.bits);
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
