/** What one kind of server needs to serve a group from a file. Commands are lines for a root shell. */
export interface Server {
	/** The name that `gen-dhparams config` takes. */
	readonly id: string;
	/** The name that its makers use. */
	readonly name: string;
	readonly aliases: readonly string[];
	/** Where the file goes unless the user says otherwise. */
	readonly path: string;
	/** What `gen-dhparams probe` is given after the restart; undefined for a protocol that it does not speak. */
	readonly probe?: string;
	/** True where it reads groups from a moduli file of OpenSSH, and PEM from no file at all. */
	readonly readsModuli?: boolean;
	/** How the installed program shows which variant it is; undefined where there is only one. */
	readonly program?: ServerProgram;
	/** The configurations, the newest version first. */
	readonly variants: readonly [Variant, ...Variant[]];
	/** Documentation and source of the makers. */
	readonly sources: readonly [string, ...string[]];
}

/** How to ask an installed server for its version and its TLS library. */
export interface ServerProgram {
	/** Names of the executable, the most likely one first. */
	readonly names: readonly [string, ...string[]];
	/** Folders beside the usual ones; a `*` stands for one folder's name. */
	readonly folders?: readonly string[];
	/** Arguments that print the version and change nothing, and a pattern whose first group is the version. */
	readonly version?: readonly [pattern: RegExp, ...args: string[]];
	/** Files, beside the executable, that are linked with the TLS library; a `*` stands for a part of a name. */
	readonly libraries?: readonly string[];
}

/** The configuration of the versions from `since` on that use this TLS library. */
export interface Variant {
	/** Which versions, as text. */
	readonly applies: string;
	/** The first version; undefined for all. */
	readonly since?: string;
	/** The TLS library that it is for; undefined for either. */
	readonly tls?: Tls;
	/** The lines for the configuration; undefined where there is none and `notes` say what to do. */
	readonly directive?: (path: string) => string;
	/** Where the lines go. */
	readonly file: string;
	/** What the file must hold, or may hold instead; DH parameters in PEM unless given. */
	readonly holds?: string;
	/** True where the server serves a standard group, whatever the file holds. */
	readonly ignoresFile?: boolean;
	/** How the group is made, where a file at the path is not what the server reads. */
	readonly make?: string | ((path: string) => string);
	/** Commands that check what `make` has made and put it in place, where `make` does not write to the path. */
	readonly install?: (path: string) => readonly string[];
	/** The server's own test of its configuration, and how to make it read the new one. */
	readonly test?: string;
	/** The faults of the file that make `test` fail; undefined where it was not tried with a real server. */
	readonly testReports?: readonly FileFault[];
	readonly reload?: string;
	/** Since when it matters, where the server ignores it, what its makers recommend. */
	readonly notes: readonly string[];
	/** How DHE is switched off. */
	readonly disable: Disable;
}

/** How a server stops offering DHE, which RFC 10015 deprecates in TLS 1.2. */
export interface Disable {
	/** The lines for the configuration; undefined where there is none and `notes` say why. */
	readonly directive?: string;
	/** Where the lines go; the variant's `file` unless given. */
	readonly file?: string;
	/** A further line that leaves finite-field groups out of TLS 1.3 as well. */
	readonly tls13?: string;
	/** What no longer works, where it is not what every TLS server has to expect. */
	readonly breaks?: string;
	readonly notes: readonly string[];
}

/** A file that is not there, one without DH parameters, and a group of fewer bits than OpenSSL's security level allows. */
export type FileFault = "missing" | "garbage" | "small";

export type Tls = "openssl" | "gnutls";
