import { QueueError } from "../../errors.js";

/** What errors of sockets, TLS, Redis and PostgreSQL mean, by their code or message; each ends with what to do. */
const REASONS: readonly (readonly [RegExp, string])[] = [
	[
		/^ECONNREFUSED/,
		"refuses connections. Start the server, or correct the address",
	],
	[
		/^(ENOTFOUND|EAI_AGAIN)/,
		"has a host name that does not resolve. Correct the name",
	],
	[
		/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)/,
		"cannot be reached from here. Correct the address, or the network",
	],
	[
		/^ETIMEDOUT|no answer within|Socket timeout|connect ETIMEDOUT|timeout expired|Query read timeout|connection timeout/i,
		"does not answer. Check the address, the port, and whether that port speaks TLS",
	],
	[
		/WRONGPASS|^28P01|^28000|invalid password|password must be a string|no password supplied/i,
		"refuses the user or the password. Correct them",
	],
	[
		/NOAUTH|Authentication required/i,
		"wants a password. Put it into the URL or the environment",
	],
	[
		/^NOPERM|user executing the script can't/,
		"does not permit this user what a queue needs. Correct its ACL",
	],
	[/^42501/, "does not permit this user to make or use the queue's schema"],
	[/^3D000/, "does not have this database. Create it, or correct the name"],
	[
		/wrong version number|packet length too long|does not support SSL|before secure TLS connection was established/i,
		"does not speak TLS on this port. Use the port for TLS, or redis:// or sslmode=disable",
	],
	[
		/^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|CERT_\w+)/,
		"has a certificate that is not trusted. Give its authority with NODE_EXTRA_CA_CERTS",
	],
	[
		/^ERR_TLS_CERT_ALTNAME_INVALID/,
		"has a certificate for another name. Use a name that is in it",
	],
	[
		/Protocol error|Unknown RESP type|Received unexpected|unknown message code|invalid message/i,
		"speaks another protocol. Correct the address",
	],
	[
		/Connection is closed|ECONNRESET|EPIPE|Connection terminated|server closed the connection|57P0[1-3]/i,
		"closes the connection. Check the address, the port, and whether that port speaks TLS",
	],
	[/^OOM/, "has no memory left. Raise maxmemory"],
	[/^MISCONF/, "cannot write to its disk"],
];

/**
 * What an error of a client library means for the user.
 *
 * @param shown the address, without secrets
 */
export function queueError(shown: string, cause: unknown): QueueError {
	if (cause instanceof QueueError) return cause;
	// ioredis has no error for a connection that the server closes.
	const texts = cause === undefined ? ["Connection is closed"] : textsOf(cause);
	const [, meaning] =
		REASONS.find(([pattern]) => texts.some((text) => pattern.test(text))) ?? [];
	const detail = (texts.at(-1) ?? "no reason given")
		.replace(/\s+/g, " ")
		.slice(0, 200);
	return new QueueError(
		meaning === undefined
			? `The queue at ${shown} cannot be used: ${detail}`
			: `The queue at ${shown} ${meaning} (${detail}).`,
		{ cause },
	);
}

/** Whether trying again is of no use: the password or the rights are wrong. */
export function isFinal(error: unknown): boolean {
	return textsOf(error).some((text) =>
		/^(WRONGPASS|NOAUTH|NOPERM|28P01|28000|42501|3D000)|user executing the script can't/.test(
			text,
		),
	);
}

/** The code and the message, also of the errors that an AggregateError of several addresses holds. */
function textsOf(error: unknown): string[] {
	if (error === undefined || error === null) return [];
	const { code, message, errors } = Object(error) as {
		code?: unknown;
		message?: unknown;
		errors?: unknown;
	};
	const inner = Array.isArray(errors) ? errors.flatMap(textsOf) : [];
	return [code, ...inner, message].filter(
		(text): text is string => typeof text === "string" && text !== "",
	);
}
