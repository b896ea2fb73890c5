import { InvalidArgumentError } from "../errors.js";
import type { Server, Tls, Variant } from "./servers/server.js";
import { SERVERS } from "./servers/servers.js";

/** Which configuration is meant. */
export interface ConfigRequest {
	/** Where the file is or will be; the server's usual place unless given. */
	readonly path?: string | undefined;
	/** The server's version, or what the server prints about it, such as `2.3.19.1 (9b53102964)`; any unless given. */
	readonly version?: string | undefined;
	/** The library that the server was built with; any unless given. */
	readonly tls?: Tls | undefined;
}

/** A server's configuration with the path in it. */
export interface Config {
	readonly server: Server;
	readonly variant: Variant;
	readonly path: string;
	/** The lines for the configuration; null where there are none, and the notes say what to do. */
	readonly directive: string | null;
	/** The command that makes the group; null where no group is to be made. */
	readonly make: string | null;
}

/** @throws {@link InvalidArgumentError} for a server that is not known, with those of a similar name */
export function findServer(name: string): Server {
	const wanted = name.toLowerCase();
	const found = SERVERS.find(
		({ id, aliases }) => id === wanted || aliases.includes(wanted),
	);
	if (found !== undefined) return found;
	const near = SERVERS.filter(({ id, aliases }) =>
		[id, ...aliases].some((known) => isNear(known, wanted)),
	).map(({ id }) => id);
	throw new InvalidArgumentError(
		near.length > 0
			? `"${name}" is not a server that gen-dhparams knows; did you mean ${near.join(" or ")}?`
			: `"${name}" is not a server that gen-dhparams knows: ${SERVERS.map(({ id }) => id).join(", ")}.`,
	);
}

/**
 * The configuration for a version and a TLS library; of the newest version where neither is given.
 *
 * @throws {@link InvalidArgumentError} for a path or a version that makes no sense, and a version that is not known
 */
export function configFor(server: Server, request: ConfigRequest): Config {
	return configsFor(server, request)[0];
}

/**
 * The configurations that the version and the TLS library leave possible, the newest version first.
 *
 * @throws {@link InvalidArgumentError} for a path or a version that makes no sense, and a version that is not known
 */
export function configsFor(
	server: Server,
	{ path = server.path, version, tls }: ConfigRequest,
): readonly [Config, ...Config[]] {
	checkPath(path);
	const variants = possibleVariants(server, version, tls);
	const [first, ...others] = variants.map((variant) =>
		withPath(server, variant, path),
	);
	if (first !== undefined) return [first, ...others];
	throw new InvalidArgumentError(
		`No configuration of ${server.name} ${version ?? ""} is known; its versions are: ${server.variants.map(({ applies }) => applies).join("; ")}.`,
	);
}

function withPath(server: Server, variant: Variant, path: string): Config {
	const { directive, make } = variant;
	const lines = directive?.(path) ?? null;
	const command = typeof make === "function" ? make(path) : make;
	// Servers that ignore the group in the file still do not start with a bad one.
	const usual = variant.ignoresFile
		? `gen-dhparams groups ffdhe2048 > ${path}`
		: `gen-dhparams 2048 --out ${path}`;
	return {
		server,
		variant,
		path,
		directive: lines,
		make: command ?? (namesPath(lines, path) ? usual : null),
	};
}

function namesPath(lines: string | null, path: string): boolean {
	return lines?.includes(path) ?? false;
}

function possibleVariants(
	server: Server,
	version: string | undefined,
	tls: Tls | undefined,
): Variant[] {
	const library = tls ?? (version && libraryIn(version));
	const fitting = server.variants.filter(
		(variant) =>
			library === undefined ||
			variant.tls === undefined ||
			variant.tls === library,
	);
	if (version === undefined) return fitting;
	const number = versionIn(server, version);
	const since = fitting.filter(
		(variant) => variant.since === undefined || !isOlder(number, variant.since),
	);
	// Of those that a version has passed, the newest one counts, once for each library.
	return since.filter(
		(variant, i) =>
			!since
				.slice(0, i)
				.some(
					(newer) =>
						newer.tls === undefined ||
						newer.tls === variant.tls ||
						variant.tls === undefined,
				),
	);
}

/** The TLS library that a server names beside its version, as Exim does. */
function libraryIn(text: string): Tls | undefined {
	if (/\bGnuTLS\b/.test(text)) return "gnutls";
	return /\bOpenSSL\b/.test(text) ? "openssl" : undefined;
}

/**
 * The version in what a server or a packager prints about it: `2.3`, `2.3.19.1 (9b53102964)`, `Apache/2.4.71 (Debian)`,
 * `1:2.3.19.1+dfsg1-2.1+deb12u7`, `mail_version = 3.7.11`.
 */
function versionIn({ program }: Server, text: string): string {
	const shown = program?.version?.[0].exec(text)?.[1] ?? text;
	const found =
		/\d+(?:\.\d+)+/.exec(shown)?.[0] ??
		/(?<![\d.])\d+(?![\d:])/.exec(shown)?.[0];
	if (found !== undefined) return found;
	throw new InvalidArgumentError(
		`--server-version is "${text}"; it must be numbers with dots, such as 2.3, or what the server prints about its version.`,
	);
}

/** Is a version with numbers between dots older than another? Missing numbers count as 0. */
function isOlder(version: string, than: string): boolean {
	const [a, b] = [version, than].map((text) => text.split(".").map(parseFloat));
	for (let i = 0; i < Math.max(a?.length ?? 0, b?.length ?? 0); i++) {
		const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
		if (difference !== 0) return difference < 0;
	}
	return false;
}

/** Quotes, blanks and the like mean something else in each of these configurations; nobody needs them in this path. */
function checkPath(path: string): void {
	if (/^[\w./@+,:=~-]+$/.test(path)) return;
	throw new InvalidArgumentError(
		`${JSON.stringify(path)} cannot stand in a server's configuration as it is; give a path of letters, digits and the characters ./@+,:=~_-`,
	);
}

/** Does one begin with the other, or differ in one letter or two that changed places? */
function isNear(a: string, b: string): boolean {
	if (b.length < 3) return false;
	if (a.startsWith(b) || b.startsWith(a)) return true;
	let same = 0;
	while (same < a.length && a[same] === b[same]) same++;
	const [x, y] = [a.slice(same), b.slice(same)];
	return (
		x.slice(1) === y.slice(1) ||
		x.slice(1) === y ||
		x === y.slice(1) ||
		(x[0] === y[1] && x[1] === y[0] && x.slice(2) === y.slice(2))
	);
}
