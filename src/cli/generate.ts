import { now } from "../clock.js";
import { InvalidArgumentError } from "../errors.js";
import { generate } from "../generate/generate.js";
import {
	checkRequest,
	type GenerateOptions,
	OPENSSL_MAX_BITS,
	RECOMMENDED_BITS,
} from "../generate/options.js";
import { DhParams } from "../params.js";
import type { Progress } from "../search/progress.js";
import { Interruption, untilInterrupted } from "./exit.js";
import { encodeAs, formatOf } from "./formats.js";
import { formOf, wholeNumber } from "./options.js";
import { say } from "./output.js";
import { count, duration, searchLine } from "./progress-line.js";
import { type SharedFlags, sharedOptions } from "./queue-flags.js";
import type { RecordedSearch } from "./recorded-search.js";
import { checkResultFile, writeResult } from "./result-file.js";
import { type SearchFlags, searchOptions } from "./search-flags.js";

/** The options of the root command as Commander hands them over. */
export interface GenerateFlags extends SearchFlags, SharedFlags {
	readonly 2?: boolean;
	readonly 3?: boolean;
	readonly 5?: boolean;
	readonly generator?: string;
	readonly out?: string;
	readonly outform?: string;
	readonly format?: string;
	readonly text?: boolean;
	readonly noout?: boolean;
	readonly check?: boolean;
	readonly provable?: boolean | undefined;
	readonly certificate?: string;
	readonly journal?: string;
	readonly resume?: string;
	readonly json?: boolean;
	readonly force?: boolean;
	readonly progress?: boolean;
	readonly quiet?: boolean;
	readonly verbose?: boolean;
}

const DEFAULT_BITS = "2048";

/** `gen-dhparams [bits]`: the result to stdout or --out, messages to stderr. */
export async function runGenerate(
	size: string | undefined,
	flags: GenerateFlags,
): Promise<void> {
	const recorded = await recordedSearch(flags);
	const bits =
		size === undefined && recorded !== undefined
			? recorded.bits
			: wholeNumber("The size in bits", size ?? DEFAULT_BITS);
	const generator = chosenGenerator(flags) ?? recorded?.generator ?? 2;
	const format = chosenFormat(flags);
	const hint = flags.quiet ? () => {} : say;

	const provable = wantsProof({
		...flags,
		provable: flags.provable ?? recorded?.provable,
	});

	await checkResultFile(flags);
	await checkResultFile({ ...flags, out: flags.certificate });
	const params = await search(
		bits,
		{
			...searchOptions(flags),
			generator,
			provable,
			journal: flags.journal ?? flags.resume,
			...(await sharedOptions(flags, { quiet: flags.quiet ?? false })),
		},
		flags,
		hint,
	);
	// Nothing is left to check: the search hands out verified results only.
	if (flags.check) say("DH parameters appear to be ok.");
	if (flags.certificate === undefined || params.certificate === undefined) {
		await writeResult(await format(params), flags);
		return;
	}
	const { encodeCertificate } = await import("../certificate/check.js");
	const form = flags.certificate.endsWith(".gp") ? "pari" : "json";
	const proof = encodeCertificate(params.certificate, form);
	await writeResult(proof, { ...flags, out: flags.certificate });
	// A file of its own holds it, and the parameters need no comment.
	const { certificate: _, ...values } = params;
	await writeResult(await format(new DhParams(values)), flags);
}

/**
 * What the journal of --resume searches for.
 *
 * @throws {@link InvalidArgumentError} for --journal beside it
 * @throws {@link FileError} for a file that is missing, or is not the journal of a search for one group
 */
async function recordedSearch({
	journal,
	resume,
}: GenerateFlags): Promise<RecordedSearch | undefined> {
	if (resume === undefined) return undefined;
	if (journal !== undefined) {
		throw new InvalidArgumentError(
			"--journal and --resume both name the journal; give one of them.",
		);
	}
	const { recordedSearchOf } = await import("./recorded-search.js");
	return recordedSearchOf(resume);
}

/** @throws {@link InvalidArgumentError} for an output that has no place for the certificate */
function wantsProof(flags: GenerateFlags): boolean {
	if (flags.certificate !== undefined) return true;
	if (!flags.provable) return false;
	const isPem =
		!flags.json &&
		!flags.noout &&
		flags.format === undefined &&
		(flags.outform ?? "PEM").toUpperCase() === "PEM";
	if (isPem) return true;
	throw new InvalidArgumentError(
		"--provable writes the certificate above the PEM, and another format has no place for it; give --certificate FILE too.",
	);
}

