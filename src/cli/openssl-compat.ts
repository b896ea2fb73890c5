import { InvalidArgumentError, UnreadableParametersError } from "../errors.js";
import type { DhParams } from "../params.js";
import type { Reading } from "../reading/reading.js";
import type { Report } from "../validate/report.js";
import { ExitCode } from "./exit.js";
import { type Form, formOf } from "./options.js";
import { printEncoded, say } from "./output.js";
import type { Line } from "./terminal-text.js";

/** What `openssl dhparam` is asked to do with parameters that exist. */
export interface OpensslRequest {
	/** The file; "-" for standard input, which is read where no -in is given. */
	readonly in: string;
	readonly inform: Form;
	readonly out?: string | undefined;
	readonly outform: Form;
	readonly check: boolean;
	readonly text: boolean;
	readonly noout: boolean;
	/** Leave out warnings of ours. */
	readonly quiet: boolean;
	/** Print the whole report of a check. */
	readonly verbose: boolean;
	/** Replace the file of -out. */
	readonly force: boolean;
}

// OpenSSL takes each with one dash or two.
const WITH_VALUE = new Set(["in", "inform", "out", "outform"]);
const FLAGS = new Set(
	"check text noout quiet verbose force dsaparam".split(" "),
);
const SHORT: Readonly<Record<string, string>> = {
	o: "out",
	q: "quiet",
	v: "verbose",
	f: "force",
};
/**
 * What the arguments ask for, where they ask in the words of `openssl dhparam` for parameters to be read: with -in or
 * -inform, or with -check and neither size nor generator. Undefined where they do not: they generate, or name a command.
 *
 * @throws {@link InvalidArgumentError} for -dsaparam, for options that exclude each other, and for ones that are not known
 */
export function opensslRequest(
	argv: readonly string[],
): OpensslRequest | undefined {
	const { options, rest } = parse(argv);
	if (options.some(({ name }) => name === "dsaparam")) throw refusesDsa();
	const has = (name: string) => options.some((option) => option.name === name);
	const generates = rest.some((word) => /^(-[235]|\d+)$/.test(word));
	const reads = has("in") || has("inform");
	if (!reads && (generates || !has("check"))) return undefined;
	if (generates) {
		throw new InvalidArgumentError(
			"-in reads parameters and a size or generator makes new ones; give one or the other (openssl ignores -in here).",
		);
	}
	const [stranger] = rest;
	if (stranger !== undefined) {
		throw new InvalidArgumentError(
			`"${stranger}" does not go with reading parameters; see gen-dhparams --help.`,
		);
	}
	const twice = options.find(
		({ name }, at) => options.findIndex((other) => other.name === name) < at,
	);
	if (twice !== undefined) {
		throw new InvalidArgumentError(
			`-${twice.name} is given twice; give it once.`,
		);
	}
	return request(new Map(options.map(({ name, value }) => [name, value])));
}

/** Where a request is answered. */
export interface Streams {
	readonly stdout: (result: Uint8Array) => void;
	readonly stderr: (line: string | Line) => void;
}

const PROCESS: Streams = {
	stdout: printEncoded,
	stderr: say,
};

/** Reads, checks and writes as `openssl dhparam` does, and returns the exit status. */
export async function runOpenssl(
	request: OpensslRequest,
	{ stdout, stderr }: Streams = PROCESS,
): Promise<number> {
	const { params } = await read(request);
	const text = request.text ? params.toText() : "";
	const accepted = !request.check || (await check(params, request, stderr));
	// As there: the text comes before the check, the parameters only after it.
	const encoded = !accepted || request.noout ? "" : encode(params, request);
	const result = Buffer.concat([Buffer.from(text), Buffer.from(encoded)]);
	if (request.out === undefined) stdout(result);
	else if (accepted) {
		const { writeFileAtomically } = await import("../files/write.js");
		await writeFileAtomically(request.out, result, {
			overwrite: request.force,
		});
	}
	return accepted ? ExitCode.OK : ExitCode.REJECTED;
}

