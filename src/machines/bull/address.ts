import { InvalidArgumentError } from "../../errors.js";

/** Where a queue is, as its URL says. */
export interface QueueAddress {
	readonly kind: "redis" | "postgres";
	/** Without user and password: for messages. */
	readonly shown: string;
	/** A name, or an IP address without brackets. */
	readonly host: string;
	readonly port: number;
	readonly user: string | undefined;
	readonly password: string | undefined;
	/** The number of a Redis database, or the name of one of PostgreSQL; "" where the URL names none. */
	readonly database: string;
	/** Whether the URL says `rediss`; PostgreSQL has `sslmode` among its parameters. */
	readonly isTls: boolean;
	/** The URL as it was given, with its secrets. */
	readonly url: string;
}

const KINDS = {
	"redis:": { kind: "redis", port: 6379, isTls: false },
	"rediss:": { kind: "redis", port: 6379, isTls: true },
	"postgres:": { kind: "postgres", port: 5432, isTls: false },
	"postgresql:": { kind: "postgres", port: 5432, isTls: false },
} as const;

/**
 * @param url `redis://`, `rediss://` (TLS), `postgres://` or `postgresql://`
 * @throws {@link InvalidArgumentError} for any other URL; the message does not contain the password
 */
export function parseAddress(url: string): QueueAddress {
	const parsed = URL.canParse(url) ? new URL(url) : undefined;
	const known = KINDS[parsed?.protocol as keyof typeof KINDS];
	if (parsed === undefined || known === undefined || parsed.host === "") {
		throw new InvalidArgumentError(
			`The queue ${quoted(url)} is not a URL of one; give redis://HOST:PORT, rediss://HOST:PORT (TLS) or postgres://HOST:PORT/DATABASE.`,
		);
	}
	const database = decoded(parsed.pathname.slice(1));
	const { kind, isTls } = known;
	if (kind === "redis" && !/^\d{0,4}$/.test(database)) {
		throw new InvalidArgumentError(
			`The queue ${quoted(url)} names the database "${database.slice(0, 40)}"; Redis numbers its databases, such as redis://HOST:PORT/0.`,
		);
	}
	if (kind === "redis" && (parsed.search !== "" || parsed.hash !== "")) {
		throw new InvalidArgumentError(
			`The queue ${quoted(url)} has parameters; a URL of Redis has none. Write "?" and "#" in a password as %3F and %23.`,
		);
	}
	return {
		kind,
		isTls,
		url,
		shown: `${parsed.protocol}//${parsed.host}${parsed.pathname === "/" ? "" : parsed.pathname}`,
		host: parsed.hostname.replace(/^\[(.*)\]$/, "$1"),
		port: parsed.port === "" ? known.port : Number(parsed.port),
		user: parsed.username === "" ? undefined : decoded(parsed.username),
		password: parsed.password === "" ? undefined : decoded(parsed.password),
		database,
	};
}

/** A part of a URL without its percent signs. */
function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

/** The URL for a message: what may be a user and a password is left out. */
function quoted(url: string): string {
	const withoutSecrets = url.replace(/^([^/]*\/\/)?.*@/s, "$1");
	return JSON.stringify(withoutSecrets.slice(0, 80));
}
