import type { Config } from "../guide/config.js";
import type { InstalledServer } from "../guide/installed.js";
import type { FileFault, Variant } from "../guide/servers/server.js";
import type { Line } from "./terminal-text.js";
import { wrapped } from "./wrap.js";

/** What `gen-dhparams config SERVER` answers. */
export interface ConfigAnswer {
	/** The configurations that are possible, the newest version first. */
	readonly configs: readonly [Config, ...Config[]];
	/** Whether DHE is to be switched off. */
	readonly disable: boolean;
	readonly installed: InstalledServer | null;
	/** Whether an installed server was looked for. */
	readonly looked: boolean;
}

export function asLines(answer: ConfigAnswer): (string | Line)[] {
	const [first, ...others] = answer.configs;
	const { server, variant } = first;
	const found = answer.installed;
	const lines = answer.configs.flatMap((config) => [
		...(others.length > 0
			? ["", ...wrapped(`${config.variant.applies}:`, "")]
			: []),
		...linesOf(config, answer.disable),
	]);
	const title =
		others.length > 0 ? server.name : `${server.name}, ${variant.applies}`;
	return [
		...wrapped(answer.disable ? `${title}: DHE switched off` : title, ""),
		...(found === null
			? []
			: wrapped(
					`Found here: ${[found.path, found.version, found.tls && `with ${found.tls === "gnutls" ? "GnuTLS" : "OpenSSL"}`].filter(Boolean).join(" ")}`,
					"",
				)),
		...(others.length > 0 ? ["", ...wrapped(severalWays(answer), "")] : []),
		...lines,
		...steps(first, answer),
		"",
		...(answer.disable ? disableNotes(variant) : serveNotes(first)),
		...(others.length > 0
			? [
					"",
					...wrapped(
						"The commands and notes are for the first one; --server-version and --tls choose another.",
						"",
					),
				]
			: []),
		...unmentioned(answer),
		"",
		...server.sources,
		...(answer.disable ? [RFC_10015] : []),
	];
}

/** How one finds out which of several configurations is the right one. */
function severalWays({ configs, looked, installed }: ConfigAnswer): string {
	const { program, name } = configs[0].server;
	const ask =
		program?.version &&
		[program.names[0], ...program.version.slice(1)].join(" ");
	return [
		looked && installed === null && program !== undefined
			? `${name} was not found on this machine.`
			: "",
		"The version or the TLS library decides which lines are right",
		ask === undefined ? "." : ` (${ask} shows it).`,
	]
		.join(looked && installed === null && program !== undefined ? " " : "")
		.replace(" .", ".")
		.replace("  ", " ");
}

/** The lines and where they go. */
function linesOf(
	{ directive, variant }: Config,
	disable: boolean,
): (string | Line)[] {
	const off = variant.disable;
	const lines = disable ? off.directive : directive;
	const file = (disable ? off.file : undefined) ?? variant.file;
	const holds =
		disable || lines == null || variant.holds === undefined
			? []
			: wrapped(`It names ${variant.holds}.`, "");
	return [
		...(lines == null
			? ["", "  (no line)"]
			: ["", ...indented(lines), "", ...wrapped(`goes into ${file}.`, "")]),
		...holds,
		...(disable && off.tls13 !== undefined
			? [
					"",
					"To leave finite-field groups out of TLS 1.3 as well:",
					"",
					...indented(off.tls13),
				]
			: []),
	];
}

function indented(lines: string): Line[] {
	return lines.split("\n").map((line) => verbatim(`  ${line}`));
}

/** A line that people copy, which is not wrapped. */
export function verbatim(text: string): Line {
	return { parts: [text], verbatim: true };
}

/** The commands in their order. */
function steps(
	{ server, variant, make, path }: Config,
	{ disable }: ConfigAnswer,
): (string | Line)[] {
	const isFile = make?.includes(` ${path}`);
	const commands = [
		...(disable
			? []
			: [
					make,
					isFile ? `gen-dhparams check ${path}` : null,
					...(variant.install?.(path) ?? []),
				]),
		disable || make !== null || variant.directive !== undefined
			? variant.test
			: null,
		variant.reload,
		server.probe === undefined ? null : `gen-dhparams probe ${server.probe}`,
	].filter((command) => command != null);
	return commands.length === 0
		? []
		: ["", "As root:", ...commands.map((command) => verbatim(`  ${command}`))];
}

