import { ProbeError } from "../../errors.js";
import type { Connection } from "../connection.js";
import { quote } from "../plain-text.js";

/** The software version may hold no minus: RFC 4253 section 4.2. */
const OURS = "SSH-2.0-gen_dhparams";

/** RFC 4253 section 4.2, with CR and LF. */
const LONGEST = 255;

/** Lines before the identification; OpenSSH takes this many (SSH_MAX_PRE_BANNER_LINES of kex.c), of 8 KiB each. */
const MOST_LINES = 1024;
const LONGEST_LINE = 8 * 1024;

/** What sshd sends before it drops a connection: drop_connection in sshd.c; the second before 9.8. */
const LIMITS = /^(?:Not allowed at this time|Exceeded MaxStartups)/;

/**
 * Exchanges the identification lines, RFC 4253 section 4.2.
 *
 * @returns the server's, such as `SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10`
 * @throws {ProbeError} not-ssh, malformed, closed, timeout.
 */
export async function identify(connection: Connection): Promise<string> {
	connection.write(`${OURS}\r\n`);
	connection.waitingFor = "the SSH identification line";
	const line = await readIdentification(connection);
	if (line.length + 2 > LONGEST) {
		throw new ProbeError(
			"malformed",
			`sent an identification line of ${line.length + 2} bytes; RFC 4253 allows ${LONGEST}.`,
		);
	}
	if (hasControls(line)) {
		throw new ProbeError(
			"malformed",
			`sent an identification line with control characters: ${quote(line)}.`,
		);
	}
	const version = /^SSH-([^-]*)-/.exec(line)?.[1];
	// 1.99 is a server that also speaks the first version: RFC 4253 section 5.1.
	if (version === "2.0" || version === "1.99") return line;
	throw new ProbeError(
		"not-ssh",
		/^1\.\d+$/.test(version ?? "")
			? `speaks version ${version} of SSH only, which is broken and has no Diffie-Hellman: ${quote(line)}.`
			: `sent an identification line that is not one of SSH 2.0: ${quote(line)}.`,
	);
}

/** The first line that begins with SSH-; servers may send others before it, such as why they do not go on. */
async function readIdentification(connection: Connection): Promise<string> {
	let first: string | undefined;
	try {
		for (let count = 0; count <= MOST_LINES; count += 1) {
			const text = await connection.readThrough("\n", LONGEST_LINE, "not-ssh");
			const line = text.replace(/\r?\n$/, "");
			if (line.startsWith("SSH-")) return line;
			first ??= line;
		}
	} catch (error) {
		if (!(error instanceof ProbeError)) throw error;
		// Of a protocol without lines, or of a line without an end.
		const begun = Buffer.from(await connection.readAvailable());
		const said = first ?? begun.subarray(0, 200).toString("latin1");
		if (said === "") throw error;
		const hint = LIMITS.test(said)
			? " It limits connections; try again in a minute (sshd: MaxStartups, PerSourcePenalties)."
			: "";
		throw new ProbeError(
			error.failure,
			`${error.message.replace(/\.$/, "")}; it sent ${quote(said)} before.${hint}`,
			{ cause: error },
		);
	}
	throw new ProbeError(
		"not-ssh",
		`sent more than ${MOST_LINES} lines and no SSH identification; the first was ${quote(first ?? "")}.`,
	);
}

function hasControls(line: string): boolean {
	return /[^\x20-\x7e\x80-\xff]/.test(line);
}