async function search(
	bits: number,
	options: GenerateOptions,
	flags: GenerateFlags,
	hint: (...lines: string[]) => void,
): Promise<DhParams> {
	checkRequest(bits, options);
	if (bits < RECOMMENDED_BITS) {
		hint(
			`gen-dhparams: warning: ${bits} bits are too few for a server; many clients refuse such a group ("dh key too small"). Use ${RECOMMENDED_BITS} or more.`,
		);
	}
	if (bits > OPENSSL_MAX_BITS) {
		say(
			`gen-dhparams: warning: OpenSSL refuses to work with a group of more than ${OPENSSL_MAX_BITS} bits ("modulus too large"), and gen-dhparams check rejects it unless --max-bits is raised. 2048 to 4096 bits are enough.`,
		);
	}
	const shown = (flags.progress ?? process.stderr.isTTY) && !flags.quiet;
	const line = searchLine(bits, process.stderr);
	const began = now();
	let tested = 0;
	let engine = "";
	try {
		const params = await untilInterrupted((signal) =>
			generate(bits, {
				...options,
				signal,
				onProgress: (progress) => {
					tested = progress.tested;
					engine = describeEngine(progress);
					if (shown) line.show(progress);
				},
			}),
		);
		line.erase();
		if (flags.verbose) hint(engine);
		if (shown) {
			const elapsed = duration(now() - began);
			hint(
				`A safe prime of ${bits} bits: ${elapsed}, ${count(tested)} candidates tested; verified.`,
				nextStep(flags),
			);
		}
		return params;
	} catch (error) {
		line.erase();
		if (error instanceof Interruption && options.journal !== undefined) {
			hint(
				`What is decided is in ${options.journal}. Go on with gen-dhparams --resume ${options.journal}.`,
			);
		}
		throw error;
	}
}

function nextStep({ out = "the file" }: GenerateFlags): string {
	return `Next: name ${out} in your server's configuration (gen-dhparams config SERVER), restart it, and see what it serves with gen-dhparams probe HOST:PORT.`;
}

/** Which engine searches, and why. */
export function describeEngine({
	engine,
	engineReason,
}: Pick<Progress, "engine" | "engineReason">): string {
	if (engine === "bigint") {
		return `Engine: BigInt, which is slower, because ${engineReason}`;
	}
	return engineReason === undefined
		? "Engine: the WebAssembly kernel, which passed its self-test."
		: `Engine: the WebAssembly kernel of integers, which is slower, because ${engineReason}`;
}

/** @throws {@link InvalidArgumentError} for two answers to one question */
function chosenGenerator(flags: GenerateFlags): number | undefined {
	const given = [
		...([2, 3, 5] as const)
			.filter((g) => flags[g])
			.map((g) => ({ flag: `-${g}`, generator: g })),
		...(flags.generator === undefined
			? []
			: [
					{
						flag: `--generator ${flags.generator}`,
						generator: wholeNumber("--generator", flags.generator),
					},
				]),
	];
	const [first, second] = given;
	if (first && second) {
		throw new InvalidArgumentError(
			`${first.flag} and ${second.flag} both choose the generator; give one of them.`,
		);
	}
	return first?.generator;
}

type Format = (
	params: DhParams,
) => string | Uint8Array | Promise<string | Uint8Array>;

/** As `openssl dhparam` does, --text comes before the parameters and --noout leaves those out. */
function chosenFormat(flags: GenerateFlags): Format {
	const outform = formOf("--outform", flags.outform ?? "PEM");
	const chosen = [
		...(flags.json ? ["--json"] : []),
		...(flags.format === undefined ? [] : ["--format"]),
		...(flags.outform === undefined ? [] : ["--outform"]),
		...(flags.text || flags.noout ? ["--text or --noout"] : []),
	];
	if ((flags.json || flags.format !== undefined) && chosen.length > 1) {
		throw new InvalidArgumentError(
			`${chosen.slice(0, 2).join(" and ")} each choose what is written; give one or the other.`,
		);
	}
	if (flags.json || flags.format !== undefined) {
		const format = formatOf(flags.format ?? "json");
		return (params) => encodeAs(format, [params]);
	}
	return (params) => {
		const text = flags.text ? params.toText() : "";
		if (flags.noout) return text;
		if (outform === "PEM") return text + params.toPem();
		return Buffer.concat([Buffer.from(text), params.toDer()]);
	};
}