async function read(request: OpensslRequest): Promise<Reading> {
	const { readInput } = await import("./input.js");
	const { withAsn1 } = await import("../encoding/asn1.js");
	const { readOne } = await import("../reading/read.js");
	const name = request.in === "-" ? "standard input" : request.in;
	const bytes = await readInput(request.in);
	try {
		const reading = await withAsn1(() => readOne(bytes));
		if (reading.format !== request.inform) {
			throw new UnreadableParametersError(
				`The input is ${reading.format}, not ${request.inform}${reading.format === "DER" ? "; say -inform DER" : reading.format === "PEM" ? "; leave out -inform" : "; gen-dhparams check reads it"}.`,
			);
		}
		return reading;
	} catch (error) {
		if (!(error instanceof UnreadableParametersError)) throw error;
		throw new UnreadableParametersError(`${name}: ${error.message}`, {
			cause: error,
			reason: error.reason,
		});
	}
}

/** OpenSSL's thresholds, our strictness. The sentences are OpenSSL's, which scripts look for. */
async function check(
	params: DhParams,
	{ quiet, verbose }: OpensslRequest,
	say: Streams["stderr"],
): Promise<boolean> {
	const { validate } = await import("../validate/validate.js");
	const report = await validate(params, {
		policy: "openssl-level-0",
		openssl: true,
	});
	const accepted = report.verdict !== "reject";
	say(
		accepted
			? "DH parameters appear to be ok."
			: "Error, invalid parameters generated",
	);
	for (const error of report.openssl?.errors ?? []) {
		if (!accepted) say(errorLine(error));
	}
	if (verbose) {
		const { reportLines } = await import("./report-text.js");
		for (const line of reportLines("check", report, { verbose: true }))
			say(line);
	} else {
		for (const line of findings(report, quiet)) say(line);
	}
	return accepted;
}

function findings({ checks }: Report, quiet: boolean): string[] {
	return checks
		.filter(
			({ verdict }) => verdict === "reject" || (verdict === "warn" && !quiet),
		)
		.map(
			({ id, verdict, message }) =>
				`gen-dhparams: ${verdict === "warn" ? "warning" : "error"}: ${id}: ${message}`,
		);
}

// Library 5 (DH) and the numbers of include/openssl/dherr.h.
const DH_REASONS: Readonly<Record<string, string>> = {
	"not suitable generator": "02800078",
	"check q not prime": "02800077",
	"check invalid q value": "02800074",
	"check invalid j value": "02800073",
	"check p not prime": "02800075",
	"check p not safe prime": "02800076",
	"modulus too small": "0280007E",
	"modulus too large": "02800067",
};

/** OpenSSL's line without what varies from build to build: thread, file and line. */
function errorLine(error: string): string {
	const code = DH_REASONS[error];
	return code === undefined
		? `error:01800067:bignum routines::${error}`
		: `error:${code}:Diffie-Hellman routines::${error}`;
}

function encode(params: DhParams, { outform }: OpensslRequest) {
	return outform === "PEM" ? params.toPem() : params.toDer();
}

interface Option {
	readonly name: string;
	readonly value: string;
}

/** The options that go with reading, and all other words. */
function parse(argv: readonly string[]): {
	readonly options: readonly Option[];
	readonly rest: readonly string[];
} {
	const options: Option[] = [];
	const rest: string[] = [];
	for (let at = 0; at < argv.length; at++) {
		const word = argv[at] as string;
		if (word === "--") {
			rest.push(...argv.slice(at + 1));
			break;
		}
		const written = /^--?([a-z-]+)$/.exec(word)?.[1] ?? "";
		const name = SHORT[written] ?? written;
		if (FLAGS.has(name)) options.push({ name, value: "" });
		else if (WITH_VALUE.has(name)) {
			const value = argv[++at];
			if (value === undefined) {
				throw new InvalidArgumentError(`-${name} needs a value.`);
			}
			options.push({ name, value });
		} else rest.push(word);
	}
	return { options, rest };
}

function request(options: ReadonlyMap<string, string>): OpensslRequest {
	return {
		in: options.get("in") ?? "-",
		inform: formOf("-inform", options.get("inform") ?? "PEM"),
		out: options.get("out"),
		outform: formOf("-outform", options.get("outform") ?? "PEM"),
		check: options.has("check"),
		text: options.has("text"),
		noout: options.has("noout"),
		quiet: options.has("quiet"),
		verbose: options.has("verbose"),
		force: options.has("force"),
	};
}

function refusesDsa(): InvalidArgumentError {
	return new InvalidArgumentError(
		"-dsaparam makes a p that is not a safe prime and drops its q. Nobody can then check the group, and a reused key leaks. It was meant to save time: gen-dhparams 2048 takes seconds, gen-dhparams groups ffdhe2048 none.",
	);
}
