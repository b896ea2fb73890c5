import type { Explanation } from "./explain.js";
import { FILE, GROUP } from "./messages/message.js";
import type { Server } from "./servers/server.js";

/** A step as a sentence, or as a line for a root shell. */
export interface Step {
	readonly text: string;
	readonly command: boolean;
}

/** What to do, with the reader's server, file and host in it. */
export function fixSteps(explanation: Explanation): Step[] {
	return explanation.message.fix.flatMap((step) => {
		if (step === GROUP) return groupSteps(explanation);
		if (step === FILE) return fileSteps(explanation);
		return [sentence(named(step, explanation))];
	});
}

/** The reader's file and host in place of FILE and HOST:PORT. */
function named(step: string, { path, target }: Explanation): string {
	return step
		.replace(/\bFILE\b/g, () => (path === undefined ? "FILE" : quoted(path)))
		.replace(/\bHOST:PORT\b/g, () => target ?? "HOST:PORT");
}

/** The file that the server's configuration names already. */
function fileSteps(explanation: Explanation): Step[] {
	const { path, server } = explanation;
	const reload = server === undefined ? undefined : restart(server);
	const file = path ?? usualFile(server);
	const ensure = `gen-dhparams ensure ${file === undefined ? "FILE" : quoted(file)}${reload === undefined ? "" : ` --reload ${quoted(reload)}`}`;
	const remark =
		path === undefined ? "   # or the file that the configuration names" : "";
	return [
		command(`${ensure}${remark}`),
		...otherWays(server),
		...lookFromOutside(explanation),
	];
}

/** Apache from 2.4.60, lighttpd and others accept the file and serve a group of their own; versions differ. */
function otherWays(server: Server | undefined): Step[] {
	if (server === undefined) return [];
	const { id, variants } = server;
	const differ = variants.length > 1 || variants[0].ignoresFile;
	return differ
		? [
				command(
					`gen-dhparams config ${id}   # where another group is served: what your version reads`,
				),
			]
		: [];
}

/** No DHE, a standard group, or a group of one's own: in the order of what serves most readers best. */
function groupSteps(explanation: Explanation): Step[] {
	const { path, server } = explanation;
	const id = server?.id ?? "SERVER";
	if (server !== undefined && !readsFile(server)) {
		return [
			command(
				`gen-dhparams config ${id}   # it reads no file of DH parameters`,
			),
			...lookFromOutside(explanation),
		];
	}
	const file = quoted(path ?? usualFile(server) ?? "dhparams.pem");
	return [
		sentence(
			"1. No DHE: clients since about 2013 use ECDHE, and RFC 10015 deprecates DHE in TLS 1.2.",
		),
		command(`gen-dhparams config ${id} --disable`),
		sentence("2. A standard group, which all clients of DHE take:"),
		command(`gen-dhparams groups ffdhe2048 > ${file}`),
		sentence("3. A group of your own, where a policy or an audit asks for it:"),
		command(`gen-dhparams ensure ${file}`),
		sentence("After 2 or 3, name the file in the configuration, and look:"),
		command(`gen-dhparams config ${id}   # put the line in, restart`),
		...lookFromOutside(explanation),
	];
}

function lookFromOutside({ server, target }: Explanation): Step[] {
	if (server?.readsModuli || (server && server.probe === undefined)) return [];
	return [
		command(
			`gen-dhparams probe ${target ?? "HOST:PORT"}   # Server Temp Key: DH, 2048 bits`,
		),
	];
}

function readsFile({ variants, readsModuli }: Server): boolean {
	return (
		readsModuli !== true &&
		variants.some(({ directive }) => directive !== undefined)
	);
}

function usualFile(server: Server | undefined): string | undefined {
	return server !== undefined && readsFile(server) ? server.path : undefined;
}

/** Starts a server that did not start, and makes one that runs read its file. */
function restart({ variants }: Server): string | undefined {
	const reload = variants[0].reload;
	if (reload === undefined || !readsFile({ variants } as Server)) {
		return undefined;
	}
	// Both fail where the server does not run.
	if (/^(?:\S*\/)?nginx -s reload$/.test(reload)) {
		return "systemctl reload-or-restart nginx";
	}
	return reload.replace(/^systemctl reload /, "systemctl reload-or-restart ");
}

/** For a POSIX shell. */
function quoted(word: string): string {
	if (/^(?!-)[\w./@+,:=-]+$/.test(word)) return word;
	const safe = word.startsWith("-") ? `./${word}` : word;
	return `'${safe.replaceAll("'", "'\\''")}'`;
}

function sentence(text: string): Step {
	return { text, command: false };
}

function command(text: string): Step {
	return { text, command: true };
}