const FAULTS: Readonly<Record<FileFault, string>> = {
	missing: "a missing file",
	garbage: "a file without DH parameters",
	small: "a group of too few bits",
};

/** What the server's own test of its configuration does not see. */
function blindSpots({ test, testReports, directive, make }: Variant): string[] {
	if (test === undefined || testReports === undefined) return [];
	if (directive === undefined && make === undefined) return [];
	const missed = (Object.keys(FAULTS) as FileFault[]).filter(
		(fault) => !testReports.includes(fault),
	);
	if (missed.length === 0) return [];
	return [
		`${test.replace(/^.*&& | [<>].*| -f .*| --config.*/g, "")} does not report ${new Intl.ListFormat("en", { type: "disjunction" }).format(missed.map((fault) => FAULTS[fault]))}: run gen-dhparams check first.`,
	];
}

// Measured with OpenSSL 3.0, which takes short exponents for the named groups only: 2.91 ms against 0.42 ms.
const OWN_GROUP = [
	"A group of your own costs a server with OpenSSL about seven times the CPU of a standard group: 2.91 ms a handshake against 0.42 ms with ffdhe2048 (OpenSSL 3.0). That helps the D(HE)at attack (CVE-2022-40735).",
	"Some clients take named groups only, such as BouncyCastle by default (bc-java issues 1401 and 1933): they end with alert 71, insufficient_security. `gen-dhparams groups ffdhe2048` prints a named one.",
];

function serveNotes({ server, variant, make }: Config): string[] {
	const own = make?.startsWith("gen-dhparams 2048") ? OWN_GROUP : [];
	const off =
		server.readsModuli === true
			? []
			: [
					`RFC 10015 (July 2026) deprecates DHE in TLS 1.2: gen-dhparams config ${server.id} --disable switches it off.`,
				];
	return [...blindSpots(variant), ...variant.notes, ...own, ...off].flatMap(
		(note) => wrapped(note, "  ", "- "),
	);
}

export const RFC_10015 = "https://www.rfc-editor.org/rfc/rfc10015";

const BREAKS =
	"Clients without ECDHE (OpenSSL before 1.0, Java 6, Android before 4, Windows XP) fall back to RSA key exchange, without forward secrecy, or fail where that is off too. RFC 10015 deprecates RSA key exchange as well: with OpenSSL, add `:!kRSA`.";

function disableNotes({ disable }: Variant): string[] {
	const why =
		disable.breaks === undefined
			? [
					"RFC 10015 (July 2026) deprecates key exchange by finite-field Diffie-Hellman in TLS 1.2.",
				]
			: [];
	return [...why, disable.breaks ?? BREAKS, ...disable.notes].flatMap((note) =>
		wrapped(note, "  ", "- "),
	);
}

/** The versions that were ruled out, by name. */
function unmentioned({ configs }: ConfigAnswer): string[] {
	const shown = configs.map(({ variant }) => variant);
	const others = configs[0].server.variants.filter(
		(variant) => !shown.includes(variant),
	);
	return others.length === 0
		? []
		: [
				"",
				...wrapped(
					`Other versions: ${others.map(({ applies }) => applies).join("; ")}. See --server-version, --tls and --all.`,
					"",
				),
			];
}

export function asJson({ configs, installed }: ConfigAnswer) {
	const [first, ...others] = configs;
	const { server, path } = first;
	return {
		server: server.id,
		name: server.name,
		installed,
		path,
		...jsonOf(first),
		probe: server.probe ?? null,
		otherVersions: others.map(jsonOf),
		sources: server.sources,
	};
}

function jsonOf({ variant, directive, make, path }: Config) {
	const { disable } = variant;
	return {
		applies: variant.applies,
		directive,
		file: variant.file,
		holds: variant.holds ?? null,
		ignoresFile: variant.ignoresFile ?? false,
		make,
		install: variant.install?.(path) ?? [],
		test: variant.test ?? null,
		testReports: variant.testReports ?? null,
		reload: variant.reload ?? null,
		notes: variant.notes,
		disable: {
			directive: disable.directive ?? null,
			file: disable.file ?? variant.file,
			tls13: disable.tls13 ?? null,
			breaks: disable.breaks ?? BREAKS,
			notes: disable.notes,
		},
	};
}
