import { InvalidArgumentError } from "../errors.js";
import type { Server, Tls, Variant } from "./servers/server.js";
import { SERVERS } from "./servers/servers.js";

/** Which configuration is meant. */
export interface ConfigRequest {
	/** Where the file is or will be; the server's usual place unless given. */
	readonly path?: string;
	/** The server's version, such as 2.3.19; the newest unless given. */
	readonly version?: string;
	/** The library that the server was built with; the first one that is known unless given. */
	readonly tls?: Tls;
}

/** A server's configuration with the path in it. */
export interface Config {
	readonly server: Server;
	readonly variant: Variant;
	readonly path: string;
	/** The lines for the configuration; null where there are none, and the notes say what to do. */
	readonly directive: string | null;
}

/** @throws {InvalidArgumentError} for a server that is not known, with those of a similar name */
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

/** @throws {InvalidArgumentError} for a path or a version that makes no sense, and a library that the server has not */
export function configFor(server: Server, request: ConfigRequest): Config {
	const { path = server.path } = request;
	checkPath(path);
	const variant = chooseVariant(server, request);
	return {
		server,
		variant,
		path,
		directive: variant.directive?.(path) ?? null,
	};
}

function chooseVariant(
	server: Server,
	{ version, tls }: ConfigRequest,
): Variant {
	if (version !== undefined && !/^\d+(\.\d+)*\D{0,12}$/.test(version)) {
		throw new InvalidArgumentError(
			`--server-version is "${version}"; it must be numbers with dots, such as 2.3.`,
		);
	}
	const fits = server.variants.find(
		(variant) =>
			(tls === undefined || variant.tls === undefined || variant.tls === tls) &&
			(version === undefined ||
				variant.since === undefined ||
				!isOlder(version, variant.since)),
	);
	if (fits !== undefined) return fits;
	throw new InvalidArgumentError(
		`No configuration of ${server.name} ${version ?? ""} is known; its versions are: ${server.variants.map(({ applies }) => applies).join("; ")}.`,
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
